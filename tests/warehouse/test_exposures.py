"""Lineage up to who reads: every mart that the code of the product selects from is named by that code's exposure."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Warehouse

ROOT = Path(__file__).parents[2]
READ = re.compile(r"\b(?:from|join(?:\s+lateral)?)\s+marts\.(\w+)", re.IGNORECASE)


@pytest.fixture
def exposures(template: Warehouse) -> dict[str, Any]:
    manifest = json.loads((template.home / "dbt" / "manifest.json").read_text(encoding="utf-8"))
    return {exposure["name"]: exposure for exposure in manifest["exposures"].values()}


def read_by(path: Path) -> set[str]:
    # What follows psql or `rift sql` is an example for people, in a text of help.
    return set(READ.findall(re.sub(r"(psql|rift sql) .*", "", path.read_text(encoding="utf-8"))))


def code_of(exposure: dict[str, Any]) -> set[Path]:
    paths = [ROOT / name for name in exposure["meta"]["code"]]
    assert all(path.exists() for path in paths), exposure["name"]
    return {file for path in paths for file in (path.rglob("*.py") if path.is_dir() else [path])}


def test_an_exposure_names_what_its_code_reads(exposures: dict[str, Any]) -> None:
    for name, exposure in exposures.items():
        named = {node.split(".")[-1] for node in exposure["depends_on"]["nodes"]}
        assert {mart for path in code_of(exposure) for mart in read_by(path)} == named, name


def test_no_code_reads_a_mart_unnamed(exposures: dict[str, Any]) -> None:
    known = {path for exposure in exposures.values() for path in code_of(exposure)}
    read = {
        path for name in ("hud", "ingestion", "orchestration") for path in (ROOT / name).rglob("*.py") if read_by(path)
    }
    assert read - known == set()


def test_the_pages_and_the_api_are_named(exposures: dict[str, Any]) -> None:
    assert {"my_hud", "receiver_statistics"} <= set(exposures)
