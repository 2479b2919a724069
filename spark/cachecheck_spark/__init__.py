"""cachecheck on a Spark cluster: the program runs on the partitions (`mapInArrow`), Spark moves rows, and nothing else is computed here.

`report` divides a log into shards (`simulate --partial`) and merges them into the report of the whole, to the byte. `hits` makes keys of
each file (`keys`) and counts hits by them: in the program over keys that were ever written (`hits`), or, with a lifetime that is the same for
all, those of blocks by docs/hits.sql, whose rows need not fit one machine. All workers must see the logs and the folder of the tables under the same path.
"""

import argparse
import contextlib
import itertools
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import threading
import time

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
STATE = "key_high bigint, key_low bigint, last_use bigint, open_from bigint, lifetime bigint, owner bigint, least_core bigint"
# The ledger, its buckets as columns of their own.
BUCKETS = ["hit", "tail", "rule", "pending", "expired", "evicted", "new", "diverged", "cold"]
LEDGER = ", ".join(f"bucket_{name} bigint" for name in BUCKETS)
HITS = (
    "seq bigint, file bigint, line bigint, scope string, model string, profile string, prompt_tokens bigint, hit_tokens_predicted bigint,"
    " written_tokens_predicted bigint, cost_predicted string, cost_without_cache string, currency string, " + LEDGER
)
# Fields of `simulate --format jsonl`.
CALLS = (
    "source string, line bigint, id string, time string, model string, profile string, profile_basis string, scope string, scope_basis string,"
    " prompt_tokens bigint, prompt_tokens_reported bigint, prompt_tokens_billed bigint, estimated boolean, known_in_part boolean,"
    " hit_tokens_predicted bigint, hit_tokens_min bigint, hit_tokens_max bigint, hit_tokens_reported bigint, hit_tokens_billed bigint,"
    " written_tokens_predicted bigint, written_tokens_reported bigint, output_tokens bigint, lost bigint, unexplained bigint,"
    " parent_source string, parent_line bigint, divergence_token bigint, divergence_place string, cost_predicted string,"
    " cost_reported string, cost_billed string, cost_logged string, cost_without_cache string, cost_best string, currency string, " + LEDGER
)
NEVER = 9223372036854775807
UNKNOWN = -9223372036854775808
# A key with more rows than this is counted by stretches of calls: the largest that was measured (docs/scale.md).
HOT = 3_000_000
# Less than this for a core is not worth another shard, each of which reads all lines; megabytes.
SHARD = 64
# Rows of a partition that is folded in the program, or shuffled.
ROWS = 2_000_000
# Rows of one key that a window keeps in memory. Spark's own choice is 4,096, and each further 4,096 are a file with two megabytes of buffers:
# keys of 60,000 rows did not fit into a gigabyte.
OF_A_KEY = 500_000
# Files with these endings may be cut between lines, if that is asked for: calls of agents' sessions span lines.
LINES = [".jsonl", ".ndjson", ".json", ".log", ".txt"]
# The folder of copies that have texts of prompts, which goes when all is counted: the tables have none.
TEXTS = "texts"
# Each rule's own lifetime and delay.
OWN = "own"
# Policies that SQL can count, and those of which reading refreshes only what it serves.
BY_SQL, FOLDED = ["blocks", "none"], ["units", "breakpoints"]
HERE = pathlib.Path(__file__).parent


def names(schema):
    """The columns of a schema."""
    return [column.split()[0] for column in schema.split(",")]


def sql(name, lifetime, delay):
    """The SQL of the documents, for a lifetime (None for one without end) and a delay in seconds."""
    text = next(place for place in [HERE / name, HERE / "../../docs" / name] if place.exists()).read_text()
    lifetime = NEVER if lifetime is None else int(lifetime * 1_000_000)
    return text.replace("{lifetime}", str(lifetime)).replace("{delay}", str(int(delay * 1_000_000)))


def run(args):
    """Runs the program, and gives what it writes."""
    done = subprocess.run([str(arg) for arg in args], capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(str(arg) for arg in args)}\n{done.stderr}")
    return done.stdout, done.stderr


