"""Which tests stay together, and which go first, when several processes share them (`make test`).

Tests of one file share fixtures of their module, those of a folder in TOGETHER fixtures of their package. There too a
long file is a unit of its own; the others of the folder are one unit. Each unit runs in one process, as a whole. Long
ones go first, so that at the end no process waits for another's long one; those of the HUD before nearly all others, so
that each process opens one browser.
"""

from typing import Final

import pytest
from xdist.scheduler import LoadScopeScheduling

TOGETHER: Final = ("tests/hud", "tests/outside")
# Seconds, alone on a quiet machine of two cores. Of the others, none takes more than 15.
LONGEST_FIRST: Final = (
    "tests/hud",  # 50, of many short files
    "tests/hud/test_pages.py",  # 55
    "tests/end_to_end/test_main_job.py",  # 110, most of them waiting
    "tests/hud/test_tv.py",  # 30
    "tests/hud/test_access.py",  # 30
    "tests/hud/test_my_hud.py",  # 25
    "tests/hud/test_arena.py",  # 30
    "tests/hud/test_celebrations.py",  # 35
    "tests/hud/test_rules.py",  # 20
    "tests/hud/test_history.py",  # 30
    "tests/hud/test_reports.py",  # 20
    "tests/warehouse/test_exactness.py",  # 55
    "tests/warehouse/test_vendors.py",  # 60
    "tests/warehouse/test_scoring.py",  # 40
    "tests/warehouse/test_vendor_scoring.py",  # 35
    "tests/warehouse/test_rebuild.py",  # 25
    "tests/ingestion/test_door_faults.py",  # 25
    "tests/warehouse/test_forgetting_vendors.py",  # 20
    "tests/ingestion/test_pulls.py",  # 20
    "tests/ingestion/test_import.py",  # 20
    "tests/stack/test_postgres.py",  # 25
    "tests/stack/test_processes.py",  # 20
    "tests/stack/test_doctor.py",  # 20
    "tests/outside",  # 20
    "tests/orchestration/test_crashes.py",  # 35
    "tests/orchestration/test_checks.py",  # 25
    "tests/orchestration/test_notifications.py",  # 25
    "tests/orchestration/test_audit.py",  # 20
    "tests/orchestration/test_runs.py",  # 20
    "tests/stack/test_backup.py",  # 20
    "tests/warehouse/test_weeks.py",  # 15
    "tests/warehouse/test_restore.py",  # 15
)


def unit_of(nodeid: str) -> str:
    """The unit of a test, from its id."""
    path = nodeid.partition("::")[0]
    if path in LONGEST_FIRST:
        return path
    return next((folder for folder in TOGETHER if path.startswith(f"{folder}/")), path)


def arrange(items: list[pytest.Item]) -> None:
    """Bring units together, the longest first."""
    place = {unit: number for number, unit in enumerate(LONGEST_FIRST)}
    items.sort(key=lambda item: place.get(unit_of(item.nodeid), len(place)))


class Units(LoadScopeScheduling):  # type: ignore[misc]  # xdist has no types
    """Gives each process one unit after the other, in the order of the items."""

    def _split_scope(self, nodeid: str) -> str:
        return unit_of(nodeid)
