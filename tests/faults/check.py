#!/usr/bin/env python3
"""Planted faults against `cachecheck simulate`: the right cause is named first, and undoing it gives back what the repaired log is served.

usage: check.py PROGRAM [--seed N] [--codes a,b] [--shapes a,b] [--usage no|yes|both] [--all-places] [--no-single] [--pairs N] [--clean N] [--keep FOLDER]

Each log is that of an application with one fault; the same log without it is the truth: the misses that `simulate` predicts for one less those that
it predicts for the other, or, with usage, what its cache served more. Where that is less than a hundredth of the prompts, the fault loses nothing, and
it is listed and not judged.
Prints a row for each log and sums, and ends with 1 where less than 95 % are as they should be.
"""

import argparse
import collections
import concurrent.futures
import itertools
import json
import pathlib
import subprocess
import sys
import tempfile

import application
import caches
import plants
import shapes

MODELS = {"deepseek": "deepseek-chat", "openai": "gpt-4.1", "responses": "gpt-4.1", "anthropic": "claude-sonnet-4-5", "claude-code": "claude-sonnet-4-5",
          "litellm": "deepseek-chat"}
OPPOSITES = {f"{part}-{one}": f"{part}-{other}" for part, came in [("tool", "added"), ("text", "inserted"), ("message", "inserted")]
             for one, other in [(came, "removed"), ("removed", came)]}
Case = collections.namedtuple("Case", "plants shape place seed with_usage")
Result = collections.namedtuple("Result", "case state named given least most truth served note")


def log_of(program, folder, case, kind, broken):
    """Writes the log of a case; `broken` has for each plant whether it is there, and `OTHER_WAY` for a log that is repaired to the other of two versions.
    Returns its file, the misses by its own cache, and the share of the calls that have the other version."""
    number = application.Chance(f"number {case.seed}").randrange(50, 130)
    scale = {name: value for plant in case.plants for name, value in plant.scale.items()}
    if case.shape in ("anthropic", "claude-code"):
        # Its cache forgets after five minutes.
        scale.setdefault("pause", (4, 12))
    calls = application.calls(case.seed, kind, number, MODELS[case.shape], **scale)
    grounds = [plants.Ground(f"{case.seed} {plant.name}", case.place, number, is_broken, case.shape) for plant, is_broken in zip(case.plants, broken)]
    # What takes text out must not take that of the other fault.
    planted = sorted(zip(case.plants, grounds), key=lambda planted: planted[0].code != "text-removed")
    for call in calls:
        for plant, ground in planted:
            plant.plant(ground, call)
    letters = {True: "F", False: "R", plants.OTHER_WAY: "O"}
    file = folder / f"{''.join(letters[is_broken] for is_broken in broken)}.jsonl"

    def write(usages):
        if case.shape == "claude-code":
            lines = shapes.claude_code(calls, usages)
        else:
            lines = [shapes.WRITERS[case.shape](call, usage) for call, usage in zip(calls, usages)]
        file.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines))

    if case.shape != "claude-code":
        write([None] * number)
    odd = [ground.odd / number for ground in grounds]
    if not case.with_usage:
        return file, None, odd
    hidden = application.Chance(f"hidden {case.seed}").choice([0, 0, 16, 48, 80, 112])
    usages = caches.usages(program, file, calls, case.shape, hidden)
    write(usages)
    return file, sum(map(caches.missed, usages)), odd


def simulated(program, file, options, *more):
    command = [program, "simulate", "--format", "json", *options, *more, str(file)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)}: {done.stderr}")
    report = json.loads(done.stdout)
    figures = report["summary"]
    predicted = figures["hit_tokens_predicted"]
    report["missed"] = None if predicted is None else figures["prompt_tokens_simulated"] - predicted
    return report


def kinds_of(case):
    possible = {"agent", "desk"} if case.shape == "claude-code" else set(application.KINDS)
    return sorted(possible.intersection(*(plant.kinds for plant in case.plants)))


def is_near(value, truth, least=None, most=None):
    """Within 2 %, or a range that is told and holds it."""
    if value is None:
        return False
    slack = max(abs(truth) * 0.02, 64)
    return abs(value - truth) <= slack or (least is not None and least - slack <= truth <= most + slack and (most - least) <= 0.5 * abs(truth))


def judged(program, case, keep):
    with tempfile.TemporaryDirectory() as folder:
        if keep:
            name = "-".join([plant.name.replace("/", "-") for plant in case.plants] + [case.shape, case.place, str(case.with_usage)])
            folder = f"{keep}/{name}-{case.seed}"
            pathlib.Path(folder).mkdir(parents=True, exist_ok=True)
        return result(program, case, pathlib.Path(folder))


