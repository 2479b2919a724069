#!/usr/bin/env python3
"""The whole program on logs of its own making, beside what reading them costs at least.

    cargo build --release && python3 benches/whole.py [target/release/cachecheck] [--memory] [--keep FOLDER]

J is the CPU time (user and system) in which Python's orjson merely parses each line of the same file. All runs take turns, and
what is shown are medians of five. --memory adds a log of two gigabytes through a pipe. Needs Python 3.9 and orjson.
"""

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import sysconfig
import tempfile
import time
from pathlib import Path

ROUNDS = 5
PARSE = "import orjson, sys\nfor line in open(sys.argv[1], 'rb'): orjson.loads(line)"


class Words:
    """Texts of words without an order, the same in each run."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        letters = "abcdefghijklmnopqrstuvwxyz"
        word = lambda: "".join(self.random.choice(letters) for _ in range(self.random.randint(2, 9)))
        self.words = [word() for _ in range(4000)] + ["the", "of", "and", "to", "in", "is"] * 300

    def text(self, count):
        return " ".join(self.random.choice(self.words) for _ in range(count))


def line(number, messages, tools, answer):
    """One logged call."""
    usage = {"prompt_tokens": 1000, "completion_tokens": 10, "prompt_cache_hit_tokens": 64, "prompt_cache_miss_tokens": 936}
    choice = {"index": 0, "message": answer, "finish_reason": "stop"}
    request = {"model": "deepseek-chat", "messages": messages}
    if tools:
        request["tools"] = tools
    response = {"id": f"r{number}", "model": "deepseek-chat", "choices": [choice], "usage": usage}
    return json.dumps({"timestamp": 1775000000 + 30 * number, "request": request, "response": response}) + "\n"


def conversations(path, size):
    """Sessions of 3 to 20 turns, with a system prompt of 3,000 words and 20 tools in each request."""
    words, number, written = Words(5), 0, 0
    system = {"role": "system", "content": words.text(3000)}
    tools = [tool(index, words) for index in range(20)]
    with open(path, "w") as log:
        while written < size:
            messages = [system]
            for _ in range(words.random.randint(3, 20)):
                messages.append({"role": "user", "content": words.text(words.random.randint(20, 200))})
                answer = {"role": "assistant", "content": words.text(words.random.randint(50, 400))}
                written += log.write(line(number, messages, tools, answer))
                number += 1
                messages.append(answer)


def tool(index, words):
    properties = {f"p{number}": {"type": "string", "description": words.text(12)} for number in range(5)}
    parameters = {"type": "object", "properties": properties, "required": ["p0"]}
    function = {"name": f"tool_{index}", "description": words.text(40), "parameters": parameters}
    return {"type": "function", "function": function}


def strangers(path, count):
    """Calls that have nothing in common."""
    words = Words(7)
    with open(path, "w") as log:
        for number in range(count):
            message = {"role": "user", "content": words.text(2000)}
            log.write(line(number, [message], None, {"role": "assistant", "content": words.text(300)}))


def code(path):
    """Calls with source code in place of words, the library of this Python, which hardly repeats itself either."""
    library, pieces = Path(sysconfig.get_path("stdlib")), set()
    files = (file for file in sorted(library.rglob("*.py")) if "site-packages" not in file.parts)
    with open(path, "w") as log:
        for file in files:
            text = file.read_text(encoding="utf-8", errors="ignore")
            for piece in (text[start : start + 16000] for start in range(0, len(text), 16000)):
                if len(piece) > 1000 and piece not in pieces:
                    pieces.add(piece)
                    answer = {"role": "assistant", "content": "Done."}
                    log.write(line(len(pieces), [{"role": "user", "content": piece}], None, answer))


def trace(path, size):
    """A block trace of so many blocks: conversations side by side, each request with the blocks of those before it; gives how
    many blocks are distinct."""
    chance, new, now, going = random.Random(7), 1, 0, []
    with open(path, "w") as log:
        while size > 0:
            if len(going) < 50 or chance.random() < 0.2:
                going.append([0])
            ids = chance.choice(going)
            added = chance.randint(1, 30)
            ids.extend(range(new, new + added))
            new, now, size = new + added, now + chance.randint(0, 400), size - len(ids)
            log.write(json.dumps({"timestamp": now, "input_length": 512 * len(ids), "output_length": 100, "hash_ids": ids}) + "\n")
            if chance.random() < 0.2:
                going.remove(ids)
    return new


def measured(command, source=subprocess.DEVNULL):
    """CPU and wall seconds of a run, and the most memory that it held, in bytes."""
    start = time.perf_counter()
    run = subprocess.Popen(command, stdin=source, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(run.pid, 0)
    if status != 0:
        sys.exit(f"{' '.join(command)} failed")
    return usage.ru_utime + usage.ru_stime, time.perf_counter() - start, usage.ru_maxrss * 1024


def medians(commands):
    """Medians of what is measured of each command, the commands taking turns."""
    runs = {name: [] for name in commands}
    for _ in range(ROUNDS):
        for name, command in commands.items():
            runs[name].append(measured(command))
    return {name: [statistics.median(values) for values in zip(*found)] for name, found in runs.items()}


def reading(program, log):
    found = medians({
        "J": [sys.executable, "-c", PARSE, log],
        "start of Python": [sys.executable, "-c", "import orjson"],
        "one thread": [program, "simulate", log, "--threads", "1"],
        "two threads": [program, "simulate", log, "--threads", "2"],
        "cost": [program, "cost", log],
        "parse": [program, "parse", "--summary", log],
    })
    j = found["J"][0]
    for name, (cpu, wall, _) in found.items():
        print(f"  {name:16} {cpu:6.3f} s CPU {wall:6.3f} s wall {cpu / j:5.2f} × J")
    print(f"  two threads over one: {found['one thread'][1] / found['two threads'][1]:.2f} × in wall time")


def tokenising(program, log):
    found = medians({
        "one thread": [program, "simulate", log, "--threads", "1"],
        "two threads": [program, "simulate", log, "--threads", "2"],
    })
    bench = ["cargo", "bench", "--quiet", "--bench", "bare", "--", log]
    bare = [subprocess.run(bench, check=True, capture_output=True, text=True).stdout.split() for _ in range(ROUNDS)]
    size, bare = int(bare[0][0]), statistics.median(float(seconds) for _, seconds in bare)
    print(f"  bare tokenizer    {size / bare / 1e6:4.0f} MB/s of text")
    for name, (_, wall, _) in found.items():
        print(f"  {name:16} {size / wall / 1e6:5.0f} MB/s of text, {bare / wall:.0%} of the bare tokenizer")


def starting(program, folder):
    short = folder / "short.jsonl"
    short.write_text(line(0, [{"role": "user", "content": "Hello"}], None, {"role": "assistant", "content": "Hi"}))
    found = medians({"one short line": [program, "simulate", str(short)], "--help": [program, "--help"]})
    for name, (_, wall, _) in found.items():
        print(f"  {name:16} {wall * 1000:6.1f} ms")


def counting(program, log, size, distinct):
    one = ["--threads", "1"]
    found = medians({
        "simulate": [program, "simulate", log, *one],
        "curve --over ttl": [program, "curve", log, "--over", "ttl", *one],
        "curve --over capacity": [program, "curve", log, "--over", "capacity", *one],
        "--help": [program, "--help"],
    })
    _, _, least = found.pop("--help")
    for name, (cpu, _, most) in found.items():
        each = (most - least) / distinct
        print(f"  {name:22} {cpu:5.2f} s CPU, {size / cpu / 1e6:4.1f} million blocks/s, {each:3.0f} bytes for each distinct block")


def memory(program, log, size):
    """The most memory of a run on a log that comes through a pipe again and again."""
    times = -(-size // Path(log).stat().st_size)
    again = subprocess.Popen(["cat", *[log] * times], stdout=subprocess.PIPE)
    _, _, most = measured([program, "simulate", "-"], again.stdout)
    print(f"  {times} times the log through a pipe: at most {most / 1e6:.0f} MB resident")


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("program", nargs="?", default="target/release/cachecheck")
    arguments.add_argument("--memory", action="store_true", help="also two gigabytes through a pipe")
    arguments.add_argument("--keep", metavar="FOLDER", help="keep the logs there, and use those that are there")
    arguments = arguments.parse_args()
    program = os.path.abspath(arguments.program)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(arguments.keep or temporary)
        multi, single, source = (folder / f"{name}.jsonl" for name in ("conversations", "strangers", "code"))
        if not multi.exists():
            conversations(multi, 155e6)
        if not single.exists():
            strangers(single, 3500)
        if not source.exists():
            code(source)
        # Else the system writes them to the disk while the runs are measured, on a core that one of two threads wants.
        os.sync()
        print(f"conversations, {multi.stat().st_size / 1e6:.0f} MB:")
        reading(program, str(multi))
        print(f"text that never repeats, {single.stat().st_size / 1e6:.0f} MB:")
        tokenising(program, str(single))
        print(f"source code that never repeats, {source.stat().st_size / 1e6:.0f} MB:")
        tokenising(program, str(source))
        size, blocks = 13_600_000, folder / "blocks.jsonl"
        distinct = trace(blocks, size)
        os.sync()
        print(f"block traces, {size / 1e6:.1f} million blocks, {distinct / 1e6:.1f} million of them distinct:")
        counting(program, str(blocks), size, distinct)
        print("from start to end:")
        starting(program, folder)
        if arguments.memory:
            print("memory:")
            memory(program, str(multi), 2_000_000_000)


if __name__ == "__main__":
    main()
