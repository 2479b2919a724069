"""Applications that call a model: layers of instructions, tools, examples, documents, and conversations that run beside each other.

Everything is made by chance from a seed, in words of our own.
"""

import copy
import datetime
import random
from dataclasses import dataclass, field

SUBJECTS = (
    "the ferry office|a visiting botanist|the night porter|our seed bank|the theatre cloakroom|a junior clerk|the island clinic|the pump house|every lodger|"
    "the tide table|the orchard foreman|a retired surveyor|the bakery on the quay|the signal box|the town archive|a travelling choir|the boiler room|"
    "the parish council|the market hall|an apprentice|the glass workshop|the weather mast|the loading crane|the school kitchen"
).split("|")
VERBS = (
    "records|must never lose|hands over|looks after|counts twice|returns|repairs|asks about|postpones|labels|pays for|keeps back|delivers|compares|"
    "forgets|photographs|reports|replaces|weighs|signs for|stores|sends on"
).split("|")
OBJECTS = (
    "the brass keys|a crate of pears|any unclaimed coat|the second ledger|all damp parcels|a spare fuse|the morning list|old charts|the blue forms|every complaint|"
    "a broken lantern|three sacks of barley|the visitors' book|a sealed letter|the rope store|empty bottles|each deposit|the choir's luggage|a leaking valve|"
    "the winter timetable|unsigned invoices|a box of slides|the cold meals|one pair of gloves"
).split("|")
ENDINGS = (
    "before the gates open|unless the harbour master objects|within two working days|whenever the river is high|as the house rules demand|without asking again|"
    "in the presence of a witness|if the seal is unbroken|after the last boat|on behalf of the owner|and writes a short note|when nobody else is on duty|"
    "at the lower counter|for no more than a week|even on public holidays|as soon as the fee is paid|but only in writing|while stocks last"
).split("|")
OPENINGS = "Please note that|As a rule,|In most cases|Remember:|Where it matters,|By custom,|During the season|Strictly speaking,|For older guests,|To be clear,".split("|")
NAMES = "Amara Okafor|Bruno Keller|Chiara Conti|Deniz Aydin|Emil Sandberg|Fatima Haddad|Goran Petrov|Hana Sato|Ines Duarte|Jonas Weber".split("|")
TOOL_VERBS = "find|list|open|close|book|cancel|measure|describe|move|print|check|merge".split("|")
TOOL_THINGS = "berth|parcel|ticket|ledger|seedling|lantern|invoice|patient|rehearsal|valve|room|chart".split("|")
FIELDS = "berth|weight|owner|colour|status|notes|depth|price|season|shelf|origin|quantity|contact|grade".split("|")


# An example, what stands between two, and what stands before them.
STYLES = [
    ("<example>\nQuestion: {asked}\nAnswer: {said}\n</example>", "\n\n", "Examples of good answers:\n"),
    ("Q: {asked}\nA: {said}", "\n\n", "Here is how it is done:\n"),
    ("Input: {asked} -> {said}", "\n", "Examples:"),
    ("- {asked} => {said}", "\n", "Answer like this:"),
]
# The place of the examples among the paragraphs, which stays the same where others come and go.
EXAMPLES = "(examples)"
LABELS = "lost property|fees|timetable|complaint".split("|")


class Chance(random.Random):
    """Chance by a seed, with the texts that it makes."""

    def sentence(self):
        text = f"{self.choice(SUBJECTS)} {self.choice(VERBS)} {self.choice(OBJECTS)} {self.choice(ENDINGS)}."
        if self.random() < 0.3:
            return f"{self.choice(OPENINGS)} {text}"
        return text[0].upper() + text[1:]

    def text(self, words):
        """Sentences of at least so many words."""
        sentences = []
        while sum(len(sentence.split()) for sentence in sentences) < words:
            sentences.append(self.sentence())
        return " ".join(sentences)

    def hex(self, digits):
        return "".join(self.choice("0123456789abcdef") for _ in range(digits))

    def record(self, fields):
        """A record of an inventory, as an object."""
        return {name: self.choice([self.randrange(9_000), self.choice(OBJECTS), self.choice(NAMES)]) for name in self.sample(FIELDS, fields)}


