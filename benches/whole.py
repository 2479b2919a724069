#!/usr/bin/env python3
"""The whole program on logs of its own making, beside what reading them costs at least.

    cargo build --release && python3 benches/whole.py [target/release/cachecheck] [--memory] [--formats] [--rounds 5] [--keep FOLDER]

J is the CPU time (user and system) in which Python's orjson merely parses each line of the same file. All runs take turns, and
what is shown are medians, of five unless --rounds says otherwise. --memory adds a log of two gigabytes through a pipe. --formats measures every format alone, beside those of these
that are installed, and writes the table into benches/README.md: tokscale, ccusage (npm), claude-cache-audit, prompt-cache-doctor,
kvlint (PyPI). Needs Python 3.9 and orjson.
"""

import argparse
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import sysconfig
import tempfile
import time
from pathlib import Path

import formats
from formats import Words

rounds = 5
WHOLE = "import orjson, sys\norjson.loads(open(sys.argv[1], 'rb').read())"
PARSE = "import orjson, sys\nfor line in open(sys.argv[1], 'rb'): orjson.loads(line)"


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
    return {"type": "function", "function": formats.function(index, words)}


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


def measured(command, source=subprocess.DEVNULL, may_fail=False):
    """CPU and wall seconds of a run, the most memory that it held, in bytes, and 1 if it failed, else 0."""
    start = time.perf_counter()
    run = subprocess.Popen(command, stdin=source, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL if may_fail else None)
    _, status, usage = os.wait4(run.pid, 0)
    if status != 0 and not may_fail:
        sys.exit(f"{' '.join(command)} failed")
    return usage.ru_utime + usage.ru_stime, time.perf_counter() - start, usage.ru_maxrss * 1024, int(status != 0)


def medians(commands, may_fail=()):
    """Medians of what is measured of each command, the commands taking turns; those that may fail are measured up to there."""
    runs = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            runs[name].append(measured(command, may_fail=name in may_fail))
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
    for name, (cpu, wall, *_) in found.items():
        print(f"  {name:16} {cpu:6.3f} s CPU {wall:6.3f} s wall {cpu / j:5.2f} × J")
    print(f"  two threads over one: {found['one thread'][1] / found['two threads'][1]:.2f} × in wall time")


def tokenising(program, log):
    found = medians({
        "one thread": [program, "simulate", log, "--threads", "1"],
        "two threads": [program, "simulate", log, "--threads", "2"],
    })
    bench = ["cargo", "bench", "--quiet", "--bench", "bare", "--", log]
    bare = [subprocess.run(bench, check=True, capture_output=True, text=True).stdout.split() for _ in range(rounds)]
    size, bare = int(bare[0][0]), statistics.median(float(seconds) for _, seconds in bare)
    print(f"  bare tokenizer    {size / bare / 1e6:4.0f} MB/s of text")
    for name, (_, wall, *_) in found.items():
        print(f"  {name:16} {size / wall / 1e6:5.0f} MB/s of text, {bare / wall:.0%} of the bare tokenizer")


def starting(program, folder):
    short = folder / "short.jsonl"
    short.write_text(line(0, [{"role": "user", "content": "Hello"}], None, {"role": "assistant", "content": "Hi"}))
    found = medians({"one short line": [program, "simulate", str(short)], "--help": [program, "--help"]})
    for name, (_, wall, *_) in found.items():
        print(f"  {name:16} {wall * 1000:6.1f} ms")


def counting(program, log, size, distinct):
    one = ["--threads", "1"]
    found = medians({
        "simulate": [program, "simulate", log, *one],
        "curve --over ttl": [program, "curve", log, "--over", "ttl", *one],
        "curve --over capacity": [program, "curve", log, "--over", "capacity", *one],
        "--help": [program, "--help"],
    })
    _, _, least, _ = found.pop("--help")
    for name, (cpu, _, most, _) in found.items():
        each = (most - least) / distinct
        print(f"  {name:22} {cpu:5.2f} s CPU, {size / cpu / 1e6:4.1f} million blocks/s, {each:3.0f} bytes for each distinct block")


