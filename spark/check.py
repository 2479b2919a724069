#!/usr/bin/env python3
"""cachecheck-spark against `cachecheck simulate`: the report to the byte, and the hits and costs of calls by their keys, call by call.

usage: check.py PROGRAM MASTER LOG [LOG…] [--kill] [--cut MEGABYTES] [-- OPTION…]     MASTER as `local[2]`, or `workers` for a master and two workers of its own

--kill ends one of the two workers once blocks have been written for the other. --cut cuts the logs into files of that size for keys. OPTION are options of cachecheck; with --ttl blocks are
counted by SQL. Needs Java 17, pyspark, pandas and pyarrow. Prints times, CPU and the bytes that were shuffled.
"""
import json
import os
import pathlib
import resource
import subprocess
import sys
import tempfile
import threading
import time

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE))
os.environ["PYTHONPATH"] = str(HERE)
os.environ["PYSPARK_PYTHON"] = sys.executable
import pyspark
from pyspark.sql import SparkSession

import cachecheck_spark as job

PORT = 7_077


def workers():
    """A master and two workers; the wheel of pyspark has no scripts that start them."""
    home = pathlib.Path(pyspark.__file__).parent
    env = {**os.environ, "SPARK_HOME": str(home), "SPARK_NO_DAEMONIZE": "1", "PYTHONPATH": str(HERE)}
    env |= {"SPARK_WORKER_DIR": tempfile.mkdtemp(prefix="cachecheck-workers-")}
    start = lambda *args: subprocess.Popen([home / "bin/spark-class", *args], env=env, stderr=subprocess.DEVNULL)
    deploy = "org.apache.spark.deploy"
    begun = [start(f"{deploy}.master.Master", "--host", "localhost", "--port", str(PORT), "--webui-port", "0")]
    time.sleep(10)
    begun += [start(f"{deploy}.worker.Worker", "--cores", "1", "--memory", "2g", "--webui-port", "0", f"spark://localhost:{PORT}") for _ in range(2)]
    time.sleep(10)
    return begun


def shuffled(spark):
    """Bytes that all stages so far have written for others."""
    context = spark.sparkContext
    none = context._gateway.new_array(context._jvm.double, 0)
    stages = context._jsc.sc().statusStore().stageList(None, False, False, none, context._jvm.java.util.ArrayList())
    return sum(stages.apply(at).shuffleWriteBytes() for at in range(stages.size()))


def cpu(spark):
    """Seconds of CPU that tasks took so far, without their Python and the program."""
    context = spark.sparkContext
    none = context._gateway.new_array(context._jvm.double, 0)
    stages = context._jsc.sc().statusStore().stageList(None, False, False, none, context._jvm.java.util.ArrayList())
    return sum(stages.apply(at).executorCpuTime() for at in range(stages.size())) / 1e9


def kill_behind_a_shuffle(spark, worker, from_bytes):
    """Ends a worker as soon as more has been written for others."""

    def wait():
        while shuffled(spark) <= from_bytes:
            time.sleep(0.2)
        worker.kill()
        print(f"killed a worker behind {(shuffled(spark) - from_bytes) / 1e3:.0f} kB of shuffle", flush=True)

    threading.Thread(target=wait, daemon=True).start()


def main():
    args = sys.argv[1:]
    options = args[args.index("--") + 1:] if "--" in args else []
    args = args[:args.index("--")] if "--" in args else args
    kills, size = "--kill" in args, option(args, "--cut")
    program, master, *logs = [arg for arg in args if arg not in ["--kill", "--cut", size]]
    size = int(size) << 20 if size else None
    logs = [str(pathlib.Path(log).resolve()) for log in logs]
    program = pathlib.Path(program).resolve()
    begun = workers() if master == "workers" else []
    try:
        url = f"spark://localhost:{PORT}" if begun else master
        builder = SparkSession.builder.master(url).config("spark.ui.enabled", "false").config("spark.executor.cores", "1")
        spark = builder.config("spark.executorEnv.PYTHONPATH", str(HERE)).config("spark.executor.memory", "1500m").getOrCreate()
        spark.sparkContext.setLogLevel("ERROR")
        compare(spark, program, logs, options, master, begun[-1] if kills else None, size)
        spark.stop()
    finally:
        for process in begun:
            process.kill()


