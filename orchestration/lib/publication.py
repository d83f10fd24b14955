"""Announces the ranks of closed weeks: each week once, exactly as it was known at one moment.

The moment is a clear cut: a week is published as of T only when every transaction that could have landed something by
T has ended, and what had landed is given its meaning. So `landed_at > published_at` says precisely what was not in it,
and the marts restate just that.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

import psycopg2
from psycopg2 import extensions

from ingestion.sources.interpreting import interpret_pending

# Any constant will do, as long as no other lock of Rift uses it.
PUBLICATION_LOCK: Final = 0x52494656
# Landing takes milliseconds, an import in chunks some seconds each.
WAIT_SECONDS: Final = 60.0
POLL_SECONDS: Final = 0.1

UNPUBLISHED: Final = "select week_start_date from intermediate.int_unpublished_weeks order by 1"

# Who may have landed rows that cannot be seen yet. An insert locks its table before it looks at the clock; it may take
# its transaction id only after that. A vacuum, which may take hours, locks indexes like that, but not their table.
WRITERS: Final = """
select distinct locks.virtualtransaction, locks.pid
from pg_locks as locks
inner join pg_class as tables on locks.relation = tables.oid
inner join pg_namespace as schemas on tables.relnamespace = schemas.oid
where
    locks.locktype = 'relation'
    and locks.database = (select oid from pg_database where datname = current_database())
    and locks.mode = 'RowExclusiveLock'
    and locks.granted
    and tables.relkind in ('r', 'p')
    and (schemas.nspname = 'raw' or starts_with(schemas.nspname, 'raw_'))
    and locks.pid is distinct from pg_backend_pid()
"""

# The hash is that of tests/assert_published_weeks_are_unchanged.sql, which recomputes it.
PUBLISH: Final = """
with standings as materialized (
    select
        user_id, week_start_date, rank_tier, rank_position,
        least(weekly_meetings_booked, 2147483647)::integer as weekly_meetings_booked,
        least(weekly_rank_points, 2147483647)::integer as rank_points
    from marts.weekly_ranks_as_of(%(at)s, %(week)s)
),
hashed as (
    select encode(sha256(convert_to(string_agg(
        json_build_array(
            user_id, week_start_date, rank_tier, weekly_meetings_booked, rank_points, rank_position,
            extract(epoch from %(at)s::timestamptz)
        )::text,
        e'\\n' order by user_id collate "C"
    ), 'UTF8')), 'hex') as content_hash
    from standings
),
published as (
    insert into raw.published_ranks (
        user_id, week_start_date, weekly_meetings_booked, rank_points, rank_tier, rank_position, content_hash,
        published_at
    )
    select
        user_id, week_start_date, weekly_meetings_booked, rank_points, rank_tier, rank_position, content_hash, %(at)s
    from standings
    cross join hashed
    returning content_hash
)
select content_hash, count(*) from published group by content_hash
"""


@dataclass(frozen=True)
class Publication:
    """What was announced for one week."""

    week_start_date: date
    published_at: datetime
    content_hash: str
    sdr_count: int


class NotYetError(Exception):
    """What was known at the chosen moment cannot be seen yet; the message says why."""


def publish(
    dsn: str,
    on_published: Callable[[Publication], None] = lambda _: None,
    wait_seconds: float = WAIT_SECONDS,
) -> list[Publication]:
    """Publish every closed week that is not published yet, each in a transaction of its own, and return them in order.

    Publishers wait for each other. Raises `NotYetError` when a transaction keeps the moment from being a clear cut for
    longer than `wait_seconds`; then nothing is published.
    """
    publications = []
    with _alone(dsn) as cursor:
        # Looked up before the moment: a week that is played only after it is for the next time.
        weeks = _weeks(cursor)
        if not weeks:
            return []
        moment = _clear_cut(cursor, wait_seconds)
        # What vendors had landed may have no meaning yet: that would come later, but with a landed_at of before.
        interpret_pending(cursor)
        for week in weeks:
            cursor.execute(PUBLISH, {"at": moment, "week": week})
            # Without a row, everything has left the week since: nobody played it.
            for content_hash, count in cursor.fetchall():
                publications.append(Publication(week, moment, content_hash, count))
                on_published(publications[-1])
    return publications


@contextmanager
def _alone(dsn: str) -> Iterator[extensions.cursor]:
    # Each statement is a transaction; between them nothing is open that would hold a watermark back.
    connection = psycopg2.connect(dsn, connect_timeout=5)
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_lock(%s)", [PUBLICATION_LOCK])
            yield cursor
    finally:
        connection.close()


def _weeks(cursor: extensions.cursor) -> list[date]:
    cursor.execute(UNPUBLISHED)
    return [week for (week,) in cursor.fetchall()]


def _clear_cut(cursor: extensions.cursor, wait_seconds: float) -> datetime:
    """A moment by which everything that landed can be seen."""
    cursor.execute("select clock_timestamp()")
    moment: datetime = cursor.fetchall()[0][0]
    cursor.execute(WRITERS)
    writers = set(cursor.fetchall())
    deadline = time.monotonic() + wait_seconds
    while writers:
        if time.monotonic() > deadline:
            processes = ", ".join(sorted({str(pid) for _, pid in writers}))
            raise NotYetError(
                f"Nothing was published: after {wait_seconds:.0f} s a transaction that was landing something at"
                f" {moment} is still open (Postgres process {processes}). End it, or try again later."
            )
        time.sleep(POLL_SECONDS)
        cursor.execute(WRITERS)
        writers &= set(cursor.fetchall())
    return moment
