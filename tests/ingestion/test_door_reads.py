"""The read API answers from the marts, as the role that can read nothing else."""

from collections.abc import Iterator
from typing import Any

import pytest

from ingestion.migrations import migrate
from orchestration.stack.postgres import Cluster
from tests.conftest import PASSWORDS, Database, create_database
from tests.ingestion.conftest import Receiver, running_receiver

# The columns that the API reads, as the marts declare them.
MARTS = """
create view marts.dim_user_stats as
select
    user_id, display_name, 'Blue'::text as team_name, 'Gold'::text as current_rank,
    'Pacific/Auckland'::text as time_zone,
    1200::bigint as total_gold, 2400::bigint as total_xp, 3 as current_level, 400 as xp_in_current_level,
    600 as xp_to_next_level, 24::bigint as total_events, 2::bigint as events_today, 10::bigint as calls_made,
    5::bigint as calls_connected, 4::bigint as emails_sent, 3::bigint as meetings_booked,
    2::bigint as meetings_attended,
    3::bigint as weekly_meetings_booked, timestamptz '2026-03-14 12:00+00' as last_event_at
from (values ('sdr-001', 'Ada'), ('sdr-002', '<b>Bob</b>')) as people (user_id, display_name);

create view marts.fct_user_daily as
select
    'sdr-001'::text as user_id, 'blue'::text as team_id,
    (now() at time zone 'Pacific/Auckland')::date - days_ago as activity_date, 'call_dial'::text as event_type,
    2::bigint as event_count, 3::bigint as gross_event_count, 10::bigint as gold_value, 20::bigint as xp_value
from generate_series(0, 9) as days_ago;

create view marts.rpt_activity_feed as
select
    gen_random_uuid() as event_id, 'sdr-001'::text as user_id, 'Ada'::text as display_name, 'Blue'::text as team_name,
    'call_dial'::text as event_type, 'Dial'::text as event_label, 5 as gold_value, 10 as xp_value, false as is_reversed,
    false as is_reversal, now() - number * interval '1 minute' as occurred_at,
    now() - number * interval '1 minute' as received_at
from generate_series(1, 500) as number;

grant select on all tables in schema marts to rift_hud;
"""


@pytest.fixture(scope="module")
def marts_database(cluster: Cluster) -> Database:
    database = create_database(cluster, "reads")
    migrate(database.owner_dsn, PASSWORDS)
    database.execute(MARTS)
    return database


@pytest.fixture(scope="module")
def reader(marts_database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Receiver]:
    folder = tmp_path_factory.mktemp("reads")
    with running_receiver(
        marts_database.dsn("ingest"), marts_database.dsn("hud"), folder, DEFAULT_USER_ID="sdr-002"
    ) as running:
        yield running


def test_current_stats_have_the_first_designs_fields_and_the_rank(reader: Receiver) -> None:
    stats = reader.get("/api/v1/stats/current", user_id="sdr-001").json()
    assert stats == {
        "user_id": "sdr-001",
        "display_name": "Ada",
        "team_name": "Blue",
        "total_gold": 1200,
        "total_xp": 2400,
        "current_level": 3,
        "xp_in_current_level": 400,
        "xp_to_next_level": 600,
        "total_events": 24,
        "events_today": 2,
        "calls_made": 10,
        "calls_connected": 5,
        "emails_sent": 4,
        "meetings_booked": 3,
        "meetings_attended": 2,
        "weekly_meetings_booked": 3,
        "current_rank": "Gold",
        "last_event_at": "2026-03-14T12:00:00Z",
    }


def test_without_a_user_the_default_one_is_meant(reader: Receiver) -> None:
    assert reader.get("/api/v1/stats/current").json()["display_name"] == "<b>Bob</b>"
    assert reader.get("/api/v1/stats/daily").json() == {"user_id": "sdr-002", "days": 7, "daily": []}


@pytest.mark.parametrize("path", ["/api/v1/stats/current", "/api/v1/stats/daily"])
@pytest.mark.parametrize("user_id", ["nobody", "'; drop view marts.dim_user_stats; --", "{{ x }}", "%s"])
def test_an_unknown_user_is_not_found(reader: Receiver, path: str, user_id: str) -> None:
    answer = reader.get(path, user_id=user_id)
    assert (answer.status_code, answer.json()["error"]) == (404, "unknown_user")


def test_days_are_the_last_ones_in_the_persons_zone(reader: Receiver) -> None:
    answer = reader.get("/api/v1/stats/daily", user_id="sdr-001", days=3).json()
    assert len(answer["daily"]) == 3
    assert answer["daily"] == sorted(answer["daily"], key=lambda day: day["activity_date"])
    assert answer["daily"][0] | {"activity_date": ""} == {
        "activity_date": "",
        "event_type": "call_dial",
        "event_count": 2,
        "gold_value": 10,
        "xp_value": 20,
    }


def test_recent_events_come_newest_first(reader: Receiver) -> None:
    times = [event["received_at"] for event in reader.get("/api/v1/events/recent", limit=30).json()["events"]]
    assert len(times) == 30
    assert times == sorted(times, reverse=True)
    assert len(reader.get("/api/v1/events/recent").json()["events"]) == 20


@pytest.mark.parametrize(
    ("path", "parameters", "field"),
    [
        ("/api/v1/stats/daily", {"days": 0}, "days"),
        ("/api/v1/stats/daily", {"days": "NaN"}, "days"),
        ("/api/v1/events/recent", {"limit": 501}, "limit"),
        ("/api/v1/events/recent", {"limit": "1e400"}, "limit"),
        ("/api/v1/stats/current", {"user_id": "\0"}, "user_id"),
        ("/api/v1/stats/current", {"user_id": ""}, "user_id"),
        ("/api/v1/stats/current", {"user_id": "u" * 201}, "user_id"),
    ],
)
def test_an_unusable_parameter_is_named(reader: Receiver, path: str, parameters: dict[str, Any], field: str) -> None:
    answer = reader.get(path, **parameters)
    assert (answer.status_code, answer.json()["error"], answer.json()["field"]) == (422, "invalid_parameter", field)


def test_health_tells_of_the_database(reader: Receiver) -> None:
    for path in ("/api/v1/health", "/api/v1/health/ready"):
        health = reader.get(path).json()
        assert set(health) == {"status", "database", "version", "timestamp"}
        assert (health["status"], health["database"]) == ("healthy", "connected")


def test_marts_that_are_not_built_are_unavailable_and_tell_no_internals(receiver: Receiver) -> None:
    for path in ("stats/current", "stats/daily", "events/recent"):
        answer = receiver.get(f"/api/v1/{path}")
        assert answer.status_code == 503
        assert "Retry-After" in answer.headers
        assert "select" not in answer.text
        assert "dim_user" not in answer.text
