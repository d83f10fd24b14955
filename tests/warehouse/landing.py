"""Puts rows into raw as the door does, for tests of what lies behind the door."""

import uuid
from datetime import UTC, datetime

from tests.conftest import Database

INSERT = """
insert into raw.webhook_events (
    raw_id, door, source, external_id, dedup_key, user_id, event_type, occurred_at, reverses, reverses_event_id,
    received_at, verified_by, payload
)
select
    i.raw_id::uuid, 'canonical', i.source, i.external_id, i.raw_id, i.user_id, i.event_type, i.occurred_at, i.reverses,
    (select e.raw_id from raw.webhook_events as e where e.raw_id::text = lower(i.reverses)),
    now(), 'secret', '{"metadata": {"n": 1}}'
from (values (%s, %s, %s, %s, %s, %s::timestamptz, %s))
    as i (raw_id, source, external_id, user_id, event_type, occurred_at, reverses)
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


def employ(
    database: Database, user_id: str, zone: str = "UTC", team: str = "Blue", effective_on: str | None = None
) -> None:
    """Land a roster version."""
    database.execute(
        "insert into raw_roster.sdr_versions"
        " (user_id, display_name, team_name, time_zone, effective_on, _dlt_load_id, _dlt_id)"
        " values (%s, %s, %s, %s, %s, '', '')",
        user_id,
        user_id.title(),
        team,
        zone,
        effective_on,
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
