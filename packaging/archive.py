"""Packs a release archive: archive.py TARGET PROGRAM FOLDER

The name, `cachecheck-TARGET-vVERSION`, and the folder of the same name inside are those that `cargo binstall` looks for where
nothing else is said. Times and owners are left out, so that the same program gives the same bytes.
"""

import gzip
import io
import pathlib
import sys
import tarfile
import zipfile

import metadata

ROOT = metadata.ROOT


def contents(program):
    """Path in the archive, file and mode of everything that a release holds beside each other."""
    yield program.name, program, 0o755
    for name in ["LICENSE-MIT", "LICENSE-APACHE", "README.md", "CHANGELOG.md"]:
        yield name, ROOT / name, 0o644
    share = ROOT / "packaging/wheel/data"
    for path in sorted(path for path in share.rglob("*") if path.is_file()):
        yield path.relative_to(share).as_posix(), path, 0o644


def tar(name, files, out):
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.GNU_FORMAT) as archive:
        for inside, path, mode in files:
            entry = tarfile.TarInfo(f"{name}/{inside}")
            entry.mode, entry.size = mode, path.stat().st_size
            with path.open("rb") as file:
                archive.addfile(entry, file)
    out.write_bytes(gzip.compress(packed.getvalue(), mtime=0))


def zipped(name, files, out):
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for inside, path, _ in files:
            archive.writestr(zipfile.ZipInfo(f"{name}/{inside}"), path.read_bytes(), zipfile.ZIP_DEFLATED)


def main(target, program, folder):
    name = f"cachecheck-{target}-v{metadata.package()['version']}"
    pack, suffix = (zipped, "zip") if "windows" in target else (tar, "tar.gz")
    out = pathlib.Path(folder) / f"{name}.{suffix}"
    out.parent.mkdir(parents=True, exist_ok=True)
    pack(name, contents(pathlib.Path(program)), out)
    print(out)


if __name__ == "__main__":
    main(*sys.argv[1:])
