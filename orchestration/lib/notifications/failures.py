"""Notes which runs failed and which checks were not met, and that they are well again: from what Dagster keeps."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import dagster as dg
from psycopg2 import extensions

from orchestration.lib.notifications.noting import Noted
from orchestration.lib.notifications.secrets import without_secrets
from orchestration.lib.runs import ended_since, evaluations

# Of a check's metadata (which Dagster keeps by name), what a message has room for.
MOST_FIGURES: Final = 4
# A run may be seen a moment after a later one. What is seen twice is told once.
OVERLAP: Final = timedelta(seconds=10)
PARTITION: Final = "dagster/partition"
# What goes on failing is said again after this long. What fails again so soon after its end waits until then: it may
# come and go.
AGAIN: Final = {"failed_run": timedelta(hours=1), "failed_check": timedelta(hours=24)}
FLAPPING: Final = timedelta(minutes=10)
LATEST: Final = """
select distinct on (kind, subject) kind, subject, is_recovery, happened_at
from raw.notifications
where kind in ('failed_run', 'failed_check')
order by kind, subject, happened_at desc
"""
NOTE: Final = """
insert into raw.notifications (kind, subject, run_id, detail, severity, is_recovery, happened_at)
values (%s, %s, %s, %s, %s, %s, %s)
on conflict do nothing
returning notification_id
"""


@dataclass(frozen=True)
class Said:
    """What was last said of a job or a check."""

    is_recovery: bool
    at: datetime


@dataclass(frozen=True)
class Finding:
    """What a finished run says of itself or of a check; of one that was not met, `severity` is warning or error."""

    kind: str
    name: str
    run_id: str
    is_well: bool
    at: datetime
    detail: str | None = None
    severity: str | None = None

    @staticmethod
    def read(kept: Mapping[str, Any]) -> "Finding":
        return Finding(**{**kept, "at": datetime.fromisoformat(kept["at"])})

    def write(self) -> dict[str, Any]:
        """What JSON can hold."""
        return asdict(self) | {"at": self.at.isoformat()}


def look_at_runs(instance: dg.DagsterInstance, since: datetime, news_since: datetime) -> tuple[list[Finding], datetime]:
    """What runs say that ended, or were touched, after `since`, in that order; and the `since` of the next look.

    What ended before `news_since` is no news.
    """
    records = ended_since(instance, since - OVERLAP)
    found = [
        finding
        for record in records
        if (ended := _ended(record)) >= news_since
        for finding in findings(instance, record, ended)
    ]
    return found, max([since, *(record.update_timestamp for record in records)])


def note_failures(
    cursor: extensions.cursor, found: Sequence[Finding], now: datetime
) -> tuple[list[Noted], list[Finding]]:
    """Note what is news: a failure, unless it was said a short time ago, and its end, once; and returns what waits."""
    cursor.execute(LATEST)
    said = {(kind, name): Said(is_recovery, at) for kind, name, is_recovery, at in cursor.fetchall()}
    news, held = sort_out(found, said, now)
    noted = []
    for one in news:
        cursor.execute(NOTE, (one.kind, one.name, one.run_id, one.detail, one.severity, one.is_well, one.at))
        noted += [Noted(str(notification_id), one.kind, one.at) for (notification_id,) in cursor.fetchall()]
    return noted, held


def sort_out(
    found: Sequence[Finding], said: Mapping[tuple[str, str], Said], now: datetime
) -> tuple[list[Finding], list[Finding]]:
    """What is to be said now, after what was said; and the failures that wait, since they may only come and go."""
    said, news, held = dict(said), [], dict[tuple[str, str], Finding]()
    for finding in sorted(found, key=lambda one: one.at):
        key = (finding.kind, finding.name)
        last = said.get(key)
        if is_news(finding, last):
            news.append(finding)
            said[key] = Said(finding.is_well, finding.at)
            held.pop(key, None)
        elif finding.is_well:
            held.pop(key, None)
        elif last and last.is_recovery and finding.at > last.at:
            held.setdefault(key, finding)
    over = [finding for key, finding in held.items() if now - said[key].at >= FLAPPING]
    return news + over, [finding for finding in held.values() if finding not in over]


def is_news(finding: Finding, said: Said | None) -> bool:
    """Whether to say it, after what was last said."""
    if said and finding.at <= said.at:
        return False
    if finding.is_well:
        return said is not None and not said.is_recovery
    if said is None:
        return True
    return finding.at - said.at >= (FLAPPING if said.is_recovery else AGAIN[finding.kind])


def findings(instance: dg.DagsterInstance, record: dg.RunRecord, ended: datetime) -> Iterator[Finding]:
    """What a finished run says of itself, then of each check that it made."""
    run = record.dagster_run
    partition = run.tags.get(PARTITION)
    name = f"{run.job_name} {partition}" if partition else run.job_name
    detail = None if run.is_success else _first_line(instance, run.run_id)
    yield Finding("failed_run", name, run.run_id, run.is_success, ended, detail)
    for check in evaluations(instance, run.run_id):
        title = f"{check.asset_key.to_user_string()}:{check.check_name}"
        if check.passed:
            yield Finding("failed_check", title, run.run_id, is_well=True, at=ended)
        else:
            severity = "warning" if check.severity is dg.AssetCheckSeverity.WARN else "error"
            yield Finding("failed_check", title, run.run_id, check.passed, ended, _figures(check), severity)


def _figures(check: dg.AssetCheckEvaluation) -> str | None:
    """What a check says of itself, and the first numbers that it gives; its other metadata may quote what was sent."""
    numbers = [
        f"{name} {value.value}"
        for name, value in check.metadata.items()
        if isinstance(value, dg.IntMetadataValue | dg.FloatMetadataValue) and value.value is not None
    ]
    parts = [check.description, ", ".join(numbers[:MOST_FIGURES])]
    return without_secrets(": ".join(part for part in parts if part)) or None


def _ended(record: dg.RunRecord) -> datetime:
    return datetime.fromtimestamp(record.end_time or record.update_timestamp.timestamp(), tz=UTC)


def _first_line(instance: dg.DagsterInstance, run_id: str) -> str:
    kinds = {dg.DagsterEventType.STEP_FAILURE, dg.DagsterEventType.RUN_FAILURE}
    for entry in instance.all_logs(run_id, of_type=kinds):
        if entry.dagster_event and (text := _said_by(entry.dagster_event).strip()):
            return without_secrets(text.splitlines()[0])
    return "It says nothing of why."


def _said_by(event: dg.DagsterEvent) -> str:
    if event.is_step_failure:
        failure = event.step_failure_data
        if failure.user_failure_data and failure.user_failure_data.description:
            return failure.user_failure_data.description
        error = failure.error
        while error and error.cause:
            error = error.cause
        return error.message if error else ""
    # Of a run whose process was lost there is only the message of who found out.
    error = event.job_failure_data.error if event.event_specific_data else None
    return error.message if error else event.message or ""
