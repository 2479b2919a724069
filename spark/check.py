#!/usr/bin/env python3
"""cachecheck-spark against `cachecheck simulate`: the report to the byte, and the hits of a cache of blocks, call by call.

usage: check.py PROGRAM MASTER LOG [LOG…] [-- OPTION…]     MASTER as `local[2]`, or `workers` for a master and two workers of its own

Needs Java 17, pyspark and pandas. Prints times, CPU and the bytes that were shuffled.
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
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
    start = lambda *args: subprocess.Popen([home / "bin/spark-class", *args], env=env, stderr=subprocess.DEVNULL)
    deploy = "org.apache.spark.deploy"
    begun = [start(f"{deploy}.master.Master", "--host", "localhost", "--port", str(PORT), "--webui-port", "0")]
    time.sleep(8)
    begun += [start(f"{deploy}.worker.Worker", "--cores", "1", "--memory", "2g", "--webui-port", "0", f"spark://localhost:{PORT}") for _ in range(2)]
    time.sleep(8)
    return begun


def shuffled(spark):
    """Bytes that all stages so far have written for others."""
    context = spark.sparkContext
    none = context._gateway.new_array(context._jvm.double, 0)
    stages = context._jsc.sc().statusStore().stageList(None, False, False, none, context._jvm.java.util.ArrayList())
    return sum(stages.apply(at).shuffleWriteBytes() for at in range(stages.size()))


def main():
    args = sys.argv[1:]
    options = args[args.index("--") + 1:] if "--" in args else []
    program, master, *logs = args[:args.index("--")] if "--" in args else args
    logs = [str(pathlib.Path(log).resolve()) for log in logs]
    program = pathlib.Path(program).resolve()
    begun = workers() if master == "workers" else []
    try:
        url = f"spark://localhost:{PORT}" if begun else master
        builder = SparkSession.builder.master(url).config("spark.ui.enabled", "false").config("spark.sql.shuffle.partitions", "8")
        spark = builder.config("spark.executorEnv.PYTHONPATH", str(HERE)).config("spark.executor.memory", "2g").getOrCreate()
        spark.sparkContext.setLogLevel("ERROR")
        compare(spark, program, logs, options, master)
        spark.stop()
    finally:
        for process in begun:
            process.kill()


def compare(spark, program, logs, options, master):
    begin = time.time()
    whole, _ = job.run([program, "simulate", *logs, *options, "--no-causes", "--threads", 1])
    alone = time.time() - begin
    begin = time.time()
    merged = job.report(spark, program, logs, 2, [*options, "--no-causes"])
    divided = time.time() - begin
    if merged != whole:
        sys.exit("the merged report is another one than that of simulate")
    print(f"report by {master}: the same bytes; {alone:.1f} s alone, {divided:.1f} s with assumptions and two shards")
    rows, _ = job.run([program, "simulate", *logs, *options, "--no-causes", "--format", "jsonl"])
    names = {str(log): number for number, log in enumerate(logs, 1)}
    wanted = {(names[row["source"]], row["line"]): row for row in map(json.loads, rows.splitlines())}
    with tempfile.TemporaryDirectory() as folder:
        key = pathlib.Path(folder) / "key"
        key.write_text("a secret of this check alone, no other\n")
        begin = time.time()
        requests, blocks = job.keys(spark, program, logs, key, options)
        tables = {"requests": requests, "blocks": blocks}
        for name, table in tables.items():
            table.write.parquet(f"{folder}/{name}")
        requests, blocks = (spark.read.parquet(f"{folder}/{name}") for name in tables)
        made = time.time() - begin
        before, begin = shuffled(spark), time.time()
        lifetime = option(options, "--ttl")
        found = job.hits(spark, requests, blocks, lifetime, option(options, "--delay") or 0).select("file", "line", "profile", "hit_tokens").collect()
        counted, bytes_moved, number = time.time() - begin, shuffled(spark) - before, blocks.count()
    differing = [row for row in found if wanted[row.file, row.line]["hit_tokens_predicted"] not in (None, row.hit_tokens)]
    if differing:
        sys.exit(f"{len(differing)} of {len(found)} calls hit otherwise by SQL, the first is {differing[0]}")
    per_million = bytes_moved / max(number, 1)
    print(
        f"hits by {master}: the same in {len(found)} calls of {number} blocks; keys {made:.1f} s, SQL {counted:.1f} s,"
        f" {per_million:.1f} MB shuffled for each million of blocks"
    )


def option(options, name):
    """The seconds of an option such as `--ttl 600s`; None where it is not given or without end."""
    if name not in options:
        return None
    value = options[options.index(name) + 1]
    return None if value == "never" else float(value.removesuffix("s"))


if __name__ == "__main__":
    main()
