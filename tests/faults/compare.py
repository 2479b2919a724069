#!/usr/bin/env python3
"""`cachecheck compare` on pairs of logs that differ for one known reason: that reason is the largest part, the parts sum to the difference, and where
only the length of conversations differs, the parts of the prefix and the provider are 0.

usage: compare.py PROGRAM [--seed N] [--pairs N] [--keep FOLDER]

Both logs of a pair are of one application and of other people; usage comes from a cache of our own (`caches.py`). Prints a row for each pair.
"""

import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

import application
import caches
import plants
import shapes

MODELS = {"deepseek": "deepseek-chat", "anthropic": "claude-sonnet-4-5"}
FACTORS = ["session_length", "gaps", "mix", "prompt_size", "prefix", "provider"]
USUAL = {"turns": (6, 8), "open_talks": (2, 3), "pause": (4, 12)}
PREFIXES = ["clock_line", "request_id", "shuffled_tools", "window_of_messages", "double_blanks"]


def side(program, file, seed, shape, factor, changed):
    """Writes one side of a pair: as usual, or changed by a factor."""
    number, scale, traffic = 80, dict(USUAL), 1 + changed
    chance = application.Chance(f"{factor} {seed}")
    longer = chance.random() < 0.5
    if factor == "session_length":
        scale |= {"turns": [(2, 3), (12, 16)][changed == longer], "words": (150, 170)}
    if changed and factor == "gaps":
        scale["pause"] = (400, 700) if shape == "anthropic" else (90_000, 100_000)
    if factor == "prompt_size":
        scale |= {"words": [(20, 40), (400, 500)][changed == longer], "turns": (2, 3)}
    made = application.calls(seed, "desk", number, MODELS[shape], traffic, **scale)
    if factor == "mix":
        # Another route asks each question once, with nothing in common.
        share = 60 if changed else 10
        for call in made[:share]:
            once = application.Chance(f"once {seed} {changed} {call.number}")
            call.system, call.preface, call.examples, call.tools = [once.text(500)], [], [], []
            call.messages = [{"role": "user", "text": once.text(30)}]
        chance.shuffle(made)
        times = sorted(call.time for call in made)
        for at, (call, time) in enumerate(zip(made, times)):
            call.number, call.time = at, time
    if changed and factor == "prefix":
        name = PREFIXES[seed % len(PREFIXES)]
        plant = next(plant for plant in plants.PLANTS if plant.plant.__name__ == name)
        ground = plants.Ground(f"{seed} {name}", "front", number, True, shape)
        ground.starts = 0
        for call in made:
            plant.plant(ground, call)
    if changed and factor == "provider":
        for call in made:
            call.forgets = application.Chance(f"forgets {seed} {call.number}").random() < 0.4

    def write(usages):
        lines = (shapes.WRITERS[shape](call, usage) for call, usage in zip(made, usages))
        file.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines))

    write([None] * number)
    write(caches.usages(program, file, made, shape, 0))


def judged(program, folder, seed, shape, factor):
    files = [folder / "before.jsonl", folder / "after.jsonl"]
    for changed, file in enumerate(files):
        side(program, file, seed, shape, factor, bool(changed))
    done = subprocess.run([program, "compare", "--format", "json", *map(str, files)], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(done.stderr)
    report = json.loads(done.stdout)
    parts = {part["factor"]: part["hit_ratio"] for part in report["parts"]}
    difference = report["summary"]["difference"]
    # Ratios are written with six digits.
    is_exact = abs(sum(parts.values()) - difference) <= 0.5e-6 * (len(parts) + 1)
    largest = max(parts, key=lambda name: abs(parts[name]))
    is_alone = factor != "session_length" or parts["prefix"] == parts["provider"] == 0
    if abs(difference) < 0.01:
        return "nothing", parts, difference, largest
    return "fine" if is_exact and largest == factor and is_alone else "fault", parts, difference, largest


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--pairs", type=int, default=20)
    parser.add_argument("--keep")
    options = parser.parse_args()
    counts = {"fine": 0, "fault": 0, "nothing": 0}
    for number in range(options.pairs):
        factor, shape = FACTORS[number % len(FACTORS)], ["deepseek", "anthropic"][number // len(FACTORS) % 2]
        with tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(f"{options.keep}/{number}-{factor}-{shape}" if options.keep else folder)
            folder.mkdir(parents=True, exist_ok=True)
            state, parts, difference, largest = judged(options.program, folder, options.seed * 100 + number, shape, factor)
        counts[state] += 1
        told = " ".join(f"{name} {value:+.4f}" for name, value in parts.items() if value)
        print(f"{state:8} {factor:15} {shape:10} {difference:+.4f} largest {largest}: {told}", flush=True)
    print(", ".join(f"{name} {count}" for name, count in counts.items()))
    sys.exit(counts["fault"] > 0)


main()
