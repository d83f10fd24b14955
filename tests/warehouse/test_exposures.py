"""Lineage up to who reads: every mart that the code of the product selects from is named by that code's exposure."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Warehouse

ROOT = Path(__file__).parents[2]
READ = re.compile(r"\b(?:from|join)\s+marts\.(\w+)", re.IGNORECASE)


@pytest.fixture
def exposures(template: Warehouse) -> dict[str, Any]:
    manifest = json.loads((template.home / "dbt" / "manifest.json").read_text(encoding="utf-8"))
    return {exposure["name"]: exposure for exposure in manifest["exposures"].values()}


def read_by(path: Path) -> set[str]:
    # What follows psql is an example for people, in a text of help.
    return set(READ.findall(re.sub(r"psql .*", "", path.read_text(encoding="utf-8"))))


def read_in(folder: Path) -> set[str]:
    return {name for path in folder.rglob("*.py") for name in read_by(path)}


def test_an_exposure_names_what_its_code_reads(exposures: dict[str, Any]) -> None:
    for name, exposure in exposures.items():
        named = {node.split(".")[-1] for node in exposure["depends_on"]["nodes"]}
        assert read_in(ROOT / exposure["meta"]["code"]) == named, name


def test_no_code_reads_a_mart_unnamed(exposures: dict[str, Any]) -> None:
    known = [ROOT / exposure["meta"]["code"] for exposure in exposures.values()]
    for folder in ("hud", "ingestion", "orchestration"):
        for path in (ROOT / folder).rglob("*.py"):
            assert not read_by(path) or any(path.is_relative_to(code) for code in known), path


def test_the_pages_and_the_api_are_named(exposures: dict[str, Any]) -> None:
    assert {"my_hud", "receiver_statistics"} <= set(exposures)
