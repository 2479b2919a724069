"""cachecheck on a Spark cluster: the program runs on the partitions, Spark moves rows, and nothing else is computed here.

`report` divides a log into shards (`simulate --partial`) and merges them into the report of the whole, to the byte. `hits` makes keys of
each file (`keys`), and counts the hits of caches of blocks by docs/hits.sql. All workers must see the logs under the same path.
"""

import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

from pyspark.sql import SparkSession, functions

REQUESTS = (
    "seq bigint, file bigint, line bigint, started bigint, ended bigint, scope string, model string, profile string, policy string, cache bigint,"
    " key_name string, block_size bigint, prompt_tokens bigint, prompt_tokens_billed bigint, core_tokens bigint, output_tokens bigint,"
    " prompt_tokens_reported bigint, hit_tokens_reported bigint, written_tokens_reported bigint, price_row string, currency string,"
    " price_miss string, price_hit string, price_written string, price_written_5m string, price_written_30m string, price_written_1h string,"
    " price_written_12h string, cost_output string"
)
BLOCKS = (
    "seq bigint, pos bigint, key_high bigint, key_low bigint, tokens bigint, after_answer boolean, read boolean, written boolean,"
    " lifetime bigint"
)
STATE = "key_high bigint, key_low bigint, last_use bigint, open_from bigint, lifetime bigint, owner bigint"
NEVER = 9223372036854775807
UNKNOWN = -9223372036854775808
HERE = pathlib.Path(__file__).parent


def names(schema):
    """The columns of a schema."""
    return [column.split()[0] for column in schema.split(",")]


def sql(lifetime, delay):
    """The SQL of the documents, for a lifetime (None for one without end) and a delay in seconds."""
    places = [HERE / "hits.sql", HERE / "../../docs/hits.sql"]
    text = next(place for place in places if place.exists()).read_text()
    lifetime = NEVER if lifetime is None else int(lifetime * 1_000_000)
    return text.replace("{lifetime}", str(lifetime)).replace("{delay}", str(int(delay * 1_000_000)))


def run(args):
    """Runs the program, and gives what it writes."""
    done = subprocess.run([str(arg) for arg in args], capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(str(arg) for arg in args)}\n{done.stderr}")
    return done.stdout, done.stderr


def report(spark, program, logs, shards, options=(), rows=None):
    """The report of `simulate` over logs, by shards that run wherever there is room; `rows` is a folder for a table of all calls."""
    with tempfile.TemporaryDirectory() as folder:
        assumptions = pathlib.Path(folder) / "assumptions.yaml"
        # What is found out over the whole log comes first, in one pass.
        run([program, "simulate", *logs, *options, "--assumptions", assumptions])
        decided = assumptions.read_text()

        def shard(number):
            with tempfile.TemporaryDirectory() as own:
                file = pathlib.Path(own) / "assumptions.yaml"
                file.write_text(decided)
                divided = ["--assumptions", file, "--partial", f"{number}/{shards}", "--threads", 1]
                part, _ = run([program, "simulate", *logs, *options, *divided])
                lines = run([program, "simulate", *logs, *options, *divided, "--format", "jsonl"])[0] if rows else ""
                return part, lines.splitlines()

        numbers = spark.sparkContext.parallelize(range(1, shards + 1), shards)
        divided = numbers.map(shard).cache()
        if rows:
            spark.read.json(divided.flatMap(lambda result: result[1])).write.mode("overwrite").parquet(str(rows))
        parts = []
        for number, (part, _) in enumerate(divided.toLocalIterator(), 1):
            print(f"cachecheck-spark: shard {number} of {shards}", file=sys.stderr)
            name = pathlib.Path(folder) / f"{number}.partial"
            name.write_text(part)
            parts.append(name)
        return run([program, "report", *parts])[0]