def memory(program, log, size):
    """The most memory of a run on a log that comes through a pipe again and again."""
    times = -(-size // Path(log).stat().st_size)
    again = subprocess.Popen(["cat", *[log] * times], stdout=subprocess.PIPE)
    _, _, most, _ = measured([program, "simulate", "-"], again.stdout)
    print(f"  {times} times the log through a pipe: at most {most / 1e6:.0f} MB resident")


def in_each_format(program, folder):
    """Rows of the table of formats: name, megabytes, seconds of CPU, how many times J, how many times as fast with two threads."""
    size, rows = 60e6, []
    start = medians({"start": [sys.executable, "-c", "import orjson"]})["start"][0]
    for name in [*formats.LINES, *formats.DOCUMENTS]:
        is_document = name in formats.DOCUMENTS
        log = folder / f"{name}.{'json' if is_document else 'jsonl'}"
        if not log.exists():
            (formats.write_document if is_document else formats.write_lines)(log, name, size)
    for name, turns in sessions():
        log = folder / f"{name}-{turns}.jsonl"
        if not log.exists():
            formats.write_session(log, name, turns)
    os.sync()
    for log in sorted(folder.glob("*.json*")):
        parse = WHOLE if log.suffix == ".json" else PARSE
        found = medians({
            "J": [sys.executable, "-c", parse, str(log)],
            "one": [program, "simulate", str(log), "--threads", "1"],
            "two": [program, "simulate", str(log), "--threads", "2"],
            "no causes": [program, "simulate", str(log), "--threads", "1", "--no-causes"],
        })
        j = max(found["J"][0] - start, 0.001)
        ratio = lambda name: f"{found[name][0] / j:.1f} × J"
        two = found["one"][1] / found["two"][1]
        rows.append((log.name, f"{log.stat().st_size / 1e6:.0f} MB", f"{found['one'][0]:.2f} s", ratio("one"), ratio("no causes"), f"{two:.2f} ×"))
    return rows


def sessions():
    return [(name, turns) for name in formats.SESSIONS for turns in (1000, 2000, 4000)]


def beside_others(program, folder):
    """The CPU of tools that read a folder of Claude Code's sessions or a chat log, of those that are installed."""
    home = folder / "home"
    if not home.exists():
        formats.write_sessions(home / ".claude", "claude-code", 1200, 40)
    root = home / ".claude" / "projects"
    os.environ["HOME"] = str(home)
    commands = {
        "cachecheck simulate": [program, "simulate", str(root)],
        "cachecheck cost": [program, "cost", str(root)],
        "tokscale": ["tokscale", "--json"],
        "ccusage": ["ccusage", "daily", "--offline", "--json"],
        "claude-cache-audit": ["claude-cache-audit", "--all", "--json"],
        "cachecheck simulate, openai-chat.jsonl": [program, "simulate", str(folder / "openai-chat.jsonl")],
        "prompt-cache-doctor, openai-chat.jsonl": ["pcd", "analyze", str(folder / "openai-chat.jsonl")],
        "kvlint, openai-chat.jsonl": ["kvlint", "analyze", "--model", "gpt-4o", str(folder / "openai-chat.jsonl")],
    }
    installed = {name: command for name, command in commands.items() if shutil.which(command[0])}
    for name in commands.keys() - installed.keys():
        print(f"  {name}: {commands[name][0]} is not installed", file=sys.stderr)
    found = medians(installed, may_fail=[name for name in installed if not name.startswith("cachecheck ")])
    rows = []
    for name, (cpu, wall, most, has_failed) in found.items():
        rows.append((f"{name}, broken off" if has_failed else name, f"{cpu:.2f} s", f"{wall:.2f} s", f"{most / 1e6:.0f} MB"))
    return rows


def table(head, rows):
    lines = [head, ["---"] * len(head), *rows]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)


def write_formats(program, folder):
    """Measures every format and puts the tables into benches/README.md, between the lines that mark their place."""
    each = table(["log", "size", "CPU, one thread", "of J", "of J, `--no-causes`", "two threads"], in_each_format(program, folder))
    others = table(["1,200 sessions of Claude Code", "CPU", "wall", "memory"], beside_others(program, folder))
    readme = Path(__file__).with_name("README.md")
    begin, end = "<!-- formats: written by whole.py --formats -->\n", "<!-- end of formats -->\n"
    before, rest = readme.read_text(encoding="utf-8").split(begin)
    readme.write_text(before + begin + "\n" + each + "\n" + others + "\n" + end + rest.split(end)[1], encoding="utf-8")
    print(each + "\n" + others)


def main():
    global rounds
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("program", nargs="?", default="target/release/cachecheck")
    arguments.add_argument("--memory", action="store_true", help="also two gigabytes through a pipe")
    arguments.add_argument("--formats", action="store_true", help="every format alone, and the table in benches/README.md")
    arguments.add_argument("--keep", metavar="FOLDER", help="keep the logs there, and use those that are there")
    arguments.add_argument("--rounds", type=int, default=rounds, help="runs of each command, of which the median is shown")
    arguments = arguments.parse_args()
    rounds = arguments.rounds
    program = os.path.abspath(arguments.program)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(arguments.keep or temporary)
        if arguments.formats:
            of_formats = folder / "formats"
            of_formats.mkdir(parents=True, exist_ok=True)
            return write_formats(program, of_formats)
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
