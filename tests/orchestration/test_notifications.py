"""Notifications: real events, the real sensor and job, real HTTP and SMTP servers that fail first."""

import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import dagster as dg
import psycopg2
import pytest

from ingestion.privacy.forgetting import forget_user
from orchestration.lib import tail
from orchestration.lib.notifications import ledger, plain, secrets, sending, settings_file
from orchestration.lib.notifications.delivering import deliver
from orchestration.lib.notifications.messages import Message
from orchestration.lib.publication import publish
from orchestration.lib.report import making
from orchestration.lib.report.weeks import iso_week
from tests import landing
from tests.conftest import Warehouse, free_port
from tests.hud.conftest import wait_until
from tests.orchestration.conftest import Load
from tests.orchestration.receivers import Mailbox, Webhooks, mailbox, webhooks

PLAY = ["rank_up", "level_up", "achievement"]
HOSTILE = "<!channel> @everyone **Ann** [x](http://e)"


@dg.op
def fail() -> None:
    raise RuntimeError("it fails")


@dg.job
def lost_job() -> None:
    fail()


@dataclass
class Rift:
    """One installation: its warehouse, its Dagster instance, and its settings file."""

    warehouse: Warehouse
    instance: dg.DagsterInstance
    definitions: ModuleType
    file: Path
    cursor: str | None = None
    skip_message: str = ""
    metadata: list[str] = field(default_factory=list)

    def configure(self, *channels: dict[str, Any]) -> None:
        self.file.write_text(json.dumps({"channels": channels}))
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
        self.cursor, self.skip_message = tick.cursor, str(tick.skip_message)
        asked = list(tick.run_requests or [])
        assert bool(tick.skip_message) != bool(asked)
        return asked

    def skipped(self) -> str:
        """Why a tick asks for nothing."""
        assert self.tick() == []
        return self.skip_message

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
            "select outcome from raw.notification_deliveries where channel = %s"
            " order by attempt, outcome <> 'claimed', notification_id",
            channel,
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
    # Silver, and back to Bronze, which was never told: nobody is told of a fall.
    one, _ = landing.land(rift.warehouse, *(landing.event("dee", "meeting_booked") for _ in range(2)))
    assert rift.send() == {"all": {"sent": 2}}
    assert "dee reached Silver" in hooks.titles
    landing.land(rift.warehouse, landing.event("dee", "meeting_no_show", reverses=one))
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
        {"name": "mail", "url": mail.url(), "kinds": ["rank_up"]},
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
    assert [one.get("mail") for one in found] == [{"failed": 1}, {"failed": 1}, {"sent": 1}, None]
    assert [one.get("hook") for one in found] == [{"failed": 1}, {"failed": 1}, {"failed": 1}, {"sent": 2}]
    (bronze,) = mail.mails
    assert bronze["subject"] == "Bob reached Bronze"
    assert "Bob (Red) is Bronze this week." in bronze.as_string()
    assert sorted(hooks.titles) == ["Bob earned First Conquest", "Bob reached Bronze"]
    steps = rift.outcomes("hook")
    assert (steps.count("due"), steps.count("sent")) == (2, 2)
    assert steps.count("failed") == 3
    # It gives up after hours, says so, and is found in the list; nothing anywhere holds an address.
    rift.warehouse.execute(
        "insert into raw.notification_deliveries (notification_id, channel, outcome, attempt, noted_at)"
        " select distinct notification_id, 'wrong', 'failed', %s, now() - interval '2 hours'"
        " from raw.notification_deliveries",
        len(ledger.BACKOFF_MINUTES) - 1,
    )
    rift.hurry()
    assert rift.send() == {"wrong": {"failed": 2, "given_up": 2}}
    check = dg.AssetCheckKey(dg.AssetKey(["raw", "notification_deliveries"]), "notifications_are_delivered")
    record = rift.instance.event_log_storage.get_latest_asset_check_execution_by_key([check])[check]
    assert record.evaluation is not None
    assert not record.evaluation.passed
    assert rift.tick() == []
    kept = rift.warehouse.execute("select row_to_json(d)::text from raw.notification_deliveries as d")
    assert "hidden-value" not in f"{kept} {rift.metadata} {caplog.text} {rift.cursor}"
    assert "Apprise cannot use the URL" in str(kept)


