"""Writes checksums, installers and the Homebrew formula of a release: render.py FOLDER

The folder holds the release's archives; what is written stands beside them. Version and address come from Cargo.toml.
"""

import hashlib
import pathlib
import re
import sys

import metadata


def main(folder):
    folder = pathlib.Path(folder)
    files = sorted(path for path in folder.iterdir() if path.name != "SHA256SUMS")
    sums = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
    package = metadata.package()
    for name in ["install.sh", "install.ps1", "cachecheck.rb"]:
        text = (metadata.ROOT / "packaging" / name).read_text(encoding="utf-8")
        for key in ["version", "description", "repository"]:
            text = text.replace(f"@{key}@", package[key])
        text = re.sub(r"@sha256:(.*?)@", lambda found: sums[found[1]], text)
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
        sums[name] = hashlib.sha256((folder / name).read_bytes()).hexdigest()
    lines = [f"{digest}  {name}\n" for name, digest in sorted(sums.items())]
    (folder / "SHA256SUMS").write_text("".join(lines), newline="\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
