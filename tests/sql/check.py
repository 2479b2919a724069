#!/usr/bin/env python3
"""Hits and buckets by keys against `cachecheck simulate`, on random logs: those of every request must be the same, whether `cachecheck hits` counts them or
docs/hits.sql in DuckDB, in one run or day after day with a state.

usage: check.py PROGRAM [LOGS]      (needs the package duckdb; LOGS is the number of random logs, 40 if it is not told)

The logs have calls of one time, without a time and out of order, answers with and without an end, several owners and models.
"""
import collections
import json
import pathlib
import random
import re
import subprocess
import sys
import tempfile

import duckdb

HERE = pathlib.Path(__file__).parent
DOCS = HERE / "../../docs"
LIVES, HITS, STATE = ((DOCS / name).read_text() for name in ["lives.sql", "hits.sql", "state.sql"])
NEVER = 9223372036854775807
WORDS = "the cache keeps a block of tokens for as long as nobody asks another one that is older".split()
EMPTY = "select * from (values (0::bigint, 0::bigint, 0::bigint, 0::bigint, 0::bigint, 0::bigint, 0::bigint)) t(key_high, key_low, last_use, open_from, lifetime, owner, least_core) where false"
STATE_COLUMNS = ["key_high", "key_low", "last_use", "open_from", "lifetime", "least_core"]
BUCKETS = ["hit", "tail", "rule", "pending", "expired", "evicted", "new", "diverged", "cold"]


def text(chance):
    return " ".join(chance.choice(WORDS) for _ in range(chance.randrange(5, 60)))


def message(chance, role, marks):
    """A message, marked for the cache now and then where its rule goes by marks."""
    part = {"type": "text", "text": text(chance)}
    if marks and chance.random() < 0.5:
        part["cache_control"] = {"type": "ephemeral", **({"ttl": "1h"} if chance.random() < 0.3 else {})}
    return {"role": role, "content": [part] if marks else part["text"]}


def calls(chance, number, marks):
    """Random calls: conversations that go on, begin again or part."""
    talks = [[message(chance, "user" if marks else "system", marks)] for _ in range(4)]
    time = 1_775_000_000.0
    for _ in range(number):
        talk = chance.choice(talks)
        if len(talk) > 7 or chance.random() < 0.2:
            del talk[chance.randrange(1, len(talk) + 1):]
        talk.append(message(chance, "user", marks))
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
    done = subprocess.run([str(arg) for arg in args], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, args))}: {done.stderr}")
    return done.stdout


def rows(text):
    return [json.loads(line) for line in text.splitlines()]


def counted(base):
    """The hits and buckets by docs/hits.sql, buckets with the names that `simulate` has for them."""
    base.execute(HITS)
    names = [column[0] for column in base.description]
    found = [dict(zip(names, row)) for row in base.fetchall()]
    return [(row["seq"], row["hit_tokens"], {name: row[f"bucket_{name}"] for name in BUCKETS}) for row in found]