def keys(spark, program, logs, key_file, options=()):
    """The tables of calls and blocks of some files, each made where there is room, with calls numbered in the order of time."""
    key = pathlib.Path(key_file).read_text()

    def of_file(numbered):
        number, log = numbered
        with tempfile.TemporaryDirectory() as own:
            folder = pathlib.Path(own)
            (folder / "key").write_text(key)
            _, told = run([program, "keys", log, *options, "--into", folder, "--key-file", folder / "key", "--threads", 1])
            for line in told.splitlines():
                print(line, file=sys.stderr)
            for table in ["requests", "blocks"]:
                with open(folder / f"{table}.jsonl") as lines:
                    for line in lines:
                        yield table, number, line

    files = spark.sparkContext.parallelize(list(enumerate(logs)), len(logs))
    made = files.flatMap(of_file).toDF("table string, number int, line string").cache()

    def table(name, schema):
        read = functions.from_json("line", schema).alias("row")
        return made.where(functions.col("table") == name).select("number", read).select("number", "row.*")

    requests = table("requests", REQUESTS)
    if len(logs) > 1:
        lost = requests.where((functions.col("started") == UNKNOWN) & (functions.col("number") > 0)).count()
        if lost:
            raise RuntimeError(f"{lost} calls have no time and no line before them in their file, so that nothing says where among the other files they stand")
    # The number of a call in the order of all: by time, then as the files were named.
    ordered = requests.orderBy("started", "number", "seq").rdd.zipWithIndex()
    places = ordered.map(lambda pair: (pair[0]["number"], pair[0]["seq"], pair[1])).toDF("number int, seq bigint, at bigint")
    calls = requests.drop("file").join(places, ["number", "seq"]).withColumn("file", functions.col("number") + 1)
    blocks = table("blocks", BLOCKS).join(places, ["number", "seq"])
    renumbered = lambda frame: frame.drop("seq", "number").withColumnRenamed("at", "seq")
    return renumbered(calls).select(*names(REQUESTS)), renumbered(blocks).select(*names(BLOCKS))


def hits(spark, requests, blocks, lifetime, delay):
    """The hits of each call, beside its columns."""
    requests.createOrReplaceTempView("requests")
    blocks.createOrReplaceTempView("blocks")
    spark.createDataFrame([], STATE).createOrReplaceTempView("state")
    return requests.join(spark.sql(sql(lifetime, delay)), "seq")


def main():
    parser = argparse.ArgumentParser(prog="cachecheck-spark", description=__doc__)
    parser.add_argument("what", choices=["report", "hits"])
    parser.add_argument("logs", nargs="+")
    parser.add_argument("--program", default="cachecheck", help="the program on each worker")
    parser.add_argument("--shards", type=int, default=None, help="number of shards of a report [default: one for each core]")
    parser.add_argument("--rows", default=None, help="folder for a Parquet table of all calls")
    parser.add_argument("--key-file", default=None, help="secret of the keys, for hits")
    parser.add_argument("--into", default=None, help="folder for the Parquet tables of hits")
    parser.add_argument("--ttl", type=float, default=None, help="seconds that a block lives after its last use [default: for ever]")
    parser.add_argument("--delay", type=float, default=0, help="seconds until a block can be served")
    parser.add_argument("--option", action="append", default=[], help="an option of cachecheck, such as --option=--scope --option=/team")
    args = parser.parse_args()
    spark = SparkSession.builder.appName("cachecheck").getOrCreate()
    if args.what == "report":
        shards = args.shards or spark.sparkContext.defaultParallelism
        sys.stdout.write(report(spark, args.program, args.logs, shards, args.option, args.rows))
        return
    if not (args.key_file and args.into):
        parser.error("hits needs --key-file and --into")
    requests, blocks = keys(spark, args.program, args.logs, args.key_file, args.option)
    into = pathlib.Path(args.into)
    # Written once: the tables are the shuffle's input, and any tool reads them.
    requests.write.mode("overwrite").parquet(str(into / "requests"))
    blocks.write.mode("overwrite").parquet(str(into / "blocks"))
    requests, blocks = (spark.read.parquet(str(into / table)) for table in ["requests", "blocks"])
    hits(spark, requests, blocks, args.ttl, args.delay).write.mode("overwrite").parquet(str(into / "hits"))
    told = spark.read.parquet(str(into / "hits")).agg(functions.count("*"), functions.sum("prompt_tokens"), functions.sum("hit_tokens")).first()
    print(json.dumps(dict(zip(["requests", "prompt_tokens", "hit_tokens"], told))))


if __name__ == "__main__":
    main()
