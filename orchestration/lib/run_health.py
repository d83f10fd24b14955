"""Whether the process of a run is still alive, on this machine.

Dagster's own launcher does not say, and a run whose process ended without a word (with the server that had started it,
most likely) would stay under way, and keep every other run that writes waiting, until its longest time is over.
"""

from typing import Final

import dagster as dg
import psutil
from dagster._core.launcher import CheckRunHealthResult, WorkerStatus

# Between the clock of the kernel, which says when a process began, and ours: a later one has inherited the number.
CLOCK_SECONDS: Final = 2


def health(instance: dg.DagsterInstance, run: dg.DagsterRun) -> CheckRunHealthResult:
    """Whether the process that said first that it executes this run is there; before it has, it counts as there."""
    for entry in instance.all_logs(run.run_id, of_type=dg.DagsterEventType.ENGINE_EVENT):
        pid = entry.dagster_event.engine_event_data.metadata.get("pid") if entry.dagster_event else None
        if pid is not None:
            if is_process(int(str(pid.value)), entry.timestamp):
                break
            return CheckRunHealthResult(WorkerStatus.NOT_FOUND, f"Its process, {pid.value}, is gone.")
    return CheckRunHealthResult(WorkerStatus.RUNNING)


def is_process(pid: int, seen_at: float) -> bool:
    """Whether the process with this number is the one that had it at this time, in seconds of the epoch."""
    try:
        process = psutil.Process(pid)
        return process.status() != psutil.STATUS_ZOMBIE and process.create_time() < seen_at + CLOCK_SECONDS
    except psutil.NoSuchProcess:
        return False