class Log:
    """A random log, its tables, and the hits of its calls by the program."""

    def __init__(self, program, folder, seed):
        chance = random.Random(seed)
        self.program, self.folder, self.seed = program, folder, seed
        self.rule = ["blocks", "blocks", "units", "breakpoints"][seed % 4]
        log = folder / "log.jsonl"
        log.write_text("".join(json.dumps(call) + "\n" for call in calls(chance, 150, self.rule == "breakpoints")))
        lifetime, delay = chance.choice([None, 10, 60, 600]), chance.choice([0, 0, 1, 15])
        self.lifetime, self.delay = lifetime * 1_000_000 if lifetime else NEVER, delay * 1_000_000
        self.times = ["--delay", f"{delay}s", "--ttl", f"{lifetime}s" if lifetime else "never"]
        self.profile = ["--profile", HERE / f"{self.rule}.yaml"]
        options = [*self.profile, *self.times, "--scope", "/team", "--order", chance.choice(["time", "log"])]
        simulated = rows(run(program, "simulate", log, *options, "--no-causes", "--format", "jsonl"))
        run(program, "keys", log, *options, "--into", folder, "--key-file", folder / "key")
        self.wanted = {row["line"]: (row["hit_tokens_predicted"], None) for row in simulated}
        if self.rule == "blocks":
            self.wanted = {row["line"]: (row["hit_tokens_predicted"], row["ledger"]) for row in self.redacted(log, options)}
            if any(row["hit_tokens_predicted"] != self.wanted[row["line"]][0] for row in simulated):
                sys.exit(f"log {seed}: the hits of the texts are not those of the redacted log")
        self.requests, self.blocks = (rows((folder / f"{table}.jsonl").read_text()) for table in ["requests", "blocks"])
        cuts = sorted(chance.sample(range(1, len(self.requests)), 2))
        self.days = list(zip([0, *cuts], [*cuts, len(self.requests)]))

    def redacted(self, log, options):
        """The rows of `simulate` over the log without texts, whose buckets are exact to the block."""
        redacted = self.folder / "redacted.jsonl"
        redacted.write_text(run(self.program, "parse", log, *self.profile, "--scope", "/team", "--redact", "--key-file", self.folder / "key"))
        own_scope = [option for option in options if option not in ["--scope", "/team"]]
        return rows(run(self.program, "simulate", redacted, *own_scope, "--no-causes", "--format", "jsonl"))

    def hold(self, found, how):
        """Ends the check at the first request with other hits or buckets."""
        places = {call["seq"]: call["line"] for call in self.requests}
        found = {places[seq]: figures for seq, *figures in found}
        for line, (hits, ledger) in self.wanted.items():
            if found.get(line) != [hits, ledger]:
                sys.exit(f"log {self.seed}, {self.rule}, {self.times}: line {line} has {found.get(line)} {how}, {[hits, ledger]} by simulate")

    def by_program(self, folder, *options):
        """The hits and buckets of the tables in a folder by the program."""
        found = rows(run(self.program, "hits", folder, *self.profile, *self.times, *options))
        return [(row["seq"], row["hit_tokens_predicted"], row["ledger"]) for row in found]

    def day(self, number):
        """The tables of a day, in a folder of its own."""
        (first, end), folder = self.days[number], self.folder / f"day-{number}"
        folder.mkdir(exist_ok=True)
        for table, lines in [("requests", self.requests), ("blocks", self.blocks)]:
            of_day = [line for line in lines if first <= line["seq"] < end]
            (folder / f"{table}.jsonl").write_text("".join(json.dumps(line) + "\n" for line in of_day))
        return folder

    def days_by_program(self):
        """The hits of all days, each with the state of the day before."""
        found, state = [], self.folder / "state"
        for number in range(len(self.days)):
            before = ["--state-in", state] if number else []
            found += self.by_program(self.day(number), *before, "--state-out", state)
        return found

    def filled(self, sql):
        return sql.replace("{lifetime}", str(self.lifetime)).replace("{delay}", str(self.delay))

    def by_sql(self):
        base = duckdb.connect()
        for table in ["requests", "blocks"]:
            base.execute(f"create view {table} as from read_json('{self.folder}/{table}.jsonl')")
        base.execute(f"create table state as {EMPTY}")
        base.execute(f"create view lives as {self.filled(LIVES)}")
        return counted(base)

    def days_by_sql(self):
        """The same by SQL; its last state must be the program's."""
        found, base = [], duckdb.connect()
        base.execute(f"create table state as {EMPTY}")
        for number in range(len(self.days)):
            for table in ["requests", "blocks"]:
                base.execute(f"create or replace view {table} as from read_json('{self.day(number)}/{table}.jsonl')")
            base.execute(f"create or replace view lives as {self.filled(LIVES)}")
            found += counted(base)
            base.execute(f"create or replace table next as {self.filled(STATE)}")
            base.execute("create or replace table state as from next")
        columns = ", ".join(STATE_COLUMNS)
        ours = base.execute(f"select {columns} from state").fetchall()
        theirs = [tuple(row[column] for column in STATE_COLUMNS) for row in rows((self.folder / "state/state.jsonl").read_text())]
        # A lifetime without end is none in a table.
        theirs = [(*row[:4], None if row[4] == NEVER else row[4], row[5]) for row in theirs]
        if sorted(map(str, ours)) != sorted(map(str, theirs)):
            sys.exit(f"log {self.seed}: the state by SQL has {len(ours)} entries, by the program {len(theirs)}, or others")
        return found


def documented(folder):
    """The lines of docs/scale.md in DuckDB, as they stand there but for the place of the SQL; gives the number of calls they count."""
    lines = re.search(r"```sql\n(.*?)```", (DOCS / "scale.md").read_text(), re.S).group(1)
    texts = {"lives": LIVES.replace("{lifetime}", "600000000").replace("{delay}", "0"), "hits": HITS}
    lines = re.sub(r"<docs/(\w+).sql[^>]*>", lambda place: texts[place[1]], lines).replace("keys/", f"{folder}/").replace("'blocks.parquet'", f"'{folder}/blocks.parquet'")
    base = duckdb.connect()
    base.execute(lines)
    written = base.execute(f"select count(*) from '{folder}/blocks.parquet'").fetchone()
    return written == base.execute("select count(*) from blocks").fetchone() and base.execute("select count(*) from hits").fetchone()[0]


def main():
    program, logs = pathlib.Path(sys.argv[1]).resolve(), int(sys.argv[2]) if len(sys.argv) > 2 else 40
    sums = collections.Counter()
    for seed in range(logs):
        with tempfile.TemporaryDirectory() as folder:
            log = Log(program, pathlib.Path(folder), seed)
            log.hold(log.by_program(log.folder), "by hits")
            log.hold(log.days_by_program(), "by hits, day after day")
            sums["calls"] += len(log.wanted)
            sums["served"] += sum(hits > 0 for hits, _ in log.wanted.values())
            sums[log.rule] += sum(hits > 0 for hits, _ in log.wanted.values())
            if log.rule == "blocks":
                log.hold(log.by_sql(), "by SQL")
                log.hold(log.days_by_sql(), "by SQL, day after day")
                sums["sql"] += len(log.wanted)
            if seed == 0 and documented(log.folder) != len(log.wanted):
                sys.exit("the lines of docs/scale.md in DuckDB count other requests")
    print(
        f"{sums['calls']} requests in {logs} random logs, {sums['served']} of them served ({sums['units']} by units, {sums['breakpoints']} by breakpoints): the same hits and buckets by `hits`, in one run and by days;"
        f" {sums['sql']} of them also by docs/hits.sql in DuckDB {duckdb.__version__}"
    )
    print(f"{logs} passed, 0 failed")


if __name__ == "__main__":
    main()