@contextlib.contextmanager
def progress(spark, what):
    """A line on stderr every five seconds, while there is work: its tasks, done and in all."""
    tracker, ended, begin = spark.sparkContext.statusTracker(), threading.Event(), time.time()

    def tell():
        while not ended.wait(5):
            stages = [stage for stage in map(tracker.getStageInfo, tracker.getActiveStageIds()) if stage]
            tasks = ", ".join(f"{stage.numCompletedTasks} of {stage.numTasks} tasks" for stage in stages)
            print(f"cachecheck-spark: {what}: {tasks or 'waiting'}, {time.time() - begin:.0f} s", file=sys.stderr, flush=True)

    thread = threading.Thread(target=tell, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
    print(f"cachecheck-spark: {what}: done, {time.time() - begin:.1f} s", file=sys.stderr, flush=True)


def arrow(schema):
    """A schema of Spark as one of Arrow."""
    import pyarrow

    kinds = {"bigint": pyarrow.int64(), "string": pyarrow.string(), "boolean": pyarrow.bool_()}
    return pyarrow.schema([(name, kinds[kind]) for name, kind in map(str.split, schema.split(","))])


def batches(rows, schema, chunk=50_000):
    """Rows as Arrow batches with the columns of a schema."""
    import pyarrow

    fields, rows = arrow(schema), iter(rows)
    while part := list(itertools.islice(rows, chunk)):
        yield pyarrow.RecordBatch.from_pylist(part, schema=fields)


def of_file(path, schema, wanted, **same):
    """The rows of a file of JSON lines as Arrow batches with the wanted columns, some of them the same in all rows."""
    import pyarrow
    from pyarrow import json as arrow_json

    if not path.stat().st_size:
        return
    parse = arrow_json.ParseOptions(explicit_schema=arrow(schema), unexpected_field_behavior="ignore")
    for batch in arrow_json.open_json(path, arrow_json.ReadOptions(block_size=16 << 20), parse):
        value = lambda field: batch.column(field.name) if field.name in batch.schema.names else pyarrow.array([same.get(field.name)] * batch.num_rows, field.type)
        yield pyarrow.RecordBatch.from_arrays([value(field) for field in arrow(wanted)], schema=arrow(wanted))


def files(spark, logs, work):
    """The files of logs and of folders of them; a folder of Parquet becomes lines first, its column `line` or whole rows as JSON."""
    found = []
    for log in map(pathlib.Path, logs):
        if not log.is_dir():
            found.append(str(log))
            continue
        if not any(log.glob("**/*.parquet")):
            found += sorted(str(file) for file in log.glob("**/*") if file.is_file() and file.name[0] not in "._")
            continue
        table, lines = spark.read.parquet(str(log)), work / f"{log.name}-lines"
        line = functions.col("line") if "line" in table.columns else functions.to_json(functions.struct("*"))
        table.select(line.alias("value")).write.mode("overwrite").text(str(lines))
        found += sorted(str(file) for file in lines.glob("part-*"))
    return found


def cut(logs, size, into):
    """The logs as `(file, number of the log, lines before)`; those of plain lines that are larger than `size` bytes are cut into files of it."""
    pieces = []
    for number, log in enumerate(map(pathlib.Path, logs), 1):
        if not size or log.stat().st_size <= size or log.suffix not in LINES:
            pieces.append((str(log), number, 0))
            continue
        into.mkdir(parents=True, exist_ok=True)
        before = 0
        with open(log, "rb") as lines:
            for part in itertools.count():
                piece = into / f"{number:04}-{part:04}{log.suffix}"
                written, more = 0, False
                with open(piece, "wb") as file:
                    for line in lines:
                        file.write(line)
                        written, more = written + 1, True
                        if file.tell() >= size:
                            break
                if not more:
                    piece.unlink()
                    break
                pieces.append((str(piece), number, before))
                before += written
    return pieces


def shards_for(spark, logs):
    """As many shards as cores, and fewer where a core would get too little."""
    size = sum(pathlib.Path(log).stat().st_size for log in logs) // (SHARD << 20)
    return max(1, min(spark.sparkContext.defaultParallelism, size))


def assumptions_of(program, logs, options):
    """What evidence decides over whole logs, in one pass: the text of a file of assumptions."""
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / "assumptions.yaml"
        run([program, "simulate", *logs, *options, "--assumptions", file])
        return file.read_text()


def report(spark, program, logs, shards=None, options=(), rows=None):
    """The report of `simulate` over logs, by shards that run wherever there is room; `rows` is a folder for a table of all calls."""
    shards = shards or shards_for(spark, logs)
    with tempfile.TemporaryDirectory() as folder:
        decided = assumptions_of(program, logs, options)

        def of_shards(schema, form):
            def of_shard(numbers):
                for number in (number for batch in numbers for number in batch.column(0).to_pylist()):
                    with tempfile.TemporaryDirectory() as own:
                        file = pathlib.Path(own) / "assumptions.yaml"
                        file.write_text(decided)
                        part = ["--assumptions", file, "--partial", f"{number}/{shards}", "--threads", 1, *(flag for flag in form if flag not in options)]
                        text, _ = run([program, "simulate", *logs, *options, *part])
                    yield from batches((with_buckets(line, CALLS) for line in text.splitlines()) if form else [{"shard": number, "partial": text}], schema)

            return spark.range(1, shards + 1, 1, shards).mapInArrow(of_shard, schema)

        if rows:
            with progress(spark, f"calls of {shards} shards"):
                of_shards(CALLS, ["--format", "jsonl", "--no-causes"]).write.mode("overwrite").parquet(str(rows))
        with progress(spark, f"report of {shards} shards"):
            parts = of_shards("shard bigint, partial string", []).collect()
        for part in parts:
            (pathlib.Path(folder) / f"{part.shard}.partial").write_text(part.partial)
        return run([program, "report", *[pathlib.Path(folder) / f"{part.shard}.partial" for part in parts]])[0]


def with_buckets(line, schema):
    """A row of the program with the columns of a schema, its buckets among them."""
    row = json.loads(line)
    buckets = row.get("ledger") or {}
    return {name: row.get(name) for name in names(schema)} | {f"bucket_{name}": buckets.get(name) for name in BUCKETS}


def keys(spark, program, logs, key_file, into, options=(), size=None):
    """The tables of calls and blocks of some files, each made where there is room, with calls in the order of time; as Parquet in a folder.

    What evidence decides is decided over all files first, in one pass. With a size in bytes, larger files of plain lines are cut into
    files of it before. Gives what the program said of each file, such as the lines that it skipped.
    """
    key, both = pathlib.Path(key_file).read_text(), f"table string, number bigint, told string, {REQUESTS}"
    both += "".join(f", {column.strip()}" for column in BLOCKS.split(",")[1:])
    pieces = cut(logs, size, into / TEXTS)
    names_of_all = [piece for piece, _, _ in pieces]
    decided = assumptions_of(program, names_of_all, [*options, "--no-causes"])

    def of_pieces(numbers):
        for number in (number for batch in numbers for number in batch.column(0).to_pylist()):
            with tempfile.TemporaryDirectory() as own:
                folder = pathlib.Path(own)
                (folder / "key").write_text(key)
                (folder / "assumptions.yaml").write_text(decided)
                part = ["--assumptions", folder / "assumptions.yaml", "--partial", f"{number}/{len(pieces)}"]
                made = ["--into", folder, "--key-file", folder / "key", "--threads", 1]
                _, told = run([program, "keys", *names_of_all, *options, *part, *made])
                yield from batches([{"table": "told", "number": number, "told": told}], both)
                for table, schema in [("requests", REQUESTS), ("blocks", BLOCKS)]:
                    yield from of_file(folder / f"{table}.jsonl", schema, both, table=table, number=number)

    numbers = spark.range(1, len(pieces) + 1, 1, len(pieces))
    made = str(into / "made")
    with progress(spark, f"keys of {len(pieces)} files"):
        numbers.mapInArrow(of_pieces, both).write.mode("overwrite").partitionBy("table").parquet(made)
    table = lambda name, schema: spark.read.schema(f"number bigint, told string, {schema}").parquet(f"{made}/table={name}")
    # The files of one log go on counting its lines.
    placed = [(number, log, before) for number, (_, log, before) in enumerate(pieces, 1)]
    placed = functions.broadcast(spark.createDataFrame(placed, "number bigint, log bigint, before bigint"))
    requests = table("requests", REQUESTS).join(placed, "number")
    requests = requests.withColumn("line", functions.col("line") + functions.col("before")).withColumn("file", functions.col("log")).drop("log", "before")
    if len(pieces) > 1:
        lost = requests.where((functions.col("started") == UNKNOWN) & (functions.col("number") > 1)).count()
        if lost:
            raise RuntimeError(f"{lost} calls have no time and no line before them in their file, so that nothing says where among the others they stand")
    # Numbers that grow in the order of all calls: by time, then as the files were named. They are written once, so that none is given anew.
    ordered = requests.drop("told").orderBy("started", "number", "seq").withColumn("at", functions.monotonically_increasing_id())
    ordered.write.mode("overwrite").parquet(str(into / "ordered"))
    ordered = spark.read.parquet(str(into / "ordered"))
    renumbered = lambda frame: frame.drop("seq", "number").withColumnRenamed("at", "seq")
    renumbered(ordered).select(*names(REQUESTS)).write.mode("overwrite").parquet(str(into / "requests"))
    blocks = table("blocks", BLOCKS).join(ordered.select("number", "seq", "at"), ["number", "seq"])
    with progress(spark, "order of all calls"):
        renumbered(blocks).select(*names(BLOCKS)).write.mode("overwrite").parquet(str(into / "blocks"))
    name = lambda piece, log, before: f"{logs[log - 1]} from line {before + 1} on" if before else piece
    return [(name(*pieces[row.number - 1]), row.told.strip()) for row in table("told", REQUESTS).select("number", "told").orderBy("number").collect()]


def tables(spark, into):
    """The tables of calls and blocks in a folder."""
    return (spark.read.parquet(str(into / table)) for table in ["requests", "blocks"])


def by_sql(spark, requests, blocks, lifetime, delay, state=None):
    """The hits and buckets of requests to caches of blocks, and the state that they leave."""
    requests.createOrReplaceTempView("requests")
    blocks.createOrReplaceTempView("blocks")
    (state or spark.createDataFrame([], STATE)).createOrReplaceTempView("state")
    spark.sql(sql("lives.sql", lifetime, delay)).createOrReplaceTempView("lives")
    return spark.sql(sql("hits.sql", lifetime, delay)), spark.sql(sql("state.sql", lifetime, delay))


def stretches(requests, blocks):
    """Bounds of `seq` between which no key has too many rows; one stretch where none has so many anyway."""
    hottest = blocks.where("written").groupBy("key_high", "key_low").count().agg(functions.max("count")).first()[0] or 0
    pieces = -(-hottest // HOT)
    if pieces <= 1:
        return [(None, None)]
    cuts = requests.approxQuantile("seq", [piece / pieces for piece in range(1, pieces)], 0.001)
    return list(zip([None, *cuts], [*cuts, None]))


def within(frame, first, end):
    """The rows of a stretch of calls."""
    frame = frame if first is None else frame.where(functions.col("seq") >= first)
    return frame if end is None else frame.where(functions.col("seq") < end)


def counted_by_sql(spark, requests, blocks, lifetime, delay, into, state=None):
    """The hits of all stretches, one after the other where a key is too hot for one; gives a table, and the last state."""
    requests = requests.where(functions.col("policy").isin(BY_SQL))
    blocks, counted = blocks.join(requests.select("seq"), "seq", "left_semi"), str(into / "counted")
    found = stretches(requests, blocks)
    for number, (first, end) in enumerate(found):
        with progress(spark, f"hits by SQL, stretch {number + 1} of {len(found)}"):
            hits, left = by_sql(spark, within(requests, first, end), within(blocks, first, end), lifetime, delay, state)
            hits.write.mode("append" if number else "overwrite").parquet(counted)
            if number + 1 < len(found):
                left.write.mode("overwrite").parquet(str(into / f"state-{number}"))
                state = spark.read.parquet(str(into / f"state-{number}"))
    return spark.read.parquet(counted), left


def components(requests, blocks, policies):
    """Calls and rows that are to be folded, each beside a number that all calls have which can serve each other.

    A key that is never written serves nobody, and its rows go. Calls to blocks or units that share a written key share all keys before it,
    so that the topmost one stands for them; of breakpoints a call may look at other ends than another one, and the cache stands for all
    its calls.
    """
    calls = requests.where(functions.col("policy").isin(policies))
    rows = blocks.join(calls.select("seq"), "seq", "left_semi")
    written = rows.where("written").select("key_high", "key_low").distinct()
    rows = rows.join(written, ["key_high", "key_low"], "left_semi")
    topmost = rows.groupBy("seq").agg(functions.min_by("key_low", "pos").alias("topmost"))
    by_cache = functions.when(functions.col("policy") == "breakpoints", functions.col("cache"))
    # A call that has no such row hits nothing, and may be anywhere.
    calls = calls.join(topmost, "seq", "left").withColumn("component", functions.coalesce(by_cache, "topmost", "seq"))
    return calls.drop("topmost"), rows.join(calls.select("seq", "component"), "seq")


def folded(spark, program, calls, blocks, options=()):
    """The rows of `cachecheck hits` over calls that have a component, or whose hits SQL has counted already and that are priced alone."""
    columns = [name for name in ["component", *names(REQUESTS), "hit_tokens"] if name in calls.columns]
    both = calls.select(*columns).withColumn("pos", functions.lit(0).cast("bigint"))
    if blocks is not None:
        both = both.unionByName(blocks, allowMissingColumns=True)
    schema = [field.name for field in both.schema]

    def fold(rows):
        with tempfile.TemporaryDirectory() as own:
            folder, any_row = pathlib.Path(own), False
            with open(folder / "requests.jsonl", "w") as requests, open(folder / "blocks.jsonl", "w") as keyed:
                for row in (row for batch in rows for row in batch.to_pylist()):
                    any_row = True
                    wanted = {name: row[name] for name in schema if row[name] is not None and name != "component"}
                    if row["pos"]:
                        keyed.write(json.dumps(wanted | {"lifetime": row["lifetime"]}) + "\n")
                    else:
                        requests.write(json.dumps({name: row.get(name) for name in columns}) + "\n")
            if any_row:
                found = run([program, "hits", folder, *options])[0].splitlines()
                yield from batches((with_buckets(line, HITS) for line in found), HITS)

    partitions = max(1, -(-both.count() // ROWS), spark.sparkContext.defaultParallelism)
    by = "component" if "component" in both.columns else "seq"
    return both.repartition(partitions, by).sortWithinPartitions("seq", "pos").mapInArrow(fold, HITS)


def hits(spark, program, into, lifetime, delay, options=(), state=None):
    """The hits and costs of all calls of the tables in a folder, as the table `hits` there.

    With a lifetime in seconds, or None for one without end, blocks are counted by SQL, and the state that they leave is given. Where it is
    OWN, each rule has its own, and the program counts all.
    """
    requests, blocks = tables(spark, into)
    for threshold in ["in.memory", "spill"]:
        spark.conf.set(f"spark.sql.windowExec.buffer.{threshold}.threshold", str(OF_A_KEY))
    spark.conf.set("spark.sql.shuffle.partitions", str(max(spark.sparkContext.defaultParallelism, -(-blocks.count() // ROWS))))
    is_unknown = f"policy is null or policy not in ({', '.join(map(repr, [*BY_SQL, *FOLDED]))})"
    rest, left, policies, times = requests.where(is_unknown), None, [*BY_SQL, *FOLDED], options
    if lifetime != OWN:
        counted, left = counted_by_sql(spark, requests, blocks, lifetime, delay, into, state)
        rest = requests.join(counted, "seq").unionByName(rest, allowMissingColumns=True)
        policies, times = FOLDED, ["--delay", f"{delay}s", "--ttl", "never" if lifetime is None else f"{lifetime}s", *options]
    priced = folded(spark, program, rest, None, times)
    if lifetime != OWN:
        told = [f"bucket_{name}" for name in BUCKETS]
        priced = priced.drop(*told).join(counted.select("seq", *told), "seq", "left").select(*names(HITS))
    with progress(spark, "hits by the program, and costs"):
        calls, rows = components(requests, blocks, policies)
        folded(spark, program, calls, rows, times).unionByName(priced).write.mode("overwrite").parquet(str(into / "hits"))
    return left


def main():
    parser = argparse.ArgumentParser(prog="cachecheck-spark", description=__doc__)
    parser.add_argument("what", choices=["report", "hits"])
    parser.add_argument("logs", nargs="+", help="files, folders of them, or folders of Parquet with a line or a call in each row")
    parser.add_argument("--program", default="cachecheck", help="the program on each worker")
    parser.add_argument("--shards", type=int, default=None, help="number of shards of a report [default: by cores and size]")
    parser.add_argument("--rows", default=None, help="folder for a Parquet table of all calls")
    parser.add_argument("--key-file", default=None, help="secret of the keys, for hits")
    parser.add_argument("--into", default=None, help="folder for the Parquet tables of hits")
    parser.add_argument("--state-in", default=None, help="folder with the state that the day before left, for caches of blocks")
    parser.add_argument("--state-out", default=None, help="folder for the state that these calls leave to the next day")
    parser.add_argument("--cut", type=int, default=None, help="cut larger files of plain lines into files of so many megabytes first, for hits; not for formats whose calls span lines, such as sessions of agents")
    parser.add_argument("--ttl", default=OWN, help="seconds that an entry lives after its last use, or `never`: blocks are counted by SQL then [default: each rule's own]")
    parser.add_argument("--delay", type=float, default=0, help="seconds until an entry can be served, with --ttl")
    parser.add_argument("--profile", default=None, help="rule of all calls, a name or a file that all workers see")
    parser.add_argument("--option", action="append", default=[], help="an option of cachecheck, such as --option=--scope --option=/team")
    args = parser.parse_args()
    profile = ["--profile", args.profile] if args.profile else []
    spark = SparkSession.builder.appName("cachecheck").getOrCreate()
    with tempfile.TemporaryDirectory() as work:
        into = pathlib.Path(args.into or work)
        try:
            logs = files(spark, args.logs, into / TEXTS)
            if args.what == "report":
                sys.stdout.write(report(spark, args.program, logs, args.shards, [*args.option, *profile], args.rows))
                return
            if not (args.key_file and args.into):
                parser.error("hits needs --key-file and --into")
            for log, told in keys(spark, args.program, logs, args.key_file, into, [*args.option, *profile], args.cut and args.cut << 20):
                print(f"{log}: {told}", file=sys.stderr)
        finally:
            shutil.rmtree(into / TEXTS, ignore_errors=True)
    state, lifetime = spark.read.parquet(args.state_in) if args.state_in else None, args.ttl
    if lifetime == OWN and (args.state_in or args.state_out or args.delay):
        parser.error("a state and a delay belong to a lifetime that is the same for all: name it with --ttl")
    if lifetime != OWN:
        lifetime = None if lifetime == "never" else float(lifetime)
    left = hits(spark, args.program, into, lifetime, args.delay, profile, state)
    if args.state_out:
        left.write.mode("overwrite").parquet(args.state_out)
    told = spark.read.parquet(str(into / "hits")).agg(functions.count("*"), functions.sum("prompt_tokens"), functions.sum("hit_tokens_predicted")).first()
    print(json.dumps(dict(zip(["requests", "prompt_tokens", "hit_tokens_predicted"], told))))


if __name__ == "__main__":
    main()
