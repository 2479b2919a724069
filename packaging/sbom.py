"""Writes what the program is built of, as a CycloneDX bill of materials: sbom.py [TARGET] > cachecheck.cdx.json

Taken from `cargo metadata`: every crate that is linked or runs while it is built, with licence and checksum, not those of tests.
Nothing in it depends on the time or the machine.
"""

import json
import re
import subprocess
import sys

import metadata

CRATE = re.compile(r'name = "(.*?)"\nversion = "(.*?)"\nsource = ".*?"\nchecksum = "(.*?)"')


def resolved(target):
    command = ["cargo", "metadata", "--format-version", "1", "--locked"]
    command += ["--filter-platform", target] if target else []
    return json.loads(subprocess.run(command, cwd=metadata.ROOT, check=True, stdout=subprocess.PIPE).stdout)


def linked(graph):
    """Ids of what the program needs, each with the ids of what it needs itself."""
    nodes = {node["id"]: node for node in graph["resolve"]["nodes"]}
    needs, waiting = {}, [graph["resolve"]["root"]]
    while waiting:
        own = waiting.pop()
        if own in needs:
            continue
        deps = nodes[own]["deps"]
        needs[own] = [dep["pkg"] for dep in deps if any(kind["kind"] != "dev" for kind in dep["dep_kinds"])]
        waiting += needs[own]
    return needs


def component(package, checksums):
    name, version = package["name"], package["version"]
    purl = f"pkg:cargo/{name}@{version}"
    found = {"type": "library", "bom-ref": purl, "name": name, "version": version, "purl": purl}
    if package["license"]:
        # Old manifests write `MIT/Apache-2.0` for what SPDX calls OR.
        licence = " ".join(package["license"].replace("/", " OR ").split())
        found["licenses"] = [{"expression": licence}]
    if (name, version) in checksums:
        found["hashes"] = [{"alg": "SHA-256", "content": checksums[name, version]}]
    return found


def main(target=None):
    graph = resolved(target)
    packages = {package["id"]: package for package in graph["packages"]}
    lock = (metadata.ROOT / "Cargo.lock").read_text(encoding="utf-8")
    checksums = {(name, version): checksum for name, version, checksum in CRATE.findall(lock)}
    components = {own: component(packages[own], checksums) for own in linked(graph)}
    root = components[graph["resolve"]["root"]] | {"type": "application"}
    others = [found for own, found in components.items() if own != graph["resolve"]["root"]]
    bill = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {"component": root},
        "components": sorted(others, key=lambda found: found["purl"]),
        "dependencies": sorted(
            (
                {"ref": components[own]["purl"], "dependsOn": sorted({components[need]["purl"] for need in needs})}
                for own, needs in linked(graph).items()
            ),
            key=lambda found: found["ref"],
        ),
    }
    json.dump(bill, sys.stdout, indent=1, ensure_ascii=False)
    print()


if __name__ == "__main__":
    main(*sys.argv[1:])
