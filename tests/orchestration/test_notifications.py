"""Notifications: real events, the real sensor and job, real HTTP and SMTP servers that fail first."""

import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import dagster as dg
import pytest
import yaml

from orchestration.lib import tail
from orchestration.lib.notifications import ledger, sending
from tests import landing
from tests.conftest import Warehouse, free_port
from tests.orchestration.conftest import Load
from tests.orchestration.receivers import Mailbox, Webhooks, mailbox, webhooks

PLAY = ["rank_up", "level_up", "achievement"]
HOSTILE = "<!channel> @everyone **Ann** [x](http://e)"


@dataclass
class Rift:
    """One installation: its warehouse, its Dagster instance, and its settings file."""

    warehouse: Warehouse
    instance: dg.DagsterInstance
    definitions: ModuleType
    file: Path
    cursor: str | None = None
    metadata: list[str] = field(default_factory=list)

    def configure(self, *channels: dict[str, Any]) -> None:
        self.file.write_text(yaml.safe_dump({"channels": list(channels)}))
        self.file.chmod(0o600)

    def tick(self) -> list[dg.RunRequest]:
        """One evaluation of the sensor, as the daemon takes it; returns what it asks for."""
        from orchestration.defs.operations.notifications import notification_sensor  # noqa: PLC0415  # its environment

        resource = tail.Warehouse(dsn=self.warehouse.dsn("transform"))
        context = dg.build_sensor_context(
            instance=self.instance,
            cursor=self.cursor,
            resources={"warehouse": resource},
            definitions=self.definitions.defs,
        )
        tick = notification_sensor.evaluate_tick(context)
        self.cursor = tick.cursor
        asked = list(tick.run_requests or [])
        assert bool(tick.skip_message) != bool(asked)
        return asked

    def send(self) -> dict[str, dict[str, int]]:
        """A tick, and the run that it asks for; returns what became of what was due, by channel."""
        asked = self.tick()
        if not asked:
            return {}
        (request,) = asked
        job = self.definitions.defs.resolve_job_def("notify_job")
        result = job.execute_in_process(instance=self.instance, tags=dict(request.tags))
        (event,) = result.get_asset_materialization_events()
        metadata = event.materialization.metadata
        self.metadata.append(str(metadata))
        channels: Any = metadata["channels"].value
        return dict(channels)

    def hurry(self) -> None:
        """Let the time pass until the next attempt."""
        self.warehouse.execute(
            "update raw.notification_deliveries set noted_at = noted_at - interval '61 minutes' where outcome in"
            " ('failed', 'claimed')"
        )

    def outcomes(self, channel: str) -> list[str]:
        rows = self.warehouse.execute(
            "select outcome from raw.notification_deliveries where channel = %s order by noted_at, attempt", channel
        )
        return [outcome for (outcome,) in rows]


@pytest.fixture
def rift(load: Load, warehouse: Warehouse, instance: dg.DagsterInstance, monkeypatch: Any, tmp_path: Path) -> Rift:
    file = tmp_path / "notifications.yaml"
    monkeypatch.setenv("RIFT_NOTIFICATIONS_FILE", str(file))
    monkeypatch.setenv("DAGSTER_PORT", "3999")
    monkeypatch.setenv("HUD_PUBLIC_URL", "https://hud.example.com")
    landing.employ(warehouse, "ann", name=HOSTILE, team="Blue")
    landing.employ(warehouse, "bob", name="Bob", team="Red")
    return Rift(warehouse, instance, load("orchestration.definitions"), file)


@pytest.fixture
def hooks() -> Iterator[Webhooks]:
    with webhooks() as running:
        yield running


@pytest.fixture
def mail() -> Iterator[Mailbox]:
    with mailbox(free_port()) as box:
        yield box


def ago(hours: float) -> datetime:
    return datetime.now(UTC) - timedelta(hours=hours)


