"""The read API answers from the marts, as the role that can read nothing else."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import psycopg2
import pytest

from orchestration.stack.postgres import Cluster
from tests import landing
from tests.conftest import TEMPLATE, Database, Warehouse, create_database
from tests.ingestion.conftest import Receiver, running_receiver


@pytest.fixture(scope="module")
def marts_database(cluster: Cluster, template: Warehouse) -> Database:  # noqa: ARG001  # cloned by its name
    database = create_database(cluster, "reads", template=TEMPLATE)
    landing.employ(database, "sdr-001", "Pacific/Auckland", name="Ada")
    landing.employ(database, "sdr-002", name="<b>Bob</b>")
    return database


@pytest.fixture(scope="module")
def reader(marts_database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Receiver]:
    folder = tmp_path_factory.mktemp("reads")
    with running_receiver(
        marts_database.dsn("ingest"), marts_database.dsn("hud"), folder, DEFAULT_USER_ID="sdr-002"
    ) as running:
        yield running


def test_current_stats_have_the_first_designs_fields_and_the_rank(reader: Receiver, marts_database: Database) -> None:
    month = 30 * 86_400
    for event_type, count in {"call_dial": 10, "call_connect": 5, "email_sent": 4, "meeting_attended": 2}.items():
        landing.land_many(marts_database, "sdr-001", event_type, count, month)
    now = datetime.now(UTC)
    booked = landing.land(marts_database, *(landing.event("sdr-001", "meeting_booked", now) for _ in range(4)))
    landing.land(marts_database, landing.event("sdr-001", "meeting_cancelled", now, reverses=booked[0]))
    stats = reader.get("/api/v1/stats/current", user_id="sdr-001").json()
    assert datetime.fromisoformat(stats.pop("last_event_at")) == now
    assert stats == {
        "user_id": "sdr-001",
        "display_name": "Ada",
        "team_name": "Blue",
        "total_gold": 10 * 5 + 5 * 25 + 4 * 3 + 2 * 150 + 3 * 100,
        "total_xp": 10 * 10 + 5 * 50 + 4 * 5 + 2 * 300 + 3 * 200,
        "current_level": 2,
        "xp_in_current_level": 570,
        "xp_to_next_level": 430,
        "total_events": 24,
        "events_today": 3,
        "calls_made": 10,
        "calls_connected": 5,
        "emails_sent": 4,
        "meetings_booked": 3,
        "meetings_attended": 2,
        "weekly_meetings_booked": 3,
        "current_rank": "Gold",
    }


def test_without_a_user_the_default_one_is_meant(reader: Receiver) -> None:
    assert reader.get("/api/v1/stats/current").json()["display_name"] == "<b>Bob</b>"
    assert reader.get("/api/v1/stats/daily").json() == {"user_id": "sdr-002", "days": 7, "daily": []}


@pytest.mark.parametrize("path", ["/api/v1/stats/current", "/api/v1/stats/daily"])
@pytest.mark.parametrize("user_id", ["nobody", "'; drop view marts.dim_user_stats; --", "{{ x }}", "%s"])
def test_an_unknown_user_is_not_found(reader: Receiver, path: str, user_id: str) -> None:
    answer = reader.get(path, user_id=user_id)
    assert (answer.status_code, answer.json()["error"]) == (404, "unknown_user")


# At any moment these two have different dates.
@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Etc/GMT+12"])
def test_days_are_the_last_ones_in_the_persons_zone(reader: Receiver, marts_database: Database, zone: str) -> None:
    now = datetime.now(UTC)
    landing.employ(marts_database, zone, zone)
    for days_ago in range(5):
        at = now - timedelta(days=days_ago)
        landing.land(marts_database, *(landing.event(zone, occurred_at=at) for _ in range(2)))
        (mistaken,) = landing.land(marts_database, landing.event(zone, occurred_at=at))
        landing.land(marts_database, landing.event(zone, "meeting_cancelled", at, reverses=mistaken))
    today = now.astimezone(ZoneInfo(zone)).date()
    answer = reader.get("/api/v1/stats/daily", user_id=zone, days=3).json()
    dials = [day for day in answer["daily"] if day["event_type"] == "call_dial"]
    assert dials == [
        {
            "activity_date": str(today - timedelta(days=days_ago)),
            "event_type": "call_dial",
            "event_count": 2,
            "gold_value": 10,
            "xp_value": 20,
        }
        for days_ago in (2, 1, 0)
    ]
    assert {day["activity_date"] for day in answer["daily"]} == {day["activity_date"] for day in dials}


def test_recent_events_come_newest_first(reader: Receiver, marts_database: Database) -> None:
    landing.land_many(marts_database, "sdr-001", "call_connect", 40, apart=60)
    events = reader.get("/api/v1/events/recent", limit=30).json()["events"]
    times = [event["received_at"] for event in events]
    assert len(times) == 30
    assert times == sorted(times, reverse=True)
    assert ("Ada", "Blue", "Call connected", 25, 50) in [
        (event["display_name"], event["team_name"], event["event_label"], event["gold_value"], event["xp_value"])
        for event in events
    ]
    assert len(reader.get("/api/v1/events/recent").json()["events"]) == 20


@pytest.mark.parametrize(
    ("path", "parameters", "field"),
    [
        ("/api/v1/stats/daily", {"days": 0}, "days"),
        ("/api/v1/stats/daily", {"days": "NaN"}, "days"),
        ("/api/v1/events/recent", {"limit": 501}, "limit"),
        ("/api/v1/events/recent", {"limit": "1e400"}, "limit"),
        ("/api/v1/events/recent", {"limit": [1, 2]}, "limit"),
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
        told = {"status", "database", "spooled_deliveries", "damaged_deliveries", "version", "timestamp"}
        assert set(health) == told
        assert (health["status"], health["database"]) == ("healthy", "connected")


def test_an_exhausted_pool_is_unavailable_in_time_and_recovers(reader: Receiver, marts_database: Database) -> None:
    def ask(_: int) -> tuple[int, str | None, float]:
        started = time.monotonic()
        answer = reader.get("/api/v1/stats/current")
        return answer.status_code, answer.headers.get("Retry-After"), time.monotonic() - started

    connection = psycopg2.connect(marts_database.owner_dsn)
    with connection.cursor() as cursor, ThreadPoolExecutor(12) as pool:
        cursor.execute("lock table raw.webhook_events in access exclusive mode")
        answers = list(pool.map(ask, range(12)))
        assert {(status, retry) for status, retry, _ in answers} == {(503, "2")}
        assert max(seconds for _, _, seconds in answers) < 2.5
        connection.rollback()
    connection.close()
    assert reader.get("/api/v1/stats/current").status_code == 200


def test_marts_that_are_not_built_are_unavailable_and_tell_no_internals(receiver: Receiver) -> None:
    for path in ("stats/current", "stats/daily", "events/recent"):
        answer = receiver.get(f"/api/v1/{path}")
        assert answer.status_code == 503
        assert "Retry-After" in answer.headers
        assert "select" not in answer.text
        assert "dim_user" not in answer.text
