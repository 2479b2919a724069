#!/usr/bin/env python3
"""Opens the HTML reports in headless Chromium: they render, no script fails, nothing is asked of a network, and the numbers in them
are those of the JSON document. Screenshots are taken light, dark and 400 pixels wide, and of each page as it is printed (PDF).

    tests/browser/check.py [PROGRAM] [--screenshots FOLDER]

Chromium is Debian's package; where it is missing, the script installs it with apt-get.
"""
import argparse, json, os, re, shutil, subprocess, sys, tempfile

LOG = "fixtures/logs/support-and-agent.jsonl"
REPORTS = {
    "simulate": ["simulate", LOG, "--parts"],
    "cost": ["cost", LOG, "--by", "day"],
    "curve": ["curve", LOG, "--over", "ttl"],
    "plan": ["plan", LOG],
    "compare": ["compare", LOG, "--split-at", "2026-04-09T06:00"],
    "trend": ["trend", LOG, "--by", "hour"],
    "explain": ["explain", LOG + ":29"],
    "check": ["check", "--config", "fixtures/templates/shop/cachecheck.yaml"],
    "explain-texts": ["explain", LOG + ":29", "--show-text"],
}

# For scripts a curve has every point, for people some; texts stand beside one another on the page alone.
OTHERWISE = {"curve": ("tables",), "explain-texts": ("tables", "sentences")}


def chromium():
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if shutil.which(name):
            return name
    subprocess.run(["apt-get", "install", "-y", "--no-install-recommends", "chromium"], check=True, stdout=sys.stderr)
    return "chromium"


def opened(browser, page, folder, screenshot=None):
    """The page as the browser has it after its scripts, what it logged, and what it asked of a network."""
    net = os.path.join(folder, "net.json")
    flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run",
             "--disable-component-update", "--enable-logging=stderr", f"--user-data-dir={folder}/profile"]
    run = subprocess.run([browser, *flags, f"--log-net-log={net}", "--dump-dom", "file://" + page],
                         capture_output=True, text=True, timeout=120)
    if screenshot:
        take_screenshots(browser, flags, page, folder, screenshot)
    asked = set(re.findall(r'"url":"((?:https?|wss?)://[^"]+)"', open(net).read())) if os.path.exists(net) else set()
    # The browser itself asks its maker for updates; a page cannot.
    asked = {url for url in asked if not re.match(r"https?://([a-z0-9-]+\.)*(google|googleapis|gvt1|gstatic)\.com[/:]", url)}
    return run.stdout, [line for line in run.stderr.splitlines() if "CONSOLE" in line], asked


def take_screenshots(browser, flags, page, folder, name):
    """The page in four forms. The browser's own window is never so narrow as a telephone's, a frame in it is."""
    frame = os.path.join(folder, "frame.html")
    with open(frame, "w") as file:
        file.write(f'<body style="margin: 0"><iframe src="{os.path.basename(page)}" style="width: 400px; height: 2600px; border: 0"></iframe>')
    wide, narrow = "--window-size=1000,2200", "--window-size=500,2600"
    for flag, shot, address in [
        ([wide], f"--screenshot={name}.png", page),
        ([wide, "--blink-settings=preferredColorScheme=0"], f"--screenshot={name}-dark.png", page),
        ([narrow], f"--screenshot={name}-narrow.png", frame),
        ([], f"--print-to-pdf={name}.pdf", page),
    ]:
        subprocess.run([browser, *flags, *flag, shot, "file://" + address], capture_output=True, timeout=120)


def numbers(dom):
    """The titles of what is drawn, each with its number."""
    return re.findall(r"<title>([^<]*): ([^<]*)</title>", dom)


def check(name, page, document, dom, console, asked):
    faults = []
    found = re.search(r'id="document">(.*?)</script>', dom, re.S)
    same = lambda held: {key: value for key, value in held.items() if key not in OTHERWISE.get(name, ())}
    if not found or same(json.loads(found[1].replace("\\u003c", "<"))) != same(document):
        faults.append("the document in the page is not the JSON report")
    if console:
        faults.append(f"the browser complains: {console[:3]}")
    if asked:
        faults.append(f"the page asks a network: {sorted(asked)[:3]}")
    if "<h1" not in dom and "<h2" not in dom:
        faults.append("nothing is rendered")
    written = json.dumps(document)
    for title, shown in numbers(dom):
        plain = shown.replace(",", "")
        if re.fullmatch(r"\d+", plain) and not re.search(rf"\b{plain}\b", written):
            faults.append(f"{title}: {shown} is drawn and not in the document")
    if name == "explain" and "side by side" in dom:
        faults.append("a text of a prompt is in the page")
    return faults


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", nargs="?", default="target/debug/cachecheck")
    parser.add_argument("--screenshots")
    args = parser.parse_args()
    browser, failed = chromium(), 0
    if args.screenshots:
        os.makedirs(args.screenshots, exist_ok=True)
    for name, command in REPORTS.items():
        with tempfile.TemporaryDirectory() as folder:
            page = os.path.join(folder, name + ".html")
            # A gate that does not hold is an exit code of 1, and a report all the same.
            run = lambda form, flags=(): subprocess.run([args.program, *command, "--format", form, *flags], capture_output=True)
            open(page, "wb").write(run("html").stdout)
            document = json.loads(run("json").stdout) if name != "explain" else None
            if name == "explain":
                document = json.loads(run("json", ["--no-text"]).stdout)
            shot = os.path.abspath(os.path.join(args.screenshots, name)) if args.screenshots else None
            dom, console, asked = opened(browser, page, folder, shot)
            faults = check(name, page, document, dom, console, asked)
            drawn = len(numbers(dom))
            print(f"{name}: {'ok' if not faults else '; '.join(faults)} ({drawn} marks drawn)")
            failed += bool(faults)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