def test_what_happens_is_told_once_and_history_is_not(rift: Rift, hooks: Webhooks) -> None:
    """Rank, level and achievements by really landing events; each channel gets what it wants, once."""
    assert rift.tick() == []
    rift.configure(
        {"name": "all", "url": hooks.url("all"), "kinds": PLAY},
        {"name": "red-ranks", "url": hooks.url("red"), "kinds": ["rank_up"], "teams": ["Red"]},
    )
    # Before the first look, and history that is imported after it: nothing of it is news.
    landing.land(rift.warehouse, *(landing.event("ann", "meeting_booked") for _ in range(2)))
    assert rift.send() == {}
    landing.land_many(rift.warehouse, "bob", "meeting_booked", 30, seconds_ago=15 * 86400)
    assert rift.send() == {}
    assert hooks.bodies == []
    # Ann: Silver is told, not Bronze, which she had before.
    (booked,) = landing.land(rift.warehouse, landing.event("ann", "meeting_booked"))
    assert rift.send() == {"all": {"sent": 2}}
    assert sorted(hooks.titles) == [f"{HOSTILE} earned Golden Week", f"{HOSTILE} reached Gold"]
    assert {body["path"] for body in hooks.bodies} == {"/all/hidden-value"}
    assert f"{HOSTILE} (Blue) is Gold this week." in "".join(body["message"] for body in hooks.bodies)
    # Taken back and reached again: said once.
    landing.land(rift.warehouse, landing.event("ann", "meeting_cancelled", reverses=booked))
    landing.land(rift.warehouse, landing.event("ann", "meeting_booked"))
    assert rift.send() == {}
    hooks.bodies.clear()
    landing.land(rift.warehouse, landing.event("bob", "meeting_booked"))
    assert rift.send() == {"all": {"sent": 1}, "red-ranks": {"sent": 1}}
    assert sorted(hooks.titles) == ["Bob reached Bronze", "Bob reached Bronze"]
    assert rift.send() == {}
    # The same is not noted again by somebody who has lost the cursor, nor told to a channel that joins later.
    rift.configure({"name": "late", "url": hooks.url("late"), "kinds": PLAY})
    rift.cursor = json.dumps(json.loads(str(rift.cursor)) | {"since_xid": "0"})
    assert rift.send() == {}
    assert hooks.titles == ["Bob reached Bronze"] * 2


def test_what_fails_is_tried_again_and_holds_up_no_other(
    rift: Rift, hooks: Webhooks, mail: Mailbox, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(sending, "SECONDS", 3.0)
    caplog.set_level(logging.DEBUG)
    rift.configure(
        {"name": "mail", "url": mail.url(), "kinds": PLAY},
        {"name": "hook", "url": f"{hooks.url()}?rto=30", "kinds": PLAY},
        {"name": "wrong", "url": "slack://hidden-value", "kinds": PLAY},
    )
    rift.send()
    mail.answers, hooks.answers = ["451 later", "421 later"], [500, 429, 0]
    landing.land(rift.warehouse, landing.event("bob", "meeting_booked"))
    found = [rift.send()]
    assert rift.send() == {}, "it is not the time for another attempt"
    for _ in range(3):
        rift.hurry()
        found.append(rift.send())
    # Two things: the rank, and the first meeting. A channel that refuses one is not asked again in the same run.
    assert [one.get("mail") for one in found] == [{"failed": 1}, {"failed": 1}, {"sent": 2}, None]
    assert [one.get("hook") for one in found] == [{"failed": 1}, {"failed": 1}, {"failed": 1}, {"sent": 2}]
    assert sorted(str(one["subject"]) for one in mail.mails) == ["Bob earned First Conquest", "Bob reached Bronze"]
    (bronze,) = [one for one in mail.mails if "Bronze" in str(one["subject"])]
    assert "Bob (Red) is Bronze this week." in bronze.as_string()
    assert sorted(hooks.titles) == ["Bob earned First Conquest", "Bob reached Bronze"]
    steps = rift.outcomes("hook")
    assert (steps.count("due"), steps.count("sent")) == (2, 2)
    assert steps.count("failed") == 3
    # It gives up after hours, says so, and is found in the list; nothing anywhere holds an address.
    for _ in range(len(ledger.BACKOFF_MINUTES)):
        rift.hurry()
        rift.send()
    assert rift.outcomes("wrong").count("given_up") == 2
    assert rift.tick() == []
    kept = rift.warehouse.execute("select row_to_json(d)::text from raw.notification_deliveries as d")
    assert "hidden-value" not in f"{kept} {rift.metadata} {caplog.text} {rift.cursor}"
    assert "Apprise cannot use the URL" in str(kept)
