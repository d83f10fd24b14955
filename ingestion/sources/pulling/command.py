"""How a pull that is run by hand ends: what it did, a line for each resource, and an exit code."""

import sys
from collections.abc import Callable
from typing import Final

from ingestion.settings import SettingsError
from ingestion.sources.pulling.errors import SourceError
from ingestion.sources.pulling.pull import Summary

PULLED: Final = 0
FAILED: Final = 1
NOT_CONFIGURED: Final = 2


def answer(run: Callable[[], Summary]) -> int:
    """Run a pull and say what came of it; returns the exit code."""
    try:
        summary = run()
    except SettingsError as error:
        print(error, file=sys.stderr)
        return NOT_CONFIGURED
    except SourceError as error:
        print(error, file=sys.stderr)
        return FAILED
    for line in lines(summary):
        print(line)
    problems = [f"{name}: {counts.problem}" for name, counts in summary.items() if counts.problem]
    for problem in problems:
        print(problem, file=sys.stderr)
    return FAILED if problems else PULLED


def lines(summary: Summary) -> list[str]:
    """What was done, and each field that is not as we know it."""
    found: list[str] = []
    for name, counts in summary.items():
        found.append(f"{name}: {counts}")
        found += [f"{name}: {change}" for change in counts.changes]
    return found
