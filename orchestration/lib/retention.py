"""What is deleted of the past: Dagster's runs with their events and logs. Killed anywhere, the next time goes on.

A build leaves 1.3 MB in Dagster's database, a settle 22 kB. What builds found is in marts.rpt_checks; runs that failed,
publications, reports, audits and backfills are kept for long. (Ticks: dagster.yaml.)
"""

import os
import time
import uuid
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import dagster as dg

from orchestration.lib import old_files
from orchestration.lib.instance_rows import DUE, KNOWN, delete_left_behind, run_ids

# Of one job, successful, failed and cancelled runs each: 500 builds are 640 MB.
MOST: Final = 500
# Sensors look back ten minutes at what they asked for, and some seconds at what has ended.
NEWEST: Final = timedelta(hours=1)
# 1,000 runs with 100,000 rows of checks took two minutes on two cores with other work for eight; the rest is left to
# the next time.
MOST_SECONDS: Final = 600
PROGRESS: Final = 100

Log = Callable[[str], None]


@dataclass(frozen=True)
class Keep:
    """How long runs are kept: what comes every minute and succeeded, and all others; and how long deleting may take."""

    routine: timedelta = timedelta(hours=24)
    others: timedelta = timedelta(days=90)
    most: int = MOST
    newest: timedelta = NEWEST
    most_seconds: float = MOST_SECONDS

    @classmethod
    def from_environment(cls) -> "Keep":
        """RIFT_KEEP_RUNS_HOURS and RIFT_KEEP_RUNS_DAYS."""
        hours, days = (os.environ.get(f"RIFT_KEEP_RUNS_{unit}") for unit in ("HOURS", "DAYS"))
        return cls(
            timedelta(hours=int(hours)) if hours else cls.routine, timedelta(days=int(days)) if days else cls.others
        )

    def values(self, now: datetime) -> dict[str, object]:
        ends = {"routine": self.routine, "others": self.others, "newest": self.newest}
        return {"most": self.most} | {name: (now - age).timestamp() for name, age in ends.items()}


@dataclass
class Deleted:
    """What a retention deleted: runs, other rows of Dagster's database, files; and whether anything is left to do."""

    runs: int = 0
    rows: int = 0
    files: int = 0
    file_bytes: int = 0
    seconds: float = 0
    is_complete: bool = True

    def metadata(self) -> dict[str, int | float | bool]:
        return asdict(self)


def due(dsn: str, keep: Keep, now: datetime | None = None) -> list[str]:
    """The runs that nobody needs any more, the oldest first."""
    return run_ids(dsn, DUE, keep.values(now or datetime.now(UTC)))


def retain(instance: dg.DagsterInstance, dsn: str, keep: Keep, log: Log, now: datetime | None = None) -> Deleted:
    """Delete what is older than `keep` says from Dagster's database and storage; `dsn` is its database."""
    started, now = time.monotonic(), now or datetime.now(UTC)
    done = Deleted()
    runs = due(dsn, keep, now)
    log(f"{len(runs)} runs are due")
    for run_id in runs:
        # The logs first: nobody finds them without the run.
        instance.compute_log_manager.delete_logs(prefix=[run_id])
        instance.delete_run(run_id)
        done.runs += 1
        if done.runs % PROGRESS == 0:
            log(f"{done.runs} of {len(runs)} runs are deleted")
        if time.monotonic() - started > keep.most_seconds:
            log("the rest is left to the next time")
            break
    done.is_complete = done.runs == len(runs)
    done.rows = delete_left_behind(dsn, keep.values(now))
    done.seconds = time.monotonic() - started
    return done


def tidy(dsn: str, home: Path, dagster_home: Path, keep: Keep, now: datetime | None = None) -> tuple[int, int]:
    """Delete files that nobody needs below RIFT_HOME and in Dagster's storage; returns how many, and their bytes."""
    now = now or datetime.now(UTC)
    storage = dagster_home / "storage"
    folders = {path.name for path in storage.iterdir() if _is_run(path.name)} if storage.is_dir() else set()
    gone = folders - set(run_ids(dsn, KNOWN, {"runs": list(folders)}))
    found = [path for name in gone for path in old_files.all_files(storage / name)]
    found += old_files.unused(home, now, keep.others)
    deleted = old_files.delete(found)
    for name in gone:
        old_files.remove_empty(storage / name)
    return deleted


def _is_run(name: str) -> bool:
    try:
        return str(uuid.UUID(name)) == name
    except ValueError:
        return False
