"""Forgets one person in one transaction: all of it is done, or nothing.

The one exception to append-only. Rows are rewritten in place and keep their `landed_xid`, in raw and in what is settled
from it at once: every reader's snapshot has all of one or all of the other, and both add up to the same. Settles,
publications, reports, roster loads and whoever says what vendors' items mean wait, since each reads first and writes
later; doors do not: what they land meanwhile is a later event.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

import psycopg2
from psycopg2 import errors, extensions, sql

from ingestion.privacy.columns import Table, as_text, tables
from ingestion.privacy.meaning import catch_up, read_again
from ingestion.privacy.people import person
from ingestion.privacy.reports import delete_reports
from ingestion.privacy.rewriting import rewrite
from ingestion.privacy.subjects import Prospect, Subject
from ingestion.privacy.totals import totals

# Whoever holds one of these is settling or building (orchestration/lib/dbt.py), publishing or reporting
# (orchestration/lib/publication.py, report/making.py), or loading people (ingestion/sources/roster.py).
LOCKS: Final = (0x52494655, 0x52494656, 0x524F5354)
# A settle may also be run by dbt alone: the lock that its own first hook takes (dbt_project/macros/settle.sql).
SETTLE_LOCKS: Final = """
select pg_advisory_lock(hashtext(format('settle "%%s"."intermediate"."%%s"', current_database(), model)))
from unnest(%s::text[]) as model
"""
# Whoever says what vendors' items mean reads them first and writes later (dbt_project/macros/interpreting.sql).
INTERPRETING_LOCK: Final = "select pg_advisory_lock(hashtext('interpret vendors'))"
# Before the snapshot: what these hold must not be written by anybody else until the end.
DERIVED: Final = (
    "intermediate.int_user_days_settled", "intermediate.settled_totals", "intermediate.settled_weeks",
    "staging.stg_vendor__events", "staging.stg_vendor__objects", "intermediate.vendor_days_touched",
    "raw.published_ranks", "raw_roster.sdr_versions",
)  # fmt: skip
EXISTING: Final = "select name from unnest(%s::text[]) as name where to_regclass(name) is not null"
LOCK_WAIT: Final = "30min"
TRIES: Final = 5
# The hash of tests/assert_published_weeks_are_unchanged.sql: it covers the user_id, so it is another one afterwards.
REHASH: Final = """
update raw.published_ranks as ranks
set content_hash = hashed.content_hash
from (
    select week_start_date, encode(sha256(convert_to(string_agg(
        json_build_array(
            user_id, week_start_date, rank_tier, weekly_meetings_booked, rank_points, rank_position,
            extract(epoch from published_at)
        )::text,
        e'\\n' order by user_id collate "C"
    ), 'UTF8')), 'hex') as content_hash
    from raw.published_ranks
    where week_start_date in (select week_start_date from raw.published_ranks where user_id = %s)
    group by week_start_date
) as hashed
where ranks.week_start_date = hashed.week_start_date
"""
NOTE: Final = "insert into raw.forgettings (kind, pseudonym, rewritten) values (%s, %s, %s)"


class ForgettingError(Exception):
    """Nothing was forgotten; the message says why."""


@dataclass
class Forgotten:
    """What was rewritten, by table; and where the person still stands, by table and column, to be mended by hand."""

    subject: Subject
    rewritten: dict[str, int] = field(default_factory=dict)
    left: dict[str, int] = field(default_factory=dict)
    republished_weeks: int = 0


def forget_user(dsn: str, user_id: str, *, dry_run: bool) -> Forgotten:
    """Forget an SDR; raises `ForgettingError`, `SubjectError` or `psycopg2.Error`, and then nothing has changed."""
    return _forget(dsn, lambda cursor: person(cursor, user_id), dry_run=dry_run)


def forget_prospect(dsn: str, values: Sequence[str], *, dry_run: bool) -> Forgotten:
    """Forget a prospect by emails, phones or names; raises `SubjectError`, too."""
    prospect = Prospect(tuple(values))
    return _forget(dsn, lambda _: prospect, dry_run=dry_run)


def _forget(dsn: str, find: Callable[[extensions.cursor], Subject], *, dry_run: bool) -> Forgotten:
    with _alone(dsn) as (connection, derived):
        for _ in range(TRIES):
            try:
                catch_up(connection)
                forgotten = _attempt(connection, derived, find)
                connection.rollback() if dry_run else connection.commit()
            except (errors.SerializationFailure, errors.DeadlockDetected):
                connection.rollback()
                continue
            except errors.UniqueViolation:
                connection.rollback()
                raise ForgettingError("Two different names would have become one. Nothing was forgotten.") from None
            return forgotten
    raise ForgettingError(f"Others kept changing the same rows, {TRIES} times. Nothing was forgotten: try again.")


@contextmanager
def _alone(dsn: str) -> Iterator[tuple[extensions.connection, list[str]]]:
    """A connection beside which nobody settles, publishes, reports, interprets or loads people, and the derived tables.

    The locks are the session's, taken before the transaction and its snapshot.
    """
    connection = psycopg2.connect(dsn, connect_timeout=5, application_name="rift forget")
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("set lock_timeout = %s; set timezone = 'UTC'", [LOCK_WAIT])
            for lock in LOCKS:
                cursor.execute("select pg_advisory_lock(%s)", [lock])
            cursor.execute("select to_regclass('intermediate.settle_watermarks') is not null")
            if cursor.fetchone() == (True,):
                cursor.execute("select array_agg(model) from intermediate.settle_watermarks")
                (models,) = cursor.fetchone() or ([],)
                cursor.execute(SETTLE_LOCKS, [sorted({*(models or []), "int_user_days_settled"})])
            cursor.execute(INTERPRETING_LOCK)
            cursor.execute(EXISTING, [[*DERIVED]])
            derived = [name for (name,) in cursor.fetchall()]
        connection.autocommit = False
        connection.set_session(isolation_level="REPEATABLE READ")
        yield connection, derived
    finally:
        connection.close()


def _attempt(
    connection: extensions.connection, derived: Sequence[str], find: Callable[[extensions.cursor], Subject]
) -> Forgotten:
    with connection.cursor() as cursor:
        # Readers read on. A lock takes no snapshot: what follows sees what all writers before it have left.
        for name in derived:
            table_name = sql.Identifier(*name.split("."))
            cursor.execute(sql.SQL("lock table {} in share row exclusive mode").format(table_name))
        subject = find(cursor)
        before = totals(cursor)
        forgotten = Forgotten(subject)
        everywhere = tables(cursor)
        for table in everywhere:
            if count := rewrite(cursor, table, subject):
                forgotten.rewritten[table.path] = count
        if count := delete_reports(cursor, subject):
            forgotten.rewritten["raw.weekly_reports"] = count
        if "raw.published_ranks" in forgotten.rewritten:
            cursor.execute(REHASH, [subject.pseudonym])
            forgotten.republished_weeks = cursor.rowcount
        read_again(cursor)
        if totals(cursor) != before:
            raise ForgettingError("Totals would have changed, so nothing was forgotten. Please report this.")
        forgotten.left = _left(cursor, everywhere, subject)
        if forgotten.rewritten:
            cursor.execute(NOTE, [subject.kind, subject.pseudonym, json.dumps(forgotten.rewritten)])
    return forgotten


def _left(cursor: extensions.cursor, everywhere: Sequence[Table], subject: Subject) -> dict[str, int]:
    """Where the text still stands: in what only says what a thing is, such as the name of a team."""
    left = {}
    for table in everywhere:
        for column, kind in table.structural.items():
            cursor.execute(
                sql.SQL("select count(*) from {} where {} ~* {}").format(
                    table.identifier, as_text(column, kind), sql.Literal(subject.pattern())
                )
            )
            (count,) = cursor.fetchone() or (0,)
            if count:
                left[f"{table.path}.{column}"] = count
    return left