KILLED = """
import os
from pathlib import Path
from orchestration.lib.notifications import settings_file
from orchestration.lib.notifications.delivering import deliver
deliver(os.environ["RIFT_TRANSFORM_DSN"], settings_file.read(Path(os.environ["RIFT_NOTIFICATIONS_FILE"])))
"""


def test_a_sender_that_is_killed_after_its_claim_has_sent_or_sends_once_more(rift: Rift, hooks: Webhooks) -> None:
    rift.configure({"name": "hook", "url": f"{hooks.url()}?rto=50", "kinds": ["rank_up"]})
    rift.send()
    landing.land(rift.warehouse, landing.event("bob", "meeting_booked"))
    assert len(rift.tick()) == 1
    hooks.answers = [0]
    process = subprocess.Popen([sys.executable, "-c", KILLED])
    wait_until(lambda: not hooks.answers, 60)
    process.kill()
    process.wait()
    assert rift.outcomes("hook") == ["due", "claimed"]
    assert rift.send() == {}, "it may have been sent: nobody else sends it while the claim holds"
    rift.hurry()
    assert rift.send() == {"hook": {"sent": 1}}
    assert rift.outcomes("hook") == ["due", "claimed", "claimed", "sent"]
    rift.hurry()
    assert rift.send() == {}
    assert hooks.titles == ["Bob reached Bronze"]


def quiet(before: float, after: float, then: str = "summary") -> dict[str, str]:
    """Quiet from some hours before now until some hours after it (or before: then they are over)."""
    begin, end = (f"{datetime.now(UTC) + timedelta(hours=hours):%H:%M}" for hours in (-before, after))
    return {"from": begin, "to": end, "time_zone": "UTC", "then": then}


def test_what_was_held_comes_as_one_summary_of_what_still_holds(rift: Rift, hooks: Webhooks) -> None:
    held = {"name": "held", "url": hooks.url("held"), "kinds": PLAY}
    dropped = {"name": "dropped", "url": hooks.url("dropped"), "kinds": PLAY, "quiet_hours": quiet(2, 2, "drop")}
    rift.configure(held | {"quiet_hours": quiet(2, 2)}, dropped)
    for user in ("cyd", "dee"):
        landing.employ(rift.warehouse, user, name=user.title())
    assert rift.send() == {}
    ids = landing.land(
        rift.warehouse, *(landing.event(user, "meeting_booked") for user in ("ann", "bob", "cyd", "dee"))
    )
    assert rift.send() == {}
    assert hooks.bodies == []
    assert set(rift.outcomes("dropped")) == {"dropped"}
    # In the night a meeting is cancelled, and somebody is forgotten.
    landing.land(rift.warehouse, landing.event("cyd", "meeting_cancelled", reverses=ids[2]))
    forget_user(rift.warehouse.owner_dsn, "dee", dry_run=False)
    rift.warehouse.execute("update raw.notification_deliveries set noted_at = noted_at - interval '2 hours'")
    rift.configure(held | {"quiet_hours": quiet(3, -1)}, dropped)
    assert rift.send() == {"held": {"dropped": 4, "sent": 4}}
    (summary,) = hooks.bodies
    assert summary["title"] == "Rift: 2 rank ups, 2 achievements"
    lines = summary["message"].splitlines()
    assert lines[0] == "While it was quiet:"
    assert f"• {HOSTILE} reached Bronze" in lines
    assert "• Bob earned First Conquest" in lines
    kept = rift.warehouse.execute("select row_to_json(n)::text from raw.notifications as n")
    assert not any(f'"{user}"' in str(kept) for user in ("dee",))


