"""Deliveries while the database is away: on disk before they are answered, and landed once when it is back."""

import json
import os
import random
import signal
import stat
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import psycopg2
import pytest

from ingestion.webhooks.events import Rejection, new_id
from ingestion.webhooks.vendors.items import VendorItem, read_delivery
from ingestion.webhooks.vendors.spool import Spool, SpoolError
from ingestion.webhooks.vendors.spool_files import NewerFileError
from tests.conftest import Database
from tests.ingestion.conftest import Receiver
from tests.ingestion.deliveries import SETTINGS, answer, body_of, deliver

LANDED = (
    "select external_id, raw_id::text, received_at from raw.webhook_events where door <> 'canonical' order by raw_id"
)


@contextmanager
def away(database: Database) -> Iterator[None]:
    """Nobody but the owner may connect to the database, and who had is thrown out; in the end all is as it was."""
    name = urlsplit(database.owner_dsn).path.lstrip("/")
    try:
        database.execute(f'revoke connect on database "{name}" from public')
        database.execute("select pg_terminate_backend(pid) from pg_stat_activity where usename = 'rift_ingest'"
                         " and datname = %s", name)  # fmt: skip
        yield
    finally:
        database.execute(f'grant connect on database "{name}" to public')


def spooled(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.json"))


def wait_until(true: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(0.05)


@pytest.fixture
def spool(tmp_path: Path) -> Path:
    return tmp_path / "home" / "spool"


@pytest.fixture
def start(start_receiver: Callable[..., Any], database: Database, spool: Path) -> Callable[..., Any]:
    """Start a receiver with vendor doors that spools into `spool`."""

    def begin(**settings: str) -> Any:
        return start_receiver(database, **SETTINGS, RIFT_HOME=str(spool.parent), **settings)

    return begin


def test_a_delivery_waits_on_disk_and_lands_once_as_of_when_it_came(
    start: Callable[..., Any], database: Database, spool: Path
) -> None:
    with start() as receiver:
        assert deliver(receiver, "outreach", body_of("outreach", "before")).json() == answer(landed=1)
        assert not spool.exists()
        with away(database):
            began = datetime.now(UTC)
            assert deliver(receiver, "outreach", body_of("outreach", "during")).json() == answer(spooled=1)
            assert deliver(receiver, "nooks", b"unreadable").json() == answer(spooled=1)
            # The vendor, or its operator, sends it again.
            assert deliver(receiver, "outreach", body_of("outreach", "during")).json() == answer(spooled=1)
            assert deliver(receiver, "outreach", body_of("outreach", "before")).json() == answer(spooled=1)
            assert len(spooled(spool)) == 4
            assert {stat.S_IMODE(file.stat().st_mode) for file in spooled(spool)} == {0o600}
            assert stat.S_IMODE(spool.stat().st_mode) == 0o700
            time.sleep(1.1)
            health = receiver.get("/api/v1/health/ready")
            assert (health.status_code, health.json()["spooled_deliveries"]) == (503, 4)
            assert receiver.post({"source": "a", "event_type": "call_dial"}).status_code == 503
            ended = datetime.now(UTC)
        wait_until(lambda: not spooled(spool))
        assert receiver.get("/api/v1/health/ready").json()["spooled_deliveries"] == 0
        log = receiver.log.read_text()
    rows = {key: received_at for key, _, received_at in database.execute(LANDED)}
    assert set(rows) == {"call:before", "call:during"}
    assert began < rows["call:during"] < ended
    rejected = database.execute(
        "select reason, body, received_at from raw.rejected_events order by reason, received_at"
    )
    assert [row[0] for row in rejected] == ["duplicate", "duplicate", "invalid_json"]
    assert bytes(rejected[2][1]) == b"unreadable"
    assert all(began < row[2] < ended for row in rejected)
    assert "spool: 4 deliveries landed, 0 wait" in log


def test_it_is_landed_after_a_restart_by_two_receivers_once(
    start: Callable[..., Any], database: Database, spool: Path
) -> None:
    with away(database), start() as receiver:
        for number in range(60):
            assert deliver(receiver, "nooks", body_of("nooks", str(number))).json() == answer(spooled=1)
    assert len(spooled(spool)) == 60
    with start(), start():
        wait_until(lambda: not spooled(spool))
    rows = database.execute(LANDED)
    assert sorted(int(key.removeprefix("call:")) for key, _, _ in rows) == list(range(60))
    assert database.execute("select count(*) from raw.rejected_events") == [(0,)]


def test_a_full_spool_is_said_and_nothing_is_acknowledged(
    start: Callable[..., Any], database: Database, spool: Path
) -> None:
    with away(database), start(WEBHOOK_SPOOL_MAX_BYTES=str(1024 * 1024)) as receiver:
        large = [body_of("calendly", f"large-{number}", note="x" * 200_000) for number in range(8)]
        answers = [deliver(receiver, "calendly", body) for body in large]
        assert [one.status_code for one in answers] == [200] * 5 + [503] * 3
        assert "Retry-After" in answers[-1].headers
        assert len(spooled(spool)) == 5
        assert "WEBHOOK_SPOOL_MAX_BYTES" in receiver.log.read_text()


def test_a_folder_that_cannot_be_written_is_a_503(start: Callable[..., Any], database: Database, spool: Path) -> None:
    spool.parent.mkdir()
    spool.write_text("a file where the folder should be")
    with away(database), start() as receiver:
        assert deliver(receiver, "nooks", body_of("nooks", "nowhere")).status_code == 503
        assert "cannot write" in receiver.log.read_text()


def test_a_refused_and_a_damaged_delivery_hold_nobody_up(
    start: Callable[..., Any], database: Database, spool: Path
) -> None:
    with away(database), start() as receiver:
        for name in ("first", "refused", "last"):
            deliver(receiver, "nooks", body_of("nooks", name))
    damaged = [spool / f"{new_id()}.json" for _ in range(4)]
    for file, content in zip(damaged, [b"", b"[{", b'[{"raw_id": 1}]', b"\xff"], strict=True):
        file.write_bytes(content)
    (spool / ".half.json.part").write_bytes(b"never finished")
    os.utime(spool / ".half.json.part", (0, 0))
    database.execute("alter table raw.webhook_events add constraint refused check (external_id <> 'call:refused')")
    with start() as receiver:
        wait_until(lambda: not spooled(spool))
        wait_until(lambda: receiver.get("/api/v1/health/ready").json()["damaged_deliveries"] == 4)
        assert receiver.get("/api/v1/health/ready").json()["spooled_deliveries"] == 0
    assert {key for key, _, _ in database.execute(LANDED)} == {"call:first", "call:last"}
    assert database.execute("select reason, source from raw.rejected_events") == [("unstorable", "nooks")]
    assert len(list(spool.glob("*.damaged"))) == 4
    assert not (spool / ".half.json.part").exists()


def test_what_landed_before_the_kill_is_no_copy_of_itself(
    start: Callable[..., Any], database: Database, spool: Path
) -> None:
    """Killed between its commit and the end of the file: the next receiver finds both."""
    with away(database), start() as receiver:
        deliver(receiver, "nooks", body_of("nooks", "once"))
        deliver(receiver, "nooks", b"unreadable")
    kept = {file: file.read_bytes() for file in spooled(spool)}
    for _ in range(2):
        with start():
            wait_until(lambda: not spooled(spool))
        for file, content in kept.items():
            file.write_bytes(content)
    assert len(database.execute(LANDED)) == 1
    assert database.execute("select reason from raw.rejected_events") == [("invalid_json",)]


def load(receiver: Receiver, worker: int, names: list[str]) -> None:
    """Deliver until cut off, noting what was acknowledged."""
    with httpx.Client(base_url=receiver.url, timeout=20) as client:
        other = Receiver(receiver.process, receiver.port, receiver.log)
        other.client.close()
        other.client = client
        number = 0
        while True:
            number += 1
            name = f"{worker}-{number}"
            try:
                if deliver(other, "outreach", body_of("outreach", name)).status_code != 200:
                    return
            except httpx.TransportError:
                return
            names.append(f"call:{name}")


@pytest.mark.parametrize("when", ["spooling", "landing"])
def test_killed_at_any_moment_every_acknowledged_delivery_lands_once(
    start: Callable[..., Any], database: Database, spool: Path, when: str
) -> None:
    acknowledged: list[str] = []
    with ExitStack() as stack:
        absence = ExitStack()
        absence.enter_context(away(database))
        stack.callback(absence.close)
        receiver = stack.enter_context(start())
        with ThreadPoolExecutor(8) as pool:
            for worker in range(8):
                pool.submit(load, receiver, worker, acknowledged)
            wait_until(lambda: len(acknowledged) > 60)
            if when == "landing":
                absence.close()
                wait_until(lambda: bool(database.execute(LANDED)))
            os.kill(receiver.process.pid, signal.SIGKILL)
    if when == "spooling":
        assert len(spooled(spool)) >= len(acknowledged)
    with start():
        wait_until(lambda: not spooled(spool))
    landed = [key for key, _, _ in database.execute(LANDED)]
    assert set(acknowledged) <= set(landed)
    assert len(landed) == len(set(landed))
    assert database.execute("select count(*) from raw.rejected_events") == [(0,)]


@pytest.mark.chaos
@pytest.mark.timeout(600)
def test_receivers_and_database_come_and_go_and_each_delivery_lands_once(
    start: Callable[..., Any], database: Database, spool: Path
) -> None:
    """Two receivers on one folder; one of them killed at 20 random moments, the database away in half of them."""
    chance = random.Random(4)
    acknowledged: list[str] = []
    with start() as other:
        for number in range(20):
            with ExitStack() as stack:
                receiver = stack.enter_context(start())
                if chance.random() < 0.5:
                    stack.enter_context(away(database))
                pool = stack.enter_context(ThreadPoolExecutor(6))
                stack.callback(receiver.process.kill)
                for worker in range(6):
                    pool.submit(load, receiver, number * 10 + worker, acknowledged)
                time.sleep(chance.uniform(0.1, 1.5))
                receiver.process.kill()
        wait_until(lambda: not spooled(spool), 60)
        assert other.process.poll() is None
    landed = [key for key, _, _ in database.execute(LANDED)]
    assert len(acknowledged) > 200
    assert set(acknowledged) <= set(landed)
    assert len(landed) == len(set(landed))
    assert database.execute("select count(*) from raw.rejected_events") == [(0,)]


def test_items_come_back_from_disk_as_they_went(tmp_path: Path) -> None:
    now = datetime.now(UTC)
    several = b'[{"objectId": 1, "objectTypeId": "0-48", "x": "\xc3\xa9"}, {"objectId": NaN}]'
    items = [
        *read_delivery("hubspot", several, None, now),
        *read_delivery("salesloft", b"\xff\x00", "meeting_booked", now),
    ]
    assert [type(item) for item in items] == [VendorItem, Rejection, Rejection]
    spool = Spool(tmp_path / "spool", 1024 * 1024)
    spool.keep(items)
    [name] = spool.names()
    assert spool.read(name) == items
    assert items[2].event_type == "meeting_booked"
    with spool.claimed() as first, Spool(tmp_path / "spool", 1).claimed() as second:
        assert (first, second) == (True, False)
    with pytest.raises(SpoolError, match="is full"):
        Spool(tmp_path / "spool", 1).keep(items)


def test_a_file_that_another_version_wrote_is_read(tmp_path: Path) -> None:
    items = [
        *read_delivery("nooks", body_of("nooks", "kept"), None, datetime.now(UTC)),
        *read_delivery("nooks", b"\xff", None, datetime.now(UTC)),
    ]
    spool = Spool(tmp_path, 1024 * 1024)
    spool.keep(items)
    [name] = spool.names()
    now = json.loads((tmp_path / name).read_bytes())
    assert now["version"] == 1
    before = now["items"]
    after = now | {"more": 1, "items": [one | {"what_comes_next": [1]} for one in before]}
    for document in (before, after):
        (tmp_path / name).write_text(json.dumps(document))
        assert spool.read(name) == items
    (tmp_path / name).write_text(json.dumps(now | {"version": 2}))
    with pytest.raises(NewerFileError):
        spool.read(name)
    for damaged in ({}, {"version": "1", "items": before}, {"version": 1, "items": [{"rejected_id": 1}]}, 7):
        (tmp_path / name).write_text(json.dumps(damaged))
        with pytest.raises(ValueError, match="no file of the spool"):
            spool.read(name)


def test_what_the_disk_does_not_give_holds_nobody_up(
    start: Callable[..., Any], database: Database, spool: Path
) -> None:
    (spool / f"{new_id()}.json").mkdir(parents=True)
    (spool / f"{new_id()}.json").symlink_to("nowhere")
    later = spool / f"{new_id()}.json"
    later.write_text('{"version": 99}')
    with away(database), start() as receiver:
        assert deliver(receiver, "nooks", body_of("nooks", "after")).json() == answer(spooled=1)
    with start() as receiver:
        wait_until(lambda: len(spooled(spool)) == 3)
        time.sleep(2.5)
        assert receiver.log.read_text().count("cannot be read") == 3
    assert [key for key, _, _ in database.execute(LANDED)] == ["call:after"]
    assert later.exists()


def test_large_deliveries_land_a_few_at_a_time(start: Callable[..., Any], database: Database, spool: Path) -> None:
    with away(database), start() as receiver:
        for number in range(11):
            body = body_of("calendly", f"large-{number}", note="x" * 1_000_000)
            assert deliver(receiver, "calendly", body).json() == answer(spooled=1)
    with start():
        wait_until(lambda: not spooled(spool))
    sums = database.execute(
        "select count(*), sum(length(payload::text)) <= 4 * 1024 * 1024 from raw.webhook_events"
        " group by landed_xid order by min(received_at)"
    )
    assert sums == [(4, True), (4, True), (3, True)]


def test_a_locked_table_only_delays(start: Callable[..., Any], database: Database, spool: Path) -> None:
    """What is not the delivery's fault makes no rejected event of it, however long it takes."""
    connection = psycopg2.connect(database.owner_dsn)
    with start() as receiver, connection.cursor() as cursor:
        cursor.execute("lock table raw.webhook_events in access exclusive mode")
        assert deliver(receiver, "nooks", body_of("nooks", "delayed")).json() == answer(spooled=1)
        time.sleep(3)
        connection.rollback()
        wait_until(lambda: not spooled(spool))
    connection.close()
    assert len(database.execute(LANDED)) == 1
    assert database.execute("select count(*) from raw.rejected_events") == [(0,)]
