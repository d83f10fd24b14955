"""Which runs are under way, which have ended, and what their checks found: as Dagster keeps it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import dagster as dg

UNFINISHED: Final = [
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
]
# Not those that were cancelled: they say nothing.
ENDED: Final = [dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE]
# What a code server that was away for long takes up at once; the rest comes with the next tick.
MOST_RUNS: Final = 100


def ended_since(instance: dg.DagsterInstance, since: datetime) -> Sequence[dg.RunRecord]:
    """The runs that ended, or were touched after their end, after `since`, in that order; `MOST_RUNS` at most."""
    return instance.get_run_records(
        dg.RunsFilter(statuses=ENDED, updated_after=since),
        limit=MOST_RUNS,
        order_by="update_timestamp",
        ascending=True,
    )


def evaluations(instance: dg.DagsterInstance, run_id: str) -> list[dg.AssetCheckEvaluation]:
    """What each check that a run made found, in their order."""
    entries = instance.all_logs(run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION)
    return [entry.dagster_event.asset_check_evaluation_data for entry in entries if entry.dagster_event]