def test_a_hundred_at_once_are_one_message(rift: Rift, hooks: Webhooks) -> None:
    rift.configure({"name": "hook", "url": hooks.url(), "kinds": ["rank_up"]})
    rift.send()
    users = [f"sdr-{number:03}" for number in range(100)]
    for user in users:
        landing.land_many(rift.warehouse, user, "meeting_booked", 1)
    assert rift.send() == {"hook": {"sent": 100}}
    (body,) = hooks.bodies
    assert body["title"] == "Rift: 100 rank ups"
    assert "and 85 more" in body["message"]
    assert len(body["message"]) < 1500


def test_a_broken_mart_holds_up_no_failure_and_loses_nothing(rift: Rift, hooks: Webhooks) -> None:
    rift.configure({"name": "all", "url": hooks.url(), "kinds": ["rank_up", "failed_run"]})
    rift.send()
    landing.land(rift.warehouse, landing.event("bob", "meeting_booked"))
    assert len(rift.tick()) == 1, "a rank is due"
    landing.land(rift.warehouse, landing.event("ann", "meeting_booked"))
    seen = json.loads(str(rift.cursor))["since_xid"]
    rift.warehouse.execute("alter view marts.dim_user_stats rename to broken")
    try:
        lost_job.execute_in_process(instance=rift.instance, raise_on_error=False)
        assert rift.send() == {"all": {"failed": 1, "sent": 1}}
        assert hooks.titles == ["lost_job failed"]
        assert json.loads(str(rift.cursor))["since_xid"] == seen
        assert "dim_user_stats" in rift.skipped()
    finally:
        rift.warehouse.execute("alter view marts.broken rename to dim_user_stats")
    rift.hurry()
    assert rift.send() == {"all": {"sent": 2}}
    assert sorted(hooks.titles[1:]) == [f"{HOSTILE} reached Bronze", "Bob reached Bronze"]


def test_no_rank_is_told_while_figures_may_be_wrong(rift: Rift, hooks: Webhooks) -> None:
    from orchestration.defs.transform.checks import sampled_rows_equal_raw  # noqa: PLC0415  # its environment

    def evaluate(*, passed: bool) -> None:
        key = sampled_rows_equal_raw.check_key
        evaluation = dg.AssetCheckEvaluation(asset_key=key.asset_key, check_name=key.name, passed=passed, metadata={})
        rift.instance.report_runless_asset_event(evaluation)

    rift.configure({"name": "all", "url": hooks.url(), "kinds": ["rank_up", "failed_run"]})
    rift.send()
    landing.land(rift.warehouse, landing.event("bob", "meeting_booked"))
    assert len(rift.tick()) == 1, "a rank is due"
    evaluate(passed=False)
    landing.land(rift.warehouse, landing.event("ann", "meeting_booked"))
    seen = json.loads(str(rift.cursor))["since_xid"]
    assert "sampled_rows_equal_raw last failed" in rift.skipped()
    # What marts say now may not be true: it is not even noted, and looked at again.
    assert rift.warehouse.execute("select user_id from raw.notifications") == [("bob",)]
    assert json.loads(str(rift.cursor))["since_xid"] == seen
    # Neither does a run tell it that something else has asked for, however long it waits.
    rift.warehouse.execute("update raw.notification_deliveries set noted_at = noted_at - interval '3 days'")
    lost_job.execute_in_process(instance=rift.instance, raise_on_error=False)
    assert rift.send() == {"all": {"sent": 1}}
    assert hooks.titles == ["lost_job failed"]
    rift.warehouse.execute("update raw.notification_deliveries set noted_at = noted_at + interval '3 days'")
    evaluate(passed=True)
    assert rift.send() == {"all": {"sent": 2}}
    assert sorted(hooks.titles[1:]) == [f"{HOSTILE} reached Bronze", "Bob reached Bronze"]