def result(program, case, folder):
    kind = application.Chance(f"kind {case.seed}").choice(kinds_of(case))
    both = [True] * len(case.plants)
    broken_file, served_broken, odd = log_of(program, folder, case, kind, both)
    options = [option for plant in case.plants for option in plant.options]
    report = simulated(program, broken_file, options)
    found = [cause["cause"] for cause in report["causes"]]
    figures = {cause["cause"]: cause for cause in report["causes"]}
    tokens = report["summary"]["prompt_tokens_simulated"]
    if not case.plants:
        loud = [cause for cause in report["causes"] if cause["cause"] != "first" and cause["tokens_missed"] > 0.02 * tokens]
        note = " ".join(f"{cause['cause']} {cause['tokens_missed']}" for cause in loud)
        return Result(case, "fault" if loud else "fine", found[:3], None, None, None, 0, None, f"{kind} {note}")
    if len(case.plants) == 2:
        return pair(program, case, folder, kind, (report, found, figures, options, odd))
    plant, odd = case.plants[0], odd[0]
    note = f"{kind} {tokens}"
    if not plant.undone:
        state = "fine" if found[:1] == [plant.code] else "nothing" if not found or found[0] == "first" else "fault"
        return Result(case, state, found[:3], None, None, None, None, None, note)

    def repaired(broken):
        repaired_file, served, _ = log_of(program, folder, case, kind, [broken])
        after = simulated(program, repaired_file, options, "--no-causes")
        truth = None if report["missed"] is None or after["missed"] is None else report["missed"] - after["missed"]
        return truth, None if served is None else served_broken - served

    truth, served = repaired(False)
    # What most calls have is gone from the others, rather than added to those.
    code = OPPOSITES.get(plant.code, plant.code) if odd > 0.5 else plant.code
    cause = figures.get(code, {})
    given, least, most = (cause.get(name) for name in ["tokens_given_back", "tokens_given_back_min", "tokens_given_back_max"])
    lost = max(truth or 0, served or 0)
    # Of two versions that are about as frequent either may be kept.
    if odd > 0.4 and given is not None and not any(value is not None and is_near(given, value, least, most) for value in (truth, served)):
        truth, served = repaired(plants.OTHER_WAY)
    is_true = lambda given, *range: any(value is not None and is_near(given, value, *range) for value in (truth, served))
    if abs(lost) < 0.01 * tokens:
        # Nothing that it is worth to name; but what is given back must not be more.
        state = "nothing" if given is None or is_true(given) or abs(given) < 0.01 * tokens else "much"
    elif found[:1] != [code]:
        state = "fault"
    elif given is None or is_true(given, least, most):
        state = "fine"
    else:
        state = "figure"
    return Result(case, state, found[:3], given, least, most, truth, served, note)


def cost(report):
    return float(report["summary"]["cost_predicted"] or 0)


def pair(program, case, folder, kind, known):
    report, found, figures, options, odd = known
    tokens = report["summary"]["prompt_tokens_simulated"]
    # What most calls have is gone from the others, rather than added to those.
    codes = [OPPOSITES.get(plant.code, plant.code) if share > 0.5 else plant.code for plant, share in zip(case.plants, odd)]

    def repaired(way):
        truths, saved = [], []
        for broken in [[way[0], True], [True, way[1]], way]:
            file, *_ = log_of(program, folder, case, kind, broken)
            after = simulated(program, file, options, "--no-causes")
            truths.append(report["missed"] - after["missed"])
            saved.append(cost(report) - cost(after))
        return truths, saved

    told = lambda figures: [figures.get(name) for name in ["tokens_given_back", "tokens_given_back_min", "tokens_given_back_max"]]
    alone = [told(figures.get(code, {})) for code in codes]
    given = [value for value, _, _ in alone]
    together, least, most = told(report["together"] or {})

    def hold(truths):
        is_whole = is_near(together, truths[2], least, most)
        return is_whole and all(is_near(value or 0, truth, *range) for (value, *range), truth in zip(alone, truths))

    # Of two versions that are about as frequent either may be kept.
    ways = itertools.product(*([False, plants.OTHER_WAY] if share > 0.4 else [False] for share in odd))
    tried = []
    for way in ways:
        tried.append(repaired(list(way)))
        if hold(tried[-1][0]):
            break
    figures_hold = hold(tried[-1][0])
    truths, saved = tried[-1] if figures_hold else tried[0]
    if truths[2] < 0.01 * tokens:
        return Result(case, "nothing", found[:3], together, None, None, truths[2], None, f"{kind} {given} of {truths[:2]}")
    # Causes are ranked by money: a history that is kept whole is paid for.
    largest = 0 if saved[0] >= saved[1] else 1
    # Where each hides the other, either may be first.
    is_close = abs(saved[0] - saved[1]) <= 0.02 * saved[2]
    firsts = codes if is_close else [codes[largest]]
    is_named = found[0] in firsts and all(code in found for code, truth in zip(codes, truths) if truth >= 0.01 * tokens)
    state = "fine" if is_named and figures_hold else "figure" if is_named else "fault"
    return Result(case, state, found[:3], together, least, most, truths[2], None, f"{kind} {given} of {truths[:2]}")


