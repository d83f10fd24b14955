"""What the checks of a run found, noted in raw.check_runs: Dagster's own database is closed to readers of marts."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final

import dagster as dg
import psycopg2

from orchestration.lib.runs import evaluations

MOST_FAILURES: Final = 20
# Of runs that find the same, a build every minute, one in this time is noted: at most 35,000 rows of some 250 bytes a
# year and job. They stay, as all that is raw does: who asks for the latest reads by index, however many there are.
AGAIN_AFTER: Final = "15 minutes"
NOTE: Final = """
insert into raw.check_runs (
    run_id, job_name, failures, passed_count, warned_count, failed_count, is_finished, started_at, ended_at
)
select %(run_id)s, %(job_name)s, %(failures)s, %(passed_count)s, %(warned_count)s, %(failed_count)s, %(is_finished)s,
    %(started_at)s, %(ended_at)s
where not exists (
    select from (
        select * from raw.check_runs where job_name = %(job_name)s order by ended_at desc, run_id desc limit 1
    ) as latest
    where latest.ended_at >= %(ended_at)s
    or (
        latest.ended_at > %(ended_at)s::timestamptz - %(again_after)s::interval
        and latest.is_finished = %(is_finished)s
        and latest.failures::text = %(failures)s
    )
)
on conflict (run_id) do nothing
"""


@dataclass(frozen=True)
class Failure:
    """A check that was not met."""

    name: str
    words: str
    is_warning: bool


@dataclass(frozen=True)
class CheckRun:
    """A run, and what its checks found."""

    run_id: str
    job_name: str
    started_at: datetime
    ended_at: datetime
    passed_count: int
    failures: tuple[Failure, ...]
    is_finished: bool


def read_run(instance: dg.DagsterInstance, record: dg.RunRecord, words: Mapping[str, str]) -> CheckRun:
    """What the checks of a finished run found; `words` says what a check means, by its name."""
    run = record.dagster_run
    found = evaluations(instance, run.run_id)
    unmet = [
        Failure(
            evaluation.check_name,
            words.get(evaluation.check_name, in_words(evaluation.check_name)),
            evaluation.severity is dg.AssetCheckSeverity.WARN,
        )
        for evaluation in found
        if not evaluation.passed
    ]
    has_failed = any(not failure.is_warning for failure in unmet)
    began, ended = (datetime.fromtimestamp(at or 0).astimezone() for at in (record.start_time, record.end_time))
    return CheckRun(
        run.run_id,
        run.job_name,
        began if record.start_time else ended,
        ended,
        len(found) - len(unmet),
        tuple(sorted(unmet, key=lambda failure: (failure.is_warning, failure.name))),
        is_finished=run.is_success or has_failed,
    )


def note(dsn: str, runs: Iterable[CheckRun]) -> None:
    """Note runs, oldest first, each of which found something new, or some time after the last that is noted."""
    connection = psycopg2.connect(dsn, connect_timeout=5)
    try:
        with connection, connection.cursor() as cursor:
            for run in runs:
                cursor.execute(NOTE, _row(run))
    finally:
        connection.close()


def in_words(name: str) -> str:
    """A check's name as a sentence: names of checks say what is to be true."""
    return name.removeprefix("assert_").replace("_", " ").capitalize().replace(" sdr ", " SDR ")


def _row(run: CheckRun) -> dict[str, object]:
    warned = sum(failure.is_warning for failure in run.failures)
    return {
        "run_id": run.run_id,
        "job_name": run.job_name,
        "failures": json.dumps([asdict(failure) for failure in run.failures[:MOST_FAILURES]]),
        "passed_count": run.passed_count,
        "warned_count": warned,
        "failed_count": len(run.failures) - warned,
        "is_finished": run.is_finished,
        "started_at": run.started_at,
        "ended_at": run.ended_at,
        "again_after": AGAIN_AFTER,
    }
