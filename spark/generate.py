#!/usr/bin/env python3
"""A made-up log for spark/check.py: calls of many teams, half of them of one, in files whose names say nothing of their order in time.

usage: generate.py FOLDER MEGABYTES

Each file has an hour of calls, one call on each line; one line of one file is torn. Calls fall under the rule of DeepSeek V3.2 (blocks).
"""
import json
import pathlib
import random
import sys

TEAMS = 200
FILE = 64 << 20
FEWEST = 4
BEGIN = 1_775_000_000
SYLLABLES = [first + second for first in "bdfgklmnprstvz" for second in "aeiou"]


def words(chance, number):
    """A text of so many words."""
    return " ".join("".join(chance.choices(SYLLABLES, k=chance.choice([1, 2, 2, 3]))) for _ in range(number))


class Team:
    """A team with a system text of its own, and the talks that it has at a time."""

    def __init__(self, chance, talks):
        self.system = {"role": "system", "content": words(chance, 1_200)}
        self.talks = [[self.system] for _ in range(talks)]

    def call(self, chance):
        """The messages of its next call."""
        talk = chance.choice(self.talks)
        if len(talk) > 24 or chance.random() < 0.05:
            del talk[1:]
        talk.append({"role": "user", "content": words(chance, chance.randrange(20, 200))})
        asked = list(talk)
        talk.append({"role": "assistant", "content": words(chance, chance.randrange(20, 200))})
        return asked, talk[-1]


def lines(chance, teams, begin, size):
    """Lines of an hour, until there are so many bytes."""
    written, time = 0, begin
    while written < size:
        number = 0 if chance.random() < 0.5 else chance.randrange(1, TEAMS)
        messages, answer = teams[number].call(chance)
        time += chance.expovariate(4)
        line = json.dumps(
            {
                "timestamp": round(time, 3),
                "end_time": round(time + chance.uniform(0.5, 20), 3),
                "team": f"team-{number}",
                "request": {"model": "deepseek-chat", "messages": messages},
                "response": {"choices": [{"message": answer}]},
            }
        )
        written += len(line) + 1
        yield line + "\n"


def main():
    folder, size = pathlib.Path(sys.argv[1]), int(sys.argv[2]) << 20
    folder.mkdir(parents=True, exist_ok=True)
    chance = random.Random(1)
    # The first has as many talks as all others together.
    teams = [Team(chance, TEAMS if number == 0 else 2) for number in range(TEAMS)]
    share = min(FILE, -(-size // FEWEST))
    hours = -(-size // share)
    names = chance.sample(range(hours), hours)
    for hour, name in enumerate(names):
        with open(folder / f"{name:04}.jsonl", "w") as file:
            for number, line in enumerate(lines(chance, teams, BEGIN + 3_600 * hour, min(share, size - hour * share))):
                # A line that was cut off as it was written.
                file.write(line[:len(line) // 2] + "\n" if (hour, number) == (hours // 2, 10) else line)
    print(f"{hours} files of {TEAMS} teams in {folder}")


if __name__ == "__main__":
    main()
