"""Puts rows into raw as the door does, for tests of what lies behind the door."""

import json
import uuid
from contextlib import closing
from datetime import UTC, datetime

import psycopg2
from psycopg2 import extensions

from tests import vendors
from tests.conftest import Database

INSERT = """
insert into raw.webhook_events (
    raw_id, door, source, external_id, dedup_key, user_id, event_type, occurred_at, reverses, reverses_event_id,
    received_at, verified_by, payload
)
select
    i.raw_id::uuid, 'canonical', i.source, i.external_id, i.raw_id, i.user_id, i.event_type, i.occurred_at, i.reverses,
    coalesce(
        (select e.raw_id from raw.webhook_events as e where e.raw_id::text = lower(i.reverses)),
        raw.vendor_event(i.reverses)
    ),
    now(), 'secret', '{"metadata": {"n": 1}}'
from (values (%s, %s, %s, %s, %s, %s::timestamptz, %s))
    as i (raw_id, source, external_id, user_id, event_type, occurred_at, reverses)
"""

MANY = """
insert into raw.webhook_events (
    raw_id, door, source, dedup_key, user_id, event_type, occurred_at, received_at, verified_by, payload
)
select
    raw_id, 'canonical', 'test', raw_id::text, %s, %s, occurred_at, occurred_at, 'secret', '{"metadata": {"n": 1}}'
from (
    select gen_random_uuid() as raw_id, now() - (%s + (number - 1) * %s) * interval '1 second' as occurred_at
    from generate_series(1, %s) as number
) as events
order by occurred_at
returning raw_id::text
"""


def event(
    user_id: str = "ann",
    event_type: str = "call_dial",
    occurred_at: datetime | str | None = None,
    external_id: str | None = None,
    reverses: str | None = None,
    source: str = "test",
) -> tuple[object, ...]:
    """The parameters of `INSERT` for one event; its event_id comes first."""
    at = occurred_at or datetime.now(UTC)
    return (str(uuid.uuid4()), source, external_id, user_id, event_type, at, reverses)


def land(database: Database, *parameters: tuple[object, ...]) -> list[str]:
    """Land events, each in its own transaction, as rift_ingest; return their event_ids."""
    for one in parameters:
        database.execute(INSERT, *one, role="ingest")
    return [str(one[0]) for one in parameters]


def land_at_once(database: Database, *parameters: tuple[object, ...]) -> None:
    """Land events in one transaction, so that whoever looks sees all of them or none."""
    with closing(psycopg2.connect(database.dsn("ingest"))) as connection, connection, connection.cursor() as cursor:
        for one in parameters:
            cursor.execute(INSERT, one)


def land_many(
    database: Database, user_id: str, event_type: str, count: int, seconds_ago: float = 0, apart: float = 1
) -> list[str]:
    """Land events in one transaction, `apart` seconds from each other, the newest `seconds_ago`; return their ids."""
    rows = database.execute(MANY, user_id, event_type, seconds_ago, apart, count, role="ingest")
    return [event_id for (event_id,) in rows]


def employ(
    database: Database,
    user_id: str,
    zone: str = "UTC",
    team: str = "Blue",
    effective_on: str | None = None,
    *,
    name: str | None = None,
    started_on: str | None = None,
    ended_on: str | None = None,
    email: str | None = None,
    identities: dict[str, str] | None = None,
) -> None:
    """Land a roster version."""
    database.execute(
        "insert into raw_roster.sdr_versions"
        " (user_id, display_name, team_name, time_zone, effective_on, started_on, ended_on,"
        " email, identities, _dlt_load_id, _dlt_id)"
        " values (%s, %s, %s, %s, %s, %s, %s, %s, %s, '', '')",
        user_id,
        user_id.title() if name is None else name,
        team,
        zone,
        effective_on,
        started_on,
        ended_on,
        email,
        json.dumps(identities or {}),
        role="ingest",
    )


def rule(database: Database, event_type: str, gold: int, xp: int, points: int, effective_from: datetime | str) -> None:
    """Land a rule version."""
    database.execute(
        "insert into raw.gamification_rules (event_type, gold_value, xp_value, rank_points, effective_from, changed_by)"
        " values (%s, %s, %s, %s, %s, 'test')",
        event_type,
        gold,
        xp,
        points,
        effective_from,
        role="ingest",
    )


DELIVER = """
insert into raw.webhook_events (
    raw_id, door, source, external_id, dedup_key, event_type, received_at, verified_by, payload
)
values (%s::uuid, %s, %s, %s, %s, %s, %s, 'signature', %s::json)
"""
# On the object: the first 8 bytes of the SHA-256 of its source and its key.
LOCK = """
select pg_advisory_xact_lock(
    ('x' || encode(substr(sha256(convert_to(%s || chr(31) || %s, 'UTF8')), 1, 8), 'hex'))::bit(64)::bigint
)
"""
PULL = """
insert into {} (object_id, modified_at, is_deleted, payload, _dlt_load_id, _dlt_id)
values (%s, %s, %s, %s::json, '', '')
on conflict (object_id, modified_at, is_deleted) do nothing
"""


def deliver(
    database: Database, *deliveries: vendors.Delivery, received_at: datetime | None = None, interpreted: bool = True
) -> list[str]:
    """Land what vendors delivered, in one transaction, with its meaning, as their doors do; return the raw_ids.

    A door that cannot say in time what an item means lands it all the same: then it is not interpreted.
    """
    keys = sorted({(one.source, one.object_key) for one in deliveries})
    with closing(psycopg2.connect(database.dsn("ingest"))) as connection, connection, connection.cursor() as cursor:
        for key in keys:
            cursor.execute(LOCK, key)
        raw_ids = [insert(cursor, one, received_at) for one in deliveries]
        if interpreted:
            cursor.execute("select raw.interpret(%s, %s)", [list(column) for column in zip(*keys, strict=True)])
    return raw_ids


def insert(cursor: extensions.cursor, one: vendors.Delivery, received_at: datetime | None = None) -> str:
    """Insert one item; return its raw_id."""
    raw_id = str(uuid.uuid4())
    names = (raw_id, one.source, one.source, one.object_key, raw_id, one.event_type)
    cursor.execute(DELIVER, (*names, received_at or datetime.now(UTC), one.body))
    return raw_id


def pull(database: Database, *versions: vendors.Version, interpreted: bool = True) -> None:
    """Land versions of objects as a pipeline does, and say that they are there, or do not (as when it is killed)."""
    for one in versions:
        told = (one.object_id, one.modified_at, one.is_deleted, one.body)
        database.execute(PULL.format(one.table), *told, role="ingest")
    if interpreted:
        interpret(database)


def interpret(database: Database) -> None:
    """What pipelines and the loader of the roster do after what they landed is committed."""
    database.execute("select raw.interpret_pending()", role="ingest")
