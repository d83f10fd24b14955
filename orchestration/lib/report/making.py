"""Makes the report of a published week, once: what was made is kept in raw, and is the report from then on.

A report names people. Whoever is forgotten between the reading of its figures and their storing would stand in it for
good: so whoever makes one holds the lock of publications meanwhile, and forgetting waits for it.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

import psycopg2
from psycopg2 import extensions

from orchestration.lib.publication import PUBLICATION_LOCK
from orchestration.lib.report import figures as reading
from orchestration.lib.report.figures import Figures
from orchestration.lib.report.page import to_html
from orchestration.lib.report.spreadsheet import to_csv
from orchestration.lib.report.weeks import iso_week

# A week is published, but its report is missing, or of a publication that was rewritten when somebody was forgotten.
UNREPORTED: Final = """
select publications.week_start_date, publications.content_hash
from marts.rpt_weekly_publications as publications
left join marts.rpt_weekly_reports as reports
    on publications.week_start_date = reports.week_start_date and publications.content_hash = reports.content_hash
where reports.week_start_date is null
order by publications.week_start_date
"""
NEWEST: Final = "select max(week_start_date) from marts.rpt_weekly_publications"
STORED: Final = """
select report_document, report_csv, figures, content_hash, sdr_count, restatement_count
from marts.rpt_weekly_reports
where
    week_start_date = %(week)s
    and content_hash = (select content_hash from marts.rpt_weekly_publications where week_start_date = %(week)s)
"""
STORE: Final = """
insert into raw.weekly_reports (week_start_date, content_hash, headline, figures, report_document, report_csv)
select
    %(week)s, %(content_hash)s, %(headline)s::json, %(figures)s::json, %(report_document)s, %(report_csv)s
from marts.rpt_weekly_publications
where week_start_date = %(week)s and content_hash = %(content_hash)s
on conflict do nothing
"""
CLOSES: Final = "select min(closes_at) from marts.fct_team_weekly where week_start_date = %s"


class NotPublishedError(Exception):
    """There can be no report of this week (yet); the message says why, and when there will be."""


@dataclass(frozen=True)
class Report:
    """The report of a week, as it was made."""

    week: date
    document: str
    csv: str
    figures: dict[str, Any]
    content_hash: str
    sdr_count: int
    restatement_count: int


def newest_week(dsn: str) -> date:
    """The newest published week. Raises `NotPublishedError` when there is none."""
    with _reading(dsn) as cursor:
        cursor.execute(NEWEST)
        rows: list[tuple[date | None]] = cursor.fetchall()
    if (week := rows[0][0]) is None:
        raise NotPublishedError("No week has been published yet: the first is, when it is over everywhere.")
    return week


def unreported(dsn: str) -> list[tuple[date, str]]:
    """The published weeks that have no report, with the hash of what was published."""
    with _reading(dsn) as cursor:
        cursor.execute(UNREPORTED)
        return list(cursor.fetchall())


def make(dsn: str, week: date) -> Report:
    """The report of a week: the one that was made, or else a new one. Raises `NotPublishedError`."""
    with kept(dsn, week) as report:
        return report


@contextmanager
def kept(dsn: str, week: date) -> Iterator[Report]:
    """The report of a week, and meanwhile nobody is forgotten: files written here are there when forgetting looks."""
    with _alone(dsn):
        if (report := _stored(dsn, week)) is None:
            with _reading(dsn) as cursor:
                figures = reading.read(cursor, week)
                if figures is None:
                    raise NotPublishedError(_why_not(cursor, week))
            store(dsn, figures)
            report = _stored(dsn, week)
        if report is None:
            raise NotPublishedError(f"The publication of {iso_week(week)} was just rewritten. Try again.")
        yield report


def store(dsn: str, figures: Figures) -> None:
    """Make the page and the CSV of figures and keep them, unless the publication has become another one since."""
    document = to_html(figures)
    row = {
        "week": figures.week,
        "content_hash": figures.content_hash,
        "headline": _json(figures.headline() | {"document_bytes": len(document.encode())}),
        "figures": _json(vars(figures)),
        "report_document": document,
        "report_csv": to_csv(figures),
    }
    connection = psycopg2.connect(dsn, connect_timeout=5)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(STORE, row)
    finally:
        connection.close()


def _stored(dsn: str, week: date) -> Report | None:
    with _reading(dsn) as cursor:
        cursor.execute(STORED, {"week": week})
        rows = cursor.fetchall()
    return Report(week, *rows[0]) if rows else None


def _why_not(cursor: extensions.cursor, week: date) -> str:
    cursor.execute(CLOSES, [week])
    closes_at: datetime | None = cursor.fetchall()[0][0]
    cursor.execute("select now()")
    (now,) = cursor.fetchall()[0]
    name = iso_week(week)
    if closes_at is not None and closes_at <= now:
        return f"{name} is over, and not published yet. Dagster publishes it within the hour; so does rift publish."
    if closes_at is not None:
        return f"{name} is not published yet: it closes at {closes_at:%Y-%m-%d %H:%M %Z}, and is then published."
    if week > now.date():
        return f"{name} has not begun."
    return f"Nobody was at work in {name}: nothing was published."


@contextmanager
def _alone(dsn: str) -> Iterator[None]:
    # On a connection of its own, without a transaction: one would hold watermarks back.
    connection = psycopg2.connect(dsn, connect_timeout=5)
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_lock(%s)", [PUBLICATION_LOCK])
            yield
    finally:
        connection.close()


@contextmanager
def _reading(dsn: str) -> Iterator[extensions.cursor]:
    """A cursor whose statements all read one snapshot, and write nothing."""
    connection = psycopg2.connect(dsn, connect_timeout=5)
    try:
        connection.set_session(isolation_level="REPEATABLE READ", readonly=True)
        with connection.cursor() as cursor:
            cursor.execute("set local timezone = 'UTC'")
            yield cursor
    finally:
        connection.close()


def _json(value: dict[str, Any]) -> str:
    return json.dumps(value, default=lambda other: other.isoformat(), ensure_ascii=False, separators=(",", ":"))