def cases(options):
    codes, wanted = options.codes and options.codes.split(","), options.shapes.split(",")
    modes = {"no": [False], "yes": [True], "both": [False, True]}[options.usage]
    listed = [plant for plant in plants.PLANTS if not codes or plant.code in codes or plant.plant.__name__ in codes]
    for number, plant in enumerate([] if options.no_single else listed):
        for at, shape in enumerate(shape for shape in plant.shapes if shape in wanted):
            places = plant.places if options.all_places else [plant.places[(number + at + options.seed) % len(plant.places)]]
            for place in places:
                for with_usage in modes:
                    # A session always has the usage of its requests.
                    if (with_usage or shape != "claude-code") and plant.usage in ("both", "yes" if with_usage else "no"):
                        yield Case((plant,), shape, place, options.seed * 1_000 + number * 7 + at, with_usage)
    chance = application.Chance(f"pairs {options.seed}")
    others = [shape for shape in wanted if shape != "claude-code"]
    undone = [plant for plant in listed if plant.undone and plant.usage == "both"]
    for number in range(options.pairs):
        while True:
            two, shape = tuple(chance.sample(undone, 2)), chance.choice(others)
            case = Case(two, shape, chance.choice(plants.PLACES), options.seed * 1_000 + 700 + number, chance.choice(modes))
            if two[0].code != two[1].code and kinds_of(case) and all(shape in plant.shapes for plant in two):
                break
        yield case
    for number in range(options.clean):
        shape = wanted[number % len(wanted)]
        with_usage = shape == "claude-code" or modes[number // len(wanted) % len(modes)]
        yield Case((), shape, "front", options.seed * 1_000 + 900 + number, with_usage)


def row(result):
    case = result.case
    names = "+".join(plant.name for plant in case.plants) or "clean"
    given = "" if result.given is None else f"{result.given:,}"
    if result.least is not None and result.least != result.most:
        given += f" ({result.least:,}–{result.most:,})"
    truth = "" if result.truth is None else f"{result.truth:,}"
    served = "" if result.served is None else f"{result.served:,}"
    usage = "usage" if case.with_usage else "-"
    return f"{result.state:8} {names:40} {case.shape:10} {case.place:7} {usage:6} {given:>26} of {truth:>10} ({served:>10}) {','.join(result.named):50} {result.note} {case.seed}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--codes")
    parser.add_argument("--shapes", default="deepseek,openai,responses,anthropic,litellm,claude-code")
    parser.add_argument("--usage", choices=["no", "yes", "both"], default="both")
    parser.add_argument("--all-places", action="store_true")
    parser.add_argument("--no-single", action="store_true")
    parser.add_argument("--pairs", type=int, default=0)
    parser.add_argument("--clean", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--keep")
    parser.add_argument("--only-bad", action="store_true")
    options = parser.parse_args()
    sums = collections.defaultdict(collections.Counter)
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for result in pool.map(lambda case: judged(options.program, case, options.keep), cases(options)):
            names = [plant.code for plant in result.case.plants]
            group = names[0] if len(names) == 1 else "two at once" if names else "clean"
            sums[group, result.case.with_usage][result.state] += 1
            if not options.only_bad or result.state not in ("fine", "nothing"):
                print(row(result), flush=True)
    total = {False: collections.Counter(), True: collections.Counter()}
    print("\ncode, fine of judged (named wrongly, other figure, too much; loses nothing)")
    for (group, with_usage), counts in sorted(sums.items()):
        total[with_usage] += counts
        print(f"{group:26} {'usage' if with_usage else 'no usage':9} {words(counts)}")
    for with_usage, counts in total.items():
        print(f"{'all':26} {'usage' if with_usage else 'no usage':9} {words(counts)}")
    judged_all = sum((counts for counts in total.values()), collections.Counter())
    wrong = judged_all["fault"] + judged_all["figure"] + judged_all["much"]
    sys.exit(wrong * 20 > sum(judged_all.values()) - judged_all["nothing"])


def words(counts):
    judged_here = counts["fine"] + counts["fault"] + counts["figure"] + counts["much"]
    return f"{counts['fine']} of {judged_here} ({counts['fault']}, {counts['figure']}, {counts['much']}; {counts['nothing']})"


main()