def test_what_waits_goes_on_waiting_while_the_file_is_missing(rift: Rift, hooks: Webhooks) -> None:
    channel = {"name": "hook", "url": hooks.url(), "kinds": ["rank_up"]}
    rift.configure(channel)
    rift.send()
    landing.land(rift.warehouse, landing.event("bob", "meeting_booked"))
    assert len(rift.tick()) == 1
    landing.land(rift.warehouse, landing.event("ann", "meeting_booked"))
    before = rift.cursor
    rift.file.unlink()
    assert "There is no" in rift.skipped()
    assert rift.cursor == before
    settings = settings_file.read(rift.file)
    assert deliver(rift.warehouse.dsn("transform"), settings).outcomes == {}
    rift.configure(channel)
    assert rift.send() == {"hook": {"sent": 2}}
    # A channel that a file does not name any more is gone.
    landing.land(rift.warehouse, landing.event("cyd", "meeting_booked"))
    assert len(rift.tick()) == 1
    rift.configure(channel | {"name": "other"})
    assert rift.send() == {"hook": {"dropped": 1}}


def test_what_was_open_when_a_backup_was_made_is_not_told_after_a_restore(rift: Rift, hooks: Webhooks) -> None:
    rift.configure({"name": "hook", "url": hooks.url(), "kinds": ["rank_up"]})
    rift.send()
    landing.land(rift.warehouse, landing.event("bob", "meeting_booked"))
    assert len(rift.tick()) == 1
    connection = psycopg2.connect(rift.warehouse.owner_dsn)
    try:
        assert [ledger.drop_open(connection) for _ in range(2)] == [1, 0]
    finally:
        connection.close()
    assert rift.send() == {}
    assert hooks.bodies == []
    steps = rift.warehouse.execute("select outcome, detail from raw.notification_deliveries order by attempt")
    assert steps == [("due", None), ("dropped", "restored")]


def test_failed_runs_and_checks_are_told_with_what_to_do_and_their_end_once(rift: Rift, hooks: Webhooks) -> None:
    """Real runs of a small job, which fails as it is told to."""
    state = {"works": True, "met": True}

    @dg.asset(check_specs=[dg.AssetCheckSpec("numbers_add_up", asset="numbers")])
    def numbers() -> Iterator[object]:
        yield dg.Output(1)
        figures: dict[str, Any] = {"a": 1, "are_odd": True, "b": 0.5, "names": ["hidden"], "c": 3, "d": 4, "e": 5}
        yield dg.AssetCheckResult(
            passed=state["met"], severity=dg.AssetCheckSeverity.WARN, metadata=figures, description="Some are missing"
        )
        if not state["works"]:
            raise RuntimeError("no route to postgresql://rift:hidden@db/x\nhidden detail of the second line")

    jobs = [dg.define_asset_job(name) for name in ("sums_job", "lost_job")]
    job, lost = (dg.Definitions(assets=[numbers], jobs=jobs).resolve_job_def(one.name) for one in jobs)

    def run(*, works: bool, met: bool) -> dict[str, dict[str, int]]:
        state.update(works=works, met=met)
        job.execute_in_process(instance=rift.instance, raise_on_error=False)
        return rift.send()

    rift.configure({"name": "ops", "url": hooks.url(), "kinds": ["failed_run", "failed_check"]})
    run(works=False, met=True)
    assert run(works=True, met=True) == {}, "what was before the first look is not told, nor that it is over"
    assert run(works=False, met=False) == {"ops": {"sent": 2}}
    assert run(works=False, met=False) == {}, "the same again within the hour is not told"
    assert run(works=True, met=True) == {"ops": {"sent": 2}}
    assert run(works=True, met=True) == {}
    check = "Check numbers_add_up of numbers"
    assert sorted(hooks.titles[:2]) == [f"{check} failed", "sums_job failed"]
    assert sorted(hooks.titles[2:]) == [f"{check} is met again", "sums_job works again"]
    told = {body["title"]: body for body in hooks.bodies}
    failed = rift.instance.get_runs(dg.RunsFilter(statuses=[dg.DagsterRunStatus.FAILURE]))[-2]
    for line in (
        "no route to postgresql://",
        f"http://127.0.0.1:3999/runs/{failed.run_id}",
        "docs/runbook.md#failed_run",
    ):
        assert line in told["sums_job failed"]["message"]
    assert "docs/runbook.md#dbt-tests" in told[f"{check} failed"]["message"]
    assert "It is a warning.\nSome are missing: a 1, b 0.5, c 3, d 4\n" in told[f"{check} failed"]["message"]
    assert (told["sums_job failed"]["type"], told[f"{check} failed"]["type"]) == ("failure", "warning")
    # Nobody but who looks for its process says that this one has failed.
    rift.instance.report_run_failed(rift.instance.create_run_for_job(lost), "Its process is gone.")
    assert rift.send() == {"ops": {"sent": 1}}
    assert (hooks.titles[-1], hooks.bodies[-1]["message"].splitlines()[0]) == (
        "lost_job failed",
        "Its process is gone.",
    )
    kept = rift.warehouse.execute("select row_to_json(n)::text from raw.notifications as n")
    assert "hidden" not in f"{hooks.bodies} {kept}".replace(secrets.HIDDEN, "").replace("/hidden-value", "")


