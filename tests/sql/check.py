#!/usr/bin/env python3
"""docs/hits.sql in DuckDB against `cachecheck simulate`, on random logs: the hits of every call must be the same.

usage: check.py PROGRAM [LOGS]      (needs the package duckdb; LOGS is the number of random logs, 40 if it is not told)

The logs have calls of one time, without a time and out of order, answers with and without an end, several owners and models.
"""
import json
import pathlib
import random
import subprocess
import sys
import tempfile

import duckdb

HERE = pathlib.Path(__file__).parent
SQL = (HERE / "../../docs/hits.sql").read_text()
NEVER = 9223372036854775807
WORDS = "the cache keeps a block of tokens for as long as nobody asks another one that is older".split()


def text(chance):
    return " ".join(chance.choice(WORDS) for _ in range(chance.randrange(5, 60)))


def calls(chance, number):
    """Random calls: conversations that go on, begin again or part."""
    talks = [[{"role": "system", "content": text(chance)}] for _ in range(4)]
    time = 1_775_000_000.0
    for _ in range(number):
        talk = chance.choice(talks)
        if len(talk) > 7 or chance.random() < 0.2:
            del talk[chance.randrange(1, len(talk) + 1):]
        talk.append({"role": "user", "content": text(chance)})
        answer = {"role": "assistant", "content": text(chance)}
        call = {
            "request": {"model": chance.choice(["red", "blue"]), "messages": list(talk)},
            "response": {"choices": [{"message": answer}]},
            "team": chance.choice("ab"),
        }
        time += chance.choice([0, 0, 0.4, 3, 20, 90, -7])
        if chance.random() < 0.9:
            call["timestamp"] = time
            if chance.random() < 0.5:
                call["end_time"] = time + chance.choice([0, 1, 30])
        if chance.random() < 0.7:
            talk.append(answer)
        yield call


def run(*args):
    done = subprocess.run(args, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, args))}: {done.stderr}")
    return done.stdout


def compare(program, folder, seed):
    """The number of calls of one random log, and of those that were served something; ends the check at the first difference."""
    chance = random.Random(seed)
    log = folder / "log.jsonl"
    log.write_text("".join(json.dumps(call) + "\n" for call in calls(chance, 150)))
    lifetime = chance.choice([None, 10, 60, 600])
    delay = chance.choice([0, 0, 1, 15])
    options = ["--profile", HERE / "blocks.yaml", "--scope", "/team", "--order", chance.choice(["time", "log"])]
    options += ["--delay", f"{delay}s", "--ttl", f"{lifetime}s" if lifetime else "never"]
    rows = [json.loads(row) for row in run(program, "simulate", log, *options, "--no-causes", "--format", "jsonl").splitlines()]
    run(program, "keys", log, *options, "--into", folder, "--key-file", folder / "key")
    sql = SQL.replace("{lifetime}", str(lifetime * 1_000_000 if lifetime else NEVER)).replace("{delay}", str(delay * 1_000_000))
    base = duckdb.connect()
    for table in ["requests", "blocks"]:
        base.execute(f"create view {table} as from read_json('{folder}/{table}.jsonl')")
    places = dict(base.execute("select seq, line from requests").fetchall())
    found = {places[seq]: size * blocks for seq, size, blocks in base.execute(sql).fetchall()}
    wanted = {row["line"]: row["hit_tokens_predicted"] for row in rows}
    for line in wanted:
        if found.get(line) != wanted[line]:
            sys.exit(f"log {seed}, {options}: line {line} hits {found.get(line)} by SQL, {wanted[line]} by the program")
    return len(wanted), sum(hits > 0 for hits in wanted.values())


def main():
    program, logs = pathlib.Path(sys.argv[1]).resolve(), int(sys.argv[2]) if len(sys.argv) > 2 else 40
    with tempfile.TemporaryDirectory() as folder:
        sums = [compare(program, pathlib.Path(folder), seed) for seed in range(logs)]
    calls_in_all, served = (sum(column) for column in zip(*sums))
    print(f"{calls_in_all} calls in {logs} random logs, {served} of them served: the same hits by docs/hits.sql in DuckDB {duckdb.__version__}")
    print(f"{logs} passed, 0 failed")


if __name__ == "__main__":
    main()
