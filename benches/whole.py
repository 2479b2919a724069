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
import resource
import statistics
import subprocess
import sys
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


def measured(command):
    """CPU and wall seconds of a run."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime, wall


def medians(commands):
    """Medians of CPU and wall seconds, the commands taking turns."""
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
    for name, (cpu, wall) in found.items():
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
    for name, (_, wall) in found.items():
        print(f"  {name:16} {size / wall / 1e6:5.0f} MB/s of text, {bare / wall:.0%} of the bare tokenizer")


def starting(program, folder):
    short = folder / "short.jsonl"
    short.write_text(line(0, [{"role": "user", "content": "Hello"}], None, {"role": "assistant", "content": "Hi"}))
    found = medians({"one short line": [program, "simulate", str(short)], "--help": [program, "--help"]})
    for name, (_, wall) in found.items():
        print(f"  {name:16} {wall * 1000:6.1f} ms")


def memory(program, log, size):
    """The largest resident memory of a run on a log that comes through a pipe again and again."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    run = subprocess.Popen([program, "simulate", "-"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
    data, sent = Path(log).read_bytes(), 0
    while sent < size:
        run.stdin.write(data)
        sent += len(data)
    run.stdin.close()
    run.wait()
    after = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    print(f"  {sent / 1e9:.1f} GB through a pipe: at most {max(before, after) / 1024:.0f} MB resident")


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("program", nargs="?", default="target/release/cachecheck")
    arguments.add_argument("--memory", action="store_true", help="also two gigabytes through a pipe")
    arguments.add_argument("--keep", metavar="FOLDER", help="keep the logs there, and use those that are there")
    arguments = arguments.parse_args()
    program = os.path.abspath(arguments.program)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(arguments.keep or temporary)
        multi, single = folder / "conversations.jsonl", folder / "strangers.jsonl"
        if not multi.exists():
            conversations(multi, 155e6)
        if not single.exists():
            strangers(single, 3500)
        print(f"conversations, {multi.stat().st_size / 1e6:.0f} MB:")
        reading(program, str(multi))
        print(f"text that never repeats, {single.stat().st_size / 1e6:.0f} MB:")
        tokenising(program, str(single))
        print("from start to end:")
        starting(program, folder)
        if arguments.memory:
            print("memory:")
            memory(program, str(multi), 2e9)


if __name__ == "__main__":
    main()