def timed(spark, what):
    """Runs something, and gives its result with seconds of wall time, CPU of tasks, CPU of programs that ended here, and bytes shuffled."""
    begin, used, moved = time.time(), cpu(spark), shuffled(spark)
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    result = what()
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    own = ended.ru_utime + ended.ru_stime - children.ru_utime - children.ru_stime
    return result, f"{time.time() - begin:.1f} s ({cpu(spark) - used:.1f} s CPU of Spark's tasks, {own:.1f} s of programs)", shuffled(spark) - moved


def compare(spark, program, logs, options, master, to_kill, size):
    simulate = lambda: job.run([program, "simulate", *logs, *options, "--no-causes", "--threads", 1])
    (whole, _), told, _ = timed(spark, simulate)
    print(f"simulate: {told}")
    if to_kill is None:
        compare_report(spark, program, logs, options, master, whole)
    lines, _ = job.run([program, "simulate", *logs, *options, "--no-causes", "--format", "jsonl"])
    places = {name: number for number, name in enumerate(logs, 1)}
    # Of several calls in one line the first stands for all.
    wanted = {}
    for row in map(json.loads, lines.splitlines()):
        wanted.setdefault((places[row["source"]], row["line"]), row)
    compare_hits(spark, program, logs, options, master, wanted, to_kill, size)


def compare_report(spark, program, logs, options, master, whole):
    with tempfile.TemporaryDirectory() as folder:
        merged = lambda: job.report(spark, program, logs, options=[*options, "--no-causes"], rows=f"{folder}/calls")
        merged, told, _ = timed(spark, merged)
        if merged != whole:
            sys.exit(f"the report of Spark differs from the whole one:\n{merged}")
        calls = spark.read.parquet(f"{folder}/calls").count()
    print(f"report by {master}: the same bytes, and a table of {calls} calls; {told}")


def compare_hits(spark, program, logs, options, master, wanted, to_kill, size):
    ttl, delay, profile = option(options, "--ttl"), option(options, "--delay"), option(options, "--profile")
    lifetime = job.OWN if ttl is None else None if ttl == "never" else float(ttl.removesuffix("s"))
    with tempfile.TemporaryDirectory() as folder:
        into, key = pathlib.Path(folder), pathlib.Path(folder) / "key"
        # The first run makes the secret.
        job.run([program, "keys", logs[0], *options, "--into", folder, "--key-file", key])
        said, made, _ = timed(spark, lambda: job.keys(spark, program, logs, key, into, options, size))
        print(f"keys by {master}: {made}; {'; '.join(f'{pathlib.Path(log).name}: {told}' for log, told in said)}")
        if to_kill:
            kill_behind_a_shuffle(spark, to_kill, shuffled(spark))
        given = ["--profile", profile] if profile else []
        count = lambda: job.hits(spark, program, into, lifetime, float((delay or "0").removesuffix("s")), given)
        _, counted, moved = timed(spark, count)
        found = spark.read.parquet(str(into / "hits")).collect()
        blocks = spark.read.parquet(str(into / "blocks")).count()
    known = buckets = 0
    for row in found:
        call = wanted[row.file, row.line]
        if row.hit_tokens_predicted is None:
            continue
        known += 1
        ours, theirs = ((hits["hit_tokens_predicted"], hits["cost_predicted"]) for hits in [row, call])
        if theirs[0] is not None and ours != theirs:
            sys.exit(f"request {row.file}:{row.line} hits and costs {ours} by its keys, {theirs} by simulate")
        # Those that keys tell to the token.
        ours = [row[f"bucket_{name}"] for name in ["hit", "pending", "expired"]]
        theirs = [call["ledger"][name] for name in ["hit", "pending", "expired"]] if call["ledger"] else ours
        if ours[0] is not None and ours != theirs:
            sys.exit(f"request {row.file}:{row.line} has {ours} hit, pending and expired by its keys, {theirs} by simulate")
        buckets += ours[0] is not None
    if len(found) < len(wanted):
        sys.exit(f"{len(found)} requests of {len(wanted)}")
    per_million = moved / max(blocks, 1)
    print(
        f"hits by {master}{' without one worker' if to_kill else ''}: the same in {known} of {len(found)} requests, the others by no rule that keys tell, and the buckets in {buckets};"
        f" {blocks} blocks, {counted}, {per_million:.1f} MB shuffled for each million of blocks"
    )


def option(options, name):
    """The value of an option; None where it is not given."""
    return options[options.index(name) + 1] if name in options else None


if __name__ == "__main__":
    main()
