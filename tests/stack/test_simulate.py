"""The simulated team: believable days, and every event through the real door."""

import itertools
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from orchestration.stack.door import Door, Event
from orchestration.stack.errors import StackError
from orchestration.stack.simulate import Limits, history, post_history, simulate
from orchestration.stack.team import Member, Team, intensity
from tests.conftest import Database, free_port

TEAM = [
    Member(f"sdr-{number:03}", zone) for number, zone in enumerate(("Europe/Berlin", "Asia/Tokyo", "America/New_York"))
]
SECRET = "s" * 32


def test_dials_are_many_connects_fewer_and_meetings_few() -> None:
    events = list(itertools.islice(Team(TEAM, "x").live(), 20_000))
    counts = Counter(event["event_type"] for event in events)
    assert counts["call_dial"] > 5 * counts["call_connect"] > 15 * counts["meeting_booked"] > 0
    assert counts["meeting_booked"] > counts["meeting_attended"] > counts["meeting_cancelled"] > 0


def test_what_is_cancelled_was_booked_before_by_the_same_sdr() -> None:
    booked: dict[str, str] = {}
    for event in itertools.islice(Team(TEAM, "x").live(), 20_000):
        if event["event_type"] == "meeting_booked":
            booked[event["external_id"]] = event["user_id"]
        elif event["event_type"] == "meeting_cancelled":
            assert booked.pop(event["reverses"]) == event["user_id"]


def test_what_is_attended_or_answered_names_what_was_booked_or_dialled() -> None:
    named: dict[str, str] = {}
    for event in itertools.islice(Team(TEAM, "x").live(), 20_000):
        named[event["external_id"]] = event["event_type"]
        if event["event_type"] == "meeting_attended":
            assert named[event["metadata"]["meeting_id"]] == "meeting_booked"
        elif event["event_type"] == "call_connect":
            assert named[event["metadata"]["call_id"]] == "call_dial"


def test_a_day_is_busy_in_the_morning_and_quiet_at_lunch() -> None:
    levels = [intensity(second, 600) for second in range(600)]
    assert sum(levels) / len(levels) == pytest.approx(1, abs=0.05)
    assert intensity(120, 600) > 2 * intensity(240, 600)


def test_history_is_the_same_each_time_and_keeps_office_hours() -> None:
    days = list(history(TEAM, 2))
    assert days == list(history(TEAM, 2))
    events = [event for day in days for event in day]
    assert len({event["external_id"] for event in events}) == len(events)
    zones = {member.user_id: ZoneInfo(member.time_zone) for member in TEAM}
    for event in events:
        moment = datetime.fromisoformat(event["occurred_at"])
        assert moment < datetime.now(UTC)
        if event["event_type"] == "call_dial":
            local = moment.astimezone(zones[event["user_id"]])
            assert local.weekday() < 5
            assert 8 <= local.hour < 18


@pytest.fixture
def receiver(database: Database, tmp_path: Path) -> Iterator[int]:
    port = free_port()
    environment = os.environ | {
        "RIFT_INGEST_DSN": database.dsn("ingest"),
        "RIFT_HUD_DSN": database.dsn("hud"),
        "WEBHOOK_SECRET": SECRET,
        "API_PORT": str(port),
        "RATE_LIMIT_PER_MINUTE": "0",
    }
    with (tmp_path / "receiver.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "ingestion.webhooks"], env=environment, stdout=log, stderr=log
        )
    yield port
    process.terminate()
    process.wait(15)


def test_a_team_at_work_lands_every_event(receiver: int, database: Database) -> None:
    sent: list[Event] = []
    start = time.monotonic()
    assert simulate(Door(receiver, SECRET), TEAM, Limits(rate=100, events=60), sent.append) == 60
    assert time.monotonic() - start < 30
    landed = database.execute("select external_id, event_type, user_id from raw.webhook_events")
    assert sorted(landed) == sorted((event["external_id"], event["event_type"], event["user_id"]) for event in sent)


def test_history_posted_twice_lands_once(receiver: int, database: Database) -> None:
    days = list(history(TEAM[:1], 1))[:2]
    total = sum(map(len, days))
    for _ in range(2):
        assert post_history(receiver, SECRET, days, lambda _count: None) == total
    assert database.execute("select count(*), max(occurred_at) < now() from raw.webhook_events") == [(total, True)]


def test_a_wrong_secret_is_explained(receiver: int) -> None:
    with pytest.raises(StackError, match="WEBHOOK_SECRET"):
        Door(receiver, "w" * 32).post({"source": "x", "event_type": "call_dial"})


def test_a_refused_event_is_explained_in_the_doors_words(receiver: int) -> None:
    with pytest.raises(StackError, match=r"refused an event with 422: .*gold_value"):
        Door(receiver, SECRET).post({"source": "x", "event_type": "call_dial", "gold_value": 9})