def test_the_report_of_the_newest_week_goes_out_with_its_files(rift: Rift, hooks: Webhooks, mail: Mailbox) -> None:
    rift.configure(
        {"name": "hook", "url": hooks.url(), "kinds": ["weekly_report"]},
        {"name": "mail", "url": mail.url(), "kinds": ["weekly_report"]},
    )
    rift.send()
    today = datetime.now(UTC).date()
    weeks = [today - timedelta(days=today.weekday() + 7 * number) for number in (2, 3, 30)]
    for week in weeks:
        landing.land(rift.warehouse, *(landing.event("ann", "meeting_booked", f"{week} 12:0{n}+00") for n in range(3)))
    publish(rift.warehouse.dsn("transform"))
    for week in weeks:
        making.make(rift.warehouse.dsn("transform"), week)
    assert rift.send() == {"hook": {"sent": 1}, "mail": {"sent": 1}}
    name = iso_week(weeks[0])
    (body,) = hooks.bodies
    assert body["title"] == f"Weekly rank report {name}"
    assert f"Champion: {HOSTILE} (Gold)." in body["message"]
    assert f"https://hud.example.com/reports?week={name}" in body["message"]
    assert body["attachments"] == []
    (sent,) = mail.mails
    files = {part.get_filename(): part.get_content() for part in sent.iter_attachments()}
    assert set(files) == {f"{name}.html", f"{name}.csv"}
    assert "plotly" in str(files[f"{name}.html"])
    (page,) = [part.get_content() for part in sent.walk() if part.get_content_type() == "text/html"][:1]
    assert "<!channel>" not in page.partition("</html>")[0][:2000]
    assert rift.send() == {}


def test_chats_show_names_as_text_and_call_nobody(hooks: Webhooks, monkeypatch: pytest.MonkeyPatch) -> None:
    """The payloads that Slack and Discord get, by a real request to another address."""
    from apprise.plugins.discord import NotifyDiscord  # noqa: PLC0415  # as the product loads it
    from apprise.plugins.slack import NotifySlack  # noqa: PLC0415

    monkeypatch.setattr(NotifySlack, "webhook_url", f"http://127.0.0.1:{hooks.port}/slack")
    monkeypatch.setattr(NotifyDiscord, "notify_url", f"http://127.0.0.1:{hooks.port}/discord")
    for url in (
        "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ",
        "discord://4174216298/JHMHI8qBe7bk2ZwO5U711o3dV",
    ):
        address = sending.open_address(url)
        shown = plain.name(HOSTILE, in_chat=address.in_chat)
        assert sending.send(address, Message(f"{shown} reached Gold", f"{shown} & friends")) is None
    texts = [json.dumps(body, ensure_ascii=False) for body in hooks.bodies]
    assert len(texts) == 2
    for text in texts:
        assert not [sign for sign in ("@everyone", "<!", "**", "](", "://e") if sign in text]
        assert "everyone" in text
    assert "&amp; friends" in texts[0], "what is markup in Slack is escaped by Apprise"
    with pytest.raises(sending.AddressError, match="2 recipients"):
        sending.open_address("mailtos://user:hidden-value@mail.example.com?to=a@b.example,c@d.example")