@dataclass
class Call:
    """A call before it is written in any shape."""

    number: int
    talk: int
    turn: int
    time: float
    took: float
    system: list
    tools: list
    examples: list
    examples_in_text: bool
    preface: list
    messages: list
    answer: dict
    model: str
    settings: dict = field(default_factory=dict)
    user: str | None = None
    key: str | None = None
    url: str | None = None
    marks: str = "all"
    line_ending: str = "\n"
    forgets: bool = False
    preamble: int = 0
    kept: list | None = None
    style: int = 0

    def at(self, place):
        """The index at which a line of the instructions stands."""
        index = {"front": 0, "middle": len(self.system) // 2, "end": len(self.system)}[place]
        return index + (self.system[index : index + 1] == [EXAMPLES])

    def clock(self):
        return datetime.datetime.fromtimestamp(self.time, datetime.timezone.utc)

    def system_text(self):
        style = STYLES[self.style]
        shown = style[1].join(style[0].format(asked=asked, said=said) for asked, said in self.examples)
        paragraphs = [f"{style[2]}\n{shown}" if paragraph == EXAMPLES else paragraph for paragraph in self.system]
        return "\n\n".join(paragraphs).replace("\n", self.line_ending)

    def all_messages(self):
        """The messages behind the instructions."""
        shown = []
        if not self.examples_in_text:
            for asked, said in self.examples:
                shown += [{"role": "user", "text": asked}, {"role": "assistant", "text": said}]
        return self.preface + shown + self.messages


@dataclass
class Kind:
    """A kind of application: what it has and how people use it."""

    name: str
    paragraphs: tuple
    tools: tuple
    examples: tuple
    turns: tuple
    open_talks: tuple
    has_preface: bool = False
    uses_tools: bool = False
    words: tuple = (8, 30)
    pause: tuple = (4, 40)


KINDS = {
    kind.name: kind
    for kind in [
        Kind("desk", (10, 18), (3, 6), (3, 5), (3, 9), (2, 5), has_preface=True),
        Kind("agent", (14, 24), (6, 10), (0, 0), (9, 24), (1, 3), uses_tools=True),
        Kind("batch", (14, 26), (0, 3), (4, 8), (1, 1), (1, 1)),
        Kind("chat", (16, 30), (0, 0), (3, 6), (2, 12), (2, 6), has_preface=True),
    ]
}


def tool(chance, name):
    names = chance.sample(FIELDS, chance.randrange(3, 6))
    properties = {field: {"type": chance.choice(["string", "integer", "boolean"]), "description": chance.sentence()} for field in names}
    return {"name": name, "description": chance.text(14), "parameters": {"type": "object", "properties": properties, "required": names[:1]}}


def question(chance, has_values, words=(8, 30)):
    """A question of a person; some hold dates, ids and names, which are no fault."""
    text = chance.text(chance.randrange(*words))
    if has_values and chance.random() < 0.5:
        text += f" It concerns order {chance.randrange(10_000, 99_999)} of 2026-{chance.randrange(1, 4):02}-{chance.randrange(1, 28):02}"
        text += f" for {chance.choice(NAMES)}, reference {chance.hex(8)}."
    return text[:-1] + "?"


class Talk:
    """A conversation: what was said so far."""

    def __init__(self, number, turns):
        self.number, self.left, self.turn, self.messages, self.awaits = number, turns, 0, [], None


def next_turn(chance, kind, talk):
    """The messages that come with the next call of a conversation, and the answer to it."""
    if talk.awaits:
        came = [{"role": "tool", "id": talk.awaits, "text": chance.text(chance.randrange(20, 90))}]
    else:
        came = [{"role": "user", "text": question(chance, True, kind.words)}]
    talk.awaits = None
    if kind.uses_tools and talk.left > 1 and chance.random() < 0.6:
        talk.awaits = f"call_{talk.number}_{talk.turn}"
        asked = {"id": talk.awaits, "name": None, "arguments": {chance.choice(FIELDS): chance.choice(OBJECTS)}}
        return came, {"role": "assistant", "text": chance.sentence(), "call": asked}
    return came, {"role": "assistant", "text": chance.text(chance.randrange(12, 60))}


def calls(seed, kind_name, number, model, traffic=0, **scale):
    """The calls of an application, without any fault. `scale` overrides what its kind says; other `traffic` is other people's."""
    kind = copy.copy(KINDS[kind_name])
    for name, value in scale.items():
        setattr(kind, name, value)
    fixed, chance = Chance(f"fixed {seed}"), Chance(f"traffic {seed} {traffic}")
    spread = lambda range: fixed.randint(*range)
    system = [f"You are the assistant of {fixed.choice(SUBJECTS)}. {fixed.text(30)}"]
    system += [fixed.text(fixed.randrange(25, 70)) for _ in range(spread(kind.paragraphs) - 1)]
    names = fixed.sample([f"{verb}_{thing}" for verb in TOOL_VERBS for thing in TOOL_THINGS], spread(kind.tools))
    tools = [tool(fixed, name) for name in names]
    has_labels, style, in_text = fixed.random() < 0.5, fixed.randrange(len(STYLES)), fixed.random() < 0.5
    said = lambda: fixed.choice(LABELS) if has_labels else fixed.text(10)
    examples = [(question(fixed, False), said()) for _ in range(spread(kind.examples))]
    if examples and in_text:
        system.insert(len(system) * 2 // 3, EXAMPLES)
    preface = []
    if kind.has_preface and fixed.random() < 0.7:
        preface = [{"role": "user", "text": f"The guide to our house: {fixed.text(60)}"}, {"role": "assistant", "text": "I have read it."}]
    open_talks, most = [], spread(kind.open_talks)
    clock, begun, made = 1_764_700_000.0 + fixed.randrange(20_000), 0, []
    while len(made) < number:
        while len(open_talks) < most:
            open_talks.append(Talk(begun, chance.randint(*kind.turns)))
            begun += 1
        talk = chance.choice(open_talks)
        came, answer = next_turn(chance, kind, talk)
        if "call" in answer:
            answer["call"]["name"] = names[chance.randrange(len(names))]
        talk.messages = talk.messages + came
        clock += chance.uniform(*kind.pause)
        made.append(
            Call(len(made), talk.number, talk.turn, round(clock, 3), round(chance.uniform(0.5, 2.5), 3), list(system), copy.deepcopy(tools), list(examples),
                 in_text, copy.deepcopy(preface), copy.deepcopy(talk.messages), answer, model, style=style)
        )
        talk.messages = talk.messages + [answer]
        talk.turn += 1
        talk.left -= 1
        if talk.left == 0:
            open_talks.remove(talk)
    return made
