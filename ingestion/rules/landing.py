"""Lands a change: lock, read, plan, insert, in one short transaction as rift_ingest."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import psycopg2
from psycopg2 import extensions
from psycopg2.extras import execute_values

from ingestion.rules.change import Change
from ingestion.rules.plan import Stretch, plan, timeline

# Any constant will do, as long as no other lock of Rift uses it.
RULES_LOCK: Final = 0x52554C4553
SESSION: Final = (
    "set local lock_timeout = '1500ms'; set local statement_timeout = '1800ms'; set local synchronous_commit = on"
)
# Infinity is read as null: Python has no such time.
VERSIONS: Final = """
select nullif(effective_from, '-infinity'), gold_value, xp_value, rank_points
from raw.gamification_rule_versions
where event_type = %s and effective_from < effective_to
order by effective_from
"""
INSERT: Final = """
insert into raw.gamification_rules (event_type, gold_value, xp_value, rank_points, effective_from, changed_by)
values %s returning rule_version_id
"""
LANDED: Final = """
select rule_version_id, gold_value, xp_value, rank_points, effective_from, nullif(effective_to, 'infinity'), landed_at
from raw.gamification_rule_versions
where event_type = %s and rule_version_id = any(%s)
order by effective_from
"""


@dataclass(frozen=True, slots=True)
class Version:
    """A version as it was landed; without `effective_to` it has no end yet."""

    rule_version_id: int
    gold_value: int
    xp_value: int
    rank_points: int
    effective_from: datetime
    effective_to: datetime | None
    landed_at: datetime


@dataclass(frozen=True, slots=True)
class Landed:
    """The versions that a change took (none when all was so already) and the stretches in which it moves scores."""

    versions: list[Version]
    moved: list[Stretch]


def land_change(dsn: str, change: Change) -> Landed:
    """Land a change, durably; raises `UnusableError` when it cannot be, and then nothing was landed.

    Changes wait for each other, and each is planned by a statement that began after it had the lock: it sees what the
    one before it landed. To land the same change twice lands nothing the second time.
    """
    with _transaction(dsn) as cursor:
        cursor.execute(SESSION)
        cursor.execute("select pg_advisory_xact_lock(%s)", [RULES_LOCK])
        cursor.execute("select clock_timestamp()")
        (now,) = cursor.fetchone() or ()
        cursor.execute(VERSIONS, [change.event_type])
        planned = plan(timeline(cursor.fetchall()), change, now)
        if not planned.landing:
            return Landed([], [])
        rows = [(change.event_type, *values, begins, change.changed_by) for begins, values in planned.landing]
        inserted: list[tuple[Any, ...]] = execute_values(cursor, INSERT, rows, fetch=True)
        cursor.execute(LANDED, [change.event_type, [version_id for (version_id,) in inserted]])
        versions = [Version(*row) for row in cursor.fetchall()]
    return Landed(versions, list(planned.moved))


@contextmanager
def _transaction(dsn: str) -> Iterator[extensions.cursor]:
    connection: extensions.connection = psycopg2.connect(
        dsn, connect_timeout=2, tcp_user_timeout=2000, application_name="rift rules"
    )
    try:
        with connection, connection.cursor() as cursor:
            yield cursor
    finally:
        connection.close()
