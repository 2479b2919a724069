"""Reads the metadata in Cargo.toml, the one place for version, description and the repository's address."""

import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parent.parent


def package():
    """The strings of `[package]`. Python before 3.11 cannot read TOML, and the runners have all kinds."""
    manifest = (ROOT / "Cargo.toml").read_text(encoding="utf-8")
    section = manifest.split("[package]\n", 1)[1].split("\n[", 1)[0]
    return dict(re.findall(r'^([a-z-]+) = "(.*?)"', section, re.MULTILINE))
