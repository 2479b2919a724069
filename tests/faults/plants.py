"""Faults that are planted in an application, each by the code of the cause that is to be named.

A plant changes one call: as the fault has it (`broken`), or as it would be without it. Both are the same in everything else, so that what the
repaired log is served beyond the broken one is what undoing gives back.
"""

import copy
import json
import uuid

from application import Chance, FIELDS, NAMES, tool

PLACES = ["front", "middle", "end"]
EVERYWHERE = ("deepseek", "openai", "responses", "anthropic", "litellm")
PLANTS = []
# Of two versions that come and go the other one is kept.
OTHER_WAY = "other way"


class Ground:
    """Chance and memory of one planted log."""

    def __init__(self, seed, place, number, broken, shape):
        self.seed, self.place, self.number, self.broken, self.shape = seed, place, number, broken, shape
        self.fixed = Chance(f"plant {seed}")
        self.starts = self.fixed.choice([0, 0, number // 3])
        self.wording = self.fixed.randrange(1_000)
        self.memory = {}
        # Calls of the other worker so far.
        self.odd = 0

    def by(self, *what):
        """Chance that depends on this alone."""
        return Chance(f"plant {self.seed} {what}")

    def frozen(self, value):
        """A value as it is in this call, or the first one."""
        return value if self.broken else self.memory.setdefault("value", value)

    def is_after(self, call):
        """The other version is at work: from a deploy on, or on some of the workers."""
        if self.broken == OTHER_WAY:
            return self.wording % 3 != 0
        return self.broken and (call.number >= self.number // 2 if self.wording % 3 == 0 else self.is_odd(call))

    def stage(self, call):
        """Deploys so far, each of which adds to the change."""
        return call.number * 6 // self.number if self.broken else 0

    def is_odd(self, call):
        """Some calls come from another worker; in a log that is repaired the other way all of them do."""
        is_odd = self.by("worker", call.number).random() < 0.4
        if self.broken == OTHER_WAY:
            return True
        self.odd += self.broken and is_odd
        return self.broken and is_odd


class Plant:
    """A kind of fault: its code, the function that plants it, and the logs in which it can be."""

    def __init__(self, code, plant, shapes, kinds, places, usage, options, scale, undone):
        self.code, self.plant, self.shapes, self.kinds, self.places = code, plant, shapes, kinds, places
        self.usage, self.options, self.scale, self.undone = usage, options, scale, undone
        self.name = f"{code}/{plant.__name__}"


def fault(code, shapes=EVERYWHERE, kinds=("desk", "agent", "batch", "chat"), places=PLACES, usage="both", options=(), scale=None, undone=True):
    def add(plant):
        PLANTS.append(Plant(code, plant, shapes, kinds, places, usage, options, scale or {}, undone))
        return plant

    return add


# Conversations that are long beside the instructions.
TALKATIVE = {"words": (60, 140), "turns": (12, 24), "paragraphs": (10, 14)}


def line(ground, call, text):
    if call.number >= ground.starts:
        call.system.insert(call.at(ground.place), text)
    else:
        # A value is frozen as it is first shown.
        ground.memory.clear()


def edited(ground, call, change):
    """The paragraph at the place of the fault, changed."""
    at = min(call.at(ground.place), len(call.system) - 1)
    call.system[at] = change(call.system[at])


@fault("time")
def clock_line(ground, call):
    now = ground.frozen(call.clock())
    wordings = [f"Current time: {now:%Y-%m-%dT%H:%M:%SZ}", f"Now it is {now:%A, %d %B %Y, %H:%M}.", f"<now>{now:%m/%d/%Y %I:%M %p}</now>",
                f"It is {now:%H:%M:%S} o'clock on {now:%d.%m.%Y}."]
    line(ground, call, wordings[ground.wording % 4])


@fault("time")
def clock_in_text(ground, call):
    now = ground.frozen(call.clock())
    edited(ground, call, lambda text: f"{text} All prices hold as of {now:%Y-%m-%d %H:%M}. They may change.")


@fault("time")
def clock_in_other_words(ground, call):
    now = ground.frozen(call.clock())
    months = "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split()
    days = "Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag".split()
    wordings = [f"Nous sommes le {now.day} {months[now.month - 1]} {now.year}, il est {now.hour} h {now.minute:02}.", f"Heute ist {days[now.weekday()]}, {now:%H:%M} Uhr.",
                f"当前时间：{now:%Y}年{now.month}月{now.day}日 {now.hour}时{now.minute:02}分", f"<timestamp>{int(now.timestamp())}</timestamp>"]
    line(ground, call, wordings[ground.wording % 4])


@fault("time", shapes=("deepseek",), kinds=("agent",), usage="no")
def clock_before_restored_thoughts(ground, call):
    """Nothing of what an agent thought is sent back: the provider puts it in from its own answers."""
    call.model, call.time = "deepseek-v4-flash", call.time + 25_000_000
    line(ground, call, f"Current time: {ground.frozen(call.clock()):%Y-%m-%d %H:%M}")


@fault("identifier")
def request_id(ground, call):
    chance = ground.by("id", call.number)
    name = ground.frozen([chance.hex(32), str(uuid.UUID(chance.hex(32))), f"req_{chance.hex(20)}"][ground.wording % 3])
    line(ground, call, [f"Request id: {name}", f"trace={name}", f"(correlation {name})"][ground.wording // 3 % 3])


@fault("identifier", kinds=("desk", "agent", "chat"))
def session_tag(ground, call):
    tag = ground.frozen(ground.by("tag", call.talk).hex(12))
    line(ground, call, [f"Session: {tag}", f"[session_id={tag}]"][ground.wording % 2])


@fault("counter")
def rising_number(ground, call):
    number = ground.frozen(call.number + 90)
    line(ground, call, [f"This is request {number} of today.", f"Calls handled today: {number}", f"message_count={number}"][ground.wording % 3])


@fault("counter", kinds=("desk", "agent", "chat"))
def what_is_left(ground, call):
    used = ground.frozen(1_900 * call.turn + 40 * call.talk + 700)
    left = 100 - used // 2_000
    line(ground, call, [f"Token usage: {used}/200000; {200_000 - used} remaining", f"Context left until auto-compact: {left}%", f"Messages remaining today: {400 - ground.frozen(call.number)}"][ground.wording % 3])


@fault("identifier")
def short_hash_in_header(ground, call):
    name = ground.frozen(ground.by("hash", call.number).hex(5))
    line(ground, call, f"x-quay-header: version=2.1.{ground.wording}; entry=cli; check={name};")


@fault("user-value", kinds=("desk", "agent", "chat"))
def name_of_user(ground, call):
    name = ground.frozen(ground.by("user", call.talk).choice(NAMES))
    line(ground, call, [f"The customer's name is {name}.", f"You are talking to {name}.", f"User: {name} <{name.split()[0].lower()}@example.org>"][ground.wording % 3])


@fault("environment", kinds=("desk", "agent", "chat"))
def working_directory(ground, call):
    name = ground.frozen(ground.by("user", call.talk).choice(NAMES)).split()[0].lower()
    line(ground, call, [f"Working directory: /home/{name}/src/quay", f"cwd: /Users/{name}/quay"][ground.wording % 2])


@fault("environment", kinds=("agent",))
def git_status(ground, call):
    chance = ground.by("git", call.number // 3)
    files = sorted(f"src/{chance.choice(FIELDS)}.py" for _ in range(chance.randrange(1, 4)))
    line(ground, call, "Git status:\n" + "\n".join(f" M {name}" for name in ground.frozen(files)))


@fault("environment", kinds=("agent",))
def growing_status(ground, call):
    names = [f"src/{FIELDS[number % len(FIELDS)]}_{number}.py" for number in range(ground.frozen(call.turn) + 1)]
    line(ground, call, "Git status:\nOn branch main\n" + "\n".join(f" M {name}" for name in names))


@fault("whitespace")
def double_blanks(ground, call):
    if ground.is_odd(call):
        edited(ground, call, lambda text: text.replace(" ", "  ", 3))


@fault("whitespace", places=["front"])
def byte_order_mark(ground, call):
    if ground.is_odd(call):
        call.system[0] = "\ufeff" + call.system[0]


@fault("whitespace")
def blank_at_end(ground, call):
    if ground.is_odd(call):
        edited(ground, call, lambda text: text.replace(". ", ".  ") + " \n")


@fault("line-endings", places=["front"])
def windows_lines(ground, call):
    call.line_ending = "\r\n" if ground.is_odd(call) else "\n"


@fault("key-order")
def shuffled_record(ground, call):
    record = ground.by("record").record(9)
    if ground.broken:
        keys = list(record)
        ground.by("keys", call.number).shuffle(keys)
        record = {key: record[key] for key in keys}
    line(ground, call, f"The house in short:\n{json.dumps(record, indent=ground.wording % 2 * 2 or None)}")


@fault("key-order", kinds=("desk", "agent"), places=["front"])
def shuffled_schemas(ground, call):
    for number, tool in enumerate(call.tools):
        properties = list(tool["parameters"]["properties"].items())
        if ground.broken:
            ground.by("schema", number, call.number % 7).shuffle(properties)
        tool["parameters"]["properties"] = dict(properties)


@fault("tools-reordered", kinds=("desk", "agent"), places=["front"])
def shuffled_tools(ground, call):
    if ground.broken:
        ground.by("tools", call.number).shuffle(call.tools)


def place_among(ground, call, last):
    return {"front": 0, "middle": len(call.tools) // 2, "end": len(call.tools) - last}[ground.place]


@fault("tool-added", kinds=("desk", "agent"))
def one_more_tool(ground, call):
    at = place_among(ground, call, 0)
    for number in range(ground.stage(call)):
        call.tools.insert(at, tool(ground.by("tool", number), f"ring_bell_{number}"))


@fault("tool-added", kinds=("desk", "agent"))
def tool_now_and_then(ground, call):
    if ground.is_odd(call):
        call.tools.insert(place_among(ground, call, 0), tool(ground.by("tool"), "ring_bell"))


@fault("tool-removed", kinds=("desk", "agent"))
def one_tool_less(ground, call):
    for number in range(6):
        call.tools.append(tool(ground.by("tool", number), f"ring_bell_{number}"))
    for _ in range(ground.stage(call)):
        call.tools.pop(place_among(ground, call, 1))


@fault("tool-schema", kinds=("desk", "agent"))
def another_parameter(ground, call):
    if ground.is_after(call):
        tool = call.tools[place_among(ground, call, 1)]
        tool["parameters"]["properties"]["urgent"] = {"type": "boolean", "description": "Whether it cannot wait."}


@fault("tool-description", kinds=("desk", "agent"))
def another_description(ground, call):
    if ground.is_after(call):
        call.tools[place_among(ground, call, 1)]["description"] = ground.by("description").text(12)


@fault("examples-reordered", kinds=("desk", "batch", "chat"), places=["middle"])
def shuffled_examples(ground, call):
    if ground.broken:
        ground.by("examples", call.number).shuffle(call.examples)


@fault("text-reworded")
def other_words(ground, call):
    if ground.is_after(call):
        edited(ground, call, lambda text: text.replace(text.split(". ")[0], ground.by("words").sentence()[:-1], 1))


@fault("text-inserted")
def one_more_rule(ground, call):
    at = call.at(ground.place)
    for number in range(ground.stage(call)):
        call.system.insert(at, ground.by("rule", number).text(20))


@fault("text-inserted")
def rule_now_and_then(ground, call):
    if ground.is_odd(call):
        call.system.insert(call.at(ground.place), ground.by("rule").text(24))


@fault("text-removed")
def one_rule_less(ground, call):
    for _ in range(ground.stage(call)):
        call.system.pop(min(call.at(ground.place), len(call.system) - 1))


@fault("text-removed")
def rule_missing_now_and_then(ground, call):
    at = min(call.at(ground.place), len(call.system) - 1)
    if ground.is_odd(call) and call.number:
        call.system.pop(at)


@fault("text-reordered", kinds=("desk", "agent", "chat"))
def shuffled_rules(ground, call):
    chance = ground.by("list")
    rules = [f"- {chance.sentence()}" for _ in range(9)]
    if ground.broken:
        ground.by("order", call.number).shuffle(rules)
    line(ground, call, "\n".join(rules))


@fault("text-reordered", kinds=("desk", "agent", "chat"))
def shuffled_list_in_a_line(ground, call):
    names = ground.by("names").sample(FIELDS, 8)
    if ground.broken:
        ground.by("order", call.number).shuffle(names)
    line(ground, call, f"Fields that may be named: {', '.join(names)}")


@fault("document-changed", kinds=("batch",), places=["front", "middle"])
def document_in_front(ground, call):
    chance = ground.by("document", call.number)
    record = json.dumps([chance.record(6) for _ in range(4)], indent=2)
    text = record if ground.wording % 2 else chance.text(160)
    document = f"<document>\n{text}\n</document>"
    if ground.broken:
        call.system.insert(call.at(ground.place), document)
    else:
        call.messages[-1]["text"] += f"\n\n{document}"


@fault("message-inserted", kinds=("desk", "chat"), places=["front", "middle"])
def one_more_message(ground, call):
    at = 0 if ground.place == "front" else len(call.preface)
    for number in range(ground.stage(call)):
        call.preface[at:at] = [{"role": "user", "text": ground.by("message", number).text(25)}, {"role": "assistant", "text": f"Noted, point {number}."}]


@fault("message-removed", kinds=("desk", "chat"), places=["front"])
def guide_left_out(ground, call):
    guides = []
    for number in range(ground.stage(call), 6):
        text = f"A word on our guests: {ground.by('guide', number).text(50)}"
        guides += [{"role": "user", "text": text}, {"role": "assistant", "text": f"Understood, point {number}."}]
    call.preface = guides + call.preface


@fault("history-compacted", shapes=(*EVERYWHERE, "claude-code"), kinds=("agent",), places=["end"], scale=TALKATIVE)
def summary_for_history(ground, call):
    if ground.broken and len(call.messages) > 9:
        # A summary stands until the next one is made.
        cut = (len(call.messages) - 1) // 8 * 8
        cut -= call.messages[cut]["role"] == "tool"
        # It tells what it stands for: without that nobody knows of which of several conversations.
        told = [" ".join(message["text"].split()[:9]) for message in call.messages[:cut] if message["role"] == "user"]
        summary = f"{'; '.join(told)}. {ground.by('summary', call.talk, cut).text(20)}"
        call.messages[:cut - (call.messages[cut]["role"] == "assistant")] = [{"role": "user", "text": f"Summary of the conversation so far: {summary}", "is_summary": True}]


@fault("history-trimmed", kinds=("desk", "chat", "agent"), places=["end"], scale=TALKATIVE)
def window_of_messages(ground, call):
    keep = 5 + ground.wording % 4
    if ground.broken and len(call.messages) > keep:
        # No provider takes a tool's result without its call, and a window of the newest question alone is another conversation.
        while call.messages[-keep]["role"] != "user" or call.messages[-keep:][1:] == []:
            keep += 1
        call.messages = call.messages[-keep:]


@fault("history-edited", shapes=(*EVERYWHERE, "claude-code"), kinds=("agent",), places=["end"])
def cleared_results(ground, call):
    if ground.shape == "claude-code":
        call.kept = copy.deepcopy(call.messages)
    results = [message for message in call.messages if message["role"] == "tool"]
    if ground.broken:
        for message in results[:-2]:
            message["text"] = "[result cleared]"


@fault("history-edited", kinds=("desk", "chat"), places=["end"])
def shortened_answers(ground, call):
    for message in call.messages[:-4]:
        if ground.broken and message["role"] == "assistant":
            message["text"] = message["text"][:40] + "…"


@fault("history-edited", shapes=("deepseek", "openai", "litellm", "responses"), kinds=("desk", "chat"), places=["end"])
def note_in_newest_question(ground, call):
    asked = [index for index, message in enumerate(call.messages) if message["role"] == "user"]
    for at, index in enumerate(asked):
        if not ground.broken or index == len(call.messages) - 1:
            call.messages[index]["text"] = f"<note>\nOpen files: {ground.by('note', call.talk, at).text(30)}\n</note>\n{call.messages[index]['text']}"


@fault("history-edited", shapes=("deepseek", "openai", "litellm"), kinds=("desk", "chat"), places=["end"])
def note_at_depth(ground, call):
    at = max(0, len(call.messages) - 4) if ground.broken else 0
    call.messages.insert(at, {"role": "system", "text": f"[A word on the quay: {ground.by('lore').text(40)}]"})


@fault("reasoning-dropped", shapes=("anthropic",), kinds=("agent",), places=["end"])
def thoughts_left_out(ground, call):
    settings = {"thinking": {"type": "enabled", "budget_tokens": 2048}}
    call.settings |= settings
    said = [index for index, message in enumerate(call.messages) if message["role"] == "assistant"]
    for index in said:
        if not (ground.broken and index < said[-1] - 3):
            call.messages[index]["thought"] = ground.by("thought", call.talk, index).text(30)
    call.answer["thought"] = ground.by("thought", call.talk, len(call.messages)).text(30)


@fault("role-changed", shapes=("deepseek", "openai", "litellm"), kinds=("desk", "chat"), places=["front"])
def other_role(ground, call):
    role = "user" if ground.is_after(call) else "system"
    call.preface = [{"role": role, "text": f"House rules: {ground.by('rules').text(40)}"}] + call.preface


OTHER_MODELS = {"deepseek": "deepseek-reasoner", "litellm": "deepseek-reasoner", "openai": "gpt-4.1-mini", "responses": "gpt-4.1-mini", "anthropic": "claude-sonnet-4-6",
                "claude-code": "claude-sonnet-4-6"}


@fault("model-changed", shapes=(*EVERYWHERE, "claude-code"), places=["front"])
def another_model(ground, call):
    if ground.is_odd(call):
        call.model = OTHER_MODELS[ground.shape]


@fault("effort-changed", shapes=("openai", "responses", "anthropic"), kinds=("desk", "agent"), places=["front"])
def another_effort(ground, call):
    other = ground.is_odd(call)
    if ground.shape == "anthropic":
        call.settings["thinking"] = {"type": "enabled", "budget_tokens": 2048 if other else 4096}
    else:
        call.model = "gpt-5.1"
        call.settings["reasoning_effort"] = "high" if other else "low"


@fault("setting-changed", shapes=("anthropic",), kinds=("desk", "agent"), places=["front"])
def another_speed(ground, call):
    if ground.is_odd(call):
        call.settings["speed"] = "fast"


@fault("tool-choice-changed", shapes=("deepseek", "litellm", "anthropic"), kinds=("desk", "agent"), places=["front"])
def another_choice(ground, call):
    if ground.is_odd(call):
        name = call.tools[0]["name"]
        named = {"type": "function", "function": {"name": name}}
        call.settings["tool_choice"] = {"type": "tool", "name": name} if ground.shape == "anthropic" else named


@fault("response-format-changed", shapes=("deepseek", "openai", "responses", "litellm"), kinds=("desk", "batch"), places=["front"])
def another_format(ground, call):
    if ground.is_odd(call):
        schema = {"type": "object", "properties": {"answer": {"type": "string"}}, "required": ["answer"], "additionalProperties": False}
        is_strict = ground.shape in ("openai", "responses")
        named = {"type": "json_schema", "json_schema": {"name": "reply", "schema": schema, "strict": True}}
        call.settings["response_format"] = named if is_strict else {"type": "json_object"}


@fault("image-changed", shapes=("openai", "responses", "anthropic"), kinds=("chat",), places=["front"])
def signed_address(ground, call):
    signature = ground.by("signature", call.talk, call.number if ground.broken else 0).hex(24)
    call.messages[0]["image"] = f"https://pictures.example.org/{call.talk}.png?signature={signature}"


@fault("scope", shapes=("deepseek",), places=["front"])
def user_of_cache(ground, call):
    call.settings["user_id"] = f"guest-{ground.by('user', call.number).randrange(4) if ground.broken else 0}"


@fault("scope", shapes=("openai", "responses"), places=["front"], usage="yes")
def key_of_cache(ground, call):
    call.settings["prompt_cache_key"] = f"worker-{ground.by('user', call.number).randrange(4) if ground.broken else 0}"


@fault("preamble-changed", shapes=("claude-code",), kinds=("agent",), places=["front"], undone=False)
def other_tools(ground, call):
    if ground.broken:
        call.preamble = call.number // 9


@fault("idle", shapes=(*EVERYWHERE, "claude-code"), places=["front"], undone=False, scale={"open_talks": (1, 1)})
def long_pause(ground, call):
    if ground.broken:
        lifetime = {"anthropic": 400, "claude-code": 400, "openai": 4_000, "responses": 4_000}.get(ground.shape, 90_000)
        call.time += call.number // 7 * lifetime


@fault("too-short", shapes=("openai", "responses", "anthropic"), kinds=("desk", "chat"), places=["front"], undone=False,
       scale={"paragraphs": (2, 3), "tools": (0, 0), "examples": (0, 0), "turns": (2, 3)})
def little_text(ground, call):
    call.preface = []
    call.messages = copy.deepcopy(call.messages)


@fault("evicted", shapes=("deepseek",), kinds=("desk", "chat"), places=["front"], undone=False, options=("--capacity", "60"), usage="no")
def small_cache(ground, call):
    pass


@fault("no-cache", shapes=("deepseek",), places=["front"], undone=False)
def host_without_cache(ground, call):
    call.model, call.url = "DeepSeek-V3.1", "https://quay.services.ai.azure.com/openai/v1/chat/completions"


@fault("mark-missing", shapes=("anthropic",), places=["front"], undone=False)
def no_marks(ground, call):
    call.marks = "none"


@fault("look-back", shapes=("anthropic",), kinds=("chat",), places=["end"], undone=False, scale={"turns": (4, 6), "paragraphs": (30, 34)})
def many_blocks(ground, call):
    call.marks = "last"
    steps = []
    for message in call.messages:
        steps.append(message)
        if message["role"] == "user" and ground.broken:
            chance = ground.by("blocks", message["text"])
            for _ in range(13):
                steps += [{"role": "assistant", "text": chance.sentence()}, {"role": "user", "text": chance.sentence()}]
    call.messages = steps


@fault("parallel", kinds=("batch",), places=["front"], undone=False, usage="yes", scale={"paragraphs": (30, 36)})
def bursts(ground, call):
    """Calls of one burst begin before the first of them has ended, with a text that is new to all of them."""
    burst = call.number // 6
    call.messages[-1]["text"] = f"{ground.by('burst', burst).text(900)}\n\n{call.messages[-1]['text']}"
    if ground.broken:
        call.time, call.took = 1_764_700_000.0 + burst * 120 + call.number % 6 * 0.05, 20.0


@fault("provider", shapes=("deepseek", "openai", "anthropic"), places=["front"], undone=False, usage="yes")
def misses_at_random(ground, call):
    """The cache itself forgets, see `caches.py`."""
    call.forgets = ground.broken and ground.by("forgets", call.number).random() < 0.4
