"""Where docs/runbook.md says what an alert means and what to do: its headings are the names of alerts."""

import re
from functools import cache
from pathlib import Path
from typing import Final

PATH: Final = Path(__file__).parents[2] / "docs" / "runbook.md"
# The group of those that have no section of their own.
DBT_TESTS: Final = "dbt-tests"


@cache
def headings() -> frozenset[str]:
    """The names that have a section; none where the documents are not installed."""
    try:
        text = PATH.read_text(encoding="utf-8")
    except OSError:
        return frozenset()
    return frozenset(re.findall(r"^### (\S+)$", text, re.MULTILINE))


def heading(name: str, otherwise: str) -> str:
    """The section of an alert, a check or a job by its name; the other where it has none."""
    return name if name in headings() else otherwise


def link(name: str) -> str:
    """Where to read about a heading, relative to the project's root."""
    return f"docs/{PATH.name}#{name}"
