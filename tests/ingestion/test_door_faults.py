"""What breaks around the receiver, and that no acknowledged event is lost and nobody waits for long."""

import asyncio
import contextlib
import json
import os
import signal
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg2
import pytest

from ingestion.migrations import migrate
from ingestion.webhooks.events import Rejection, new_id, read_event
from ingestion.webhooks.landing import Landed, Outcome, Refused
from ingestion.webhooks.session import Session
from ingestion.webhooks.writer import FULL, Writer
from orchestration.stack.postgres import Cluster
from tests import machine
from tests.conftest import PASSWORDS, Database, free_port
from tests.ingestion.conftest import DOOR, HEADERS, SECRET, Receiver, running_receiver
from tests.ingestion.deliveries import SETTINGS, answer, body_of, deliver

# The promise is two seconds; the rest is for two busy cores.
PATIENCE = 2.5


def event(source: str, number: int) -> dict[str, Any]:
    return {"source": source, "event_type": "call_dial", "metadata": {"n": number}, "external_id": str(number)}


def timed(ask: Callable[[], Any]) -> tuple[Any, float]:
    started = time.monotonic()
    return ask(), time.monotonic() - started


def assert_refused_in_time(receiver: Receiver, source: str) -> None:
    answer, seconds = timed(lambda: receiver.post(event(source, 999)))
    assert (answer.status_code, answer.json()["error"]) == (503, "database_unavailable")
    assert int(answer.headers["Retry-After"]) >= 1
    assert seconds < PATIENCE
    ready, seconds = timed(lambda: receiver.get("/api/v1/health/ready"))
    assert (ready.status_code, ready.json()["database"]) == (503, "disconnected")
    assert seconds < PATIENCE
    assert receiver.get("/api/v1/health").status_code == 503
    assert receiver.get("/api/v1/health/live").status_code == 200
    stats, seconds = timed(lambda: receiver.get("/api/v1/stats/current"))
    assert stats.status_code == 503
    assert "Retry-After" in stats.headers
    assert seconds < PATIENCE


def test_a_dead_port_is_answered_in_time(tmp_path: Path, source: str) -> None:
    dsn = f"postgresql://rift_ingest:hidden-password@127.0.0.1:{free_port()}/rift"
    with running_receiver(dsn, dsn, tmp_path) as receiver:
        assert_refused_in_time(receiver, source)
        assert receiver.post(b"{").status_code == 503
        log = receiver.log.read_text()
    assert "database unavailable" in log
    assert "hidden-password" not in log


@pytest.fixture
def own_cluster() -> Iterator[Cluster]:
    with machine.folder() as home:
        cluster = Cluster(home, free_port())
        cluster.start()
        yield cluster
        cluster.stop()


def test_a_restarted_postgres_is_used_by_the_next_request(
    own_cluster: Cluster, start_receiver: Callable[..., Any], source: str
) -> None:
    database = Database(own_cluster.owner_dsn)
    migrate(database.owner_dsn, PASSWORDS)
    with start_receiver(database) as receiver:
        assert receiver.post(event(source, 1)).status_code == 201
        own_cluster.stop()
        assert_refused_in_time(receiver, source)
        own_cluster.start()
        assert receiver.post(event(source, 2)).status_code == 201
        # And at once, when nobody asked while it was away.
        own_cluster.stop()
        own_cluster.start()
        assert receiver.post(event(source, 3)).status_code == 201
        assert receiver.get("/api/v1/health/ready").status_code == 200
    assert database.execute("select external_id from raw.webhook_events order by 1") == [("1",), ("2",), ("3",)]


class SilentProxy:
    """Stands before Postgres; when told, passes nothing on any more, without closing."""

    def __init__(self, dsn: str) -> None:
        url = urlsplit(dsn)
        self._target = (url.hostname, int(url.port or 5432))
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.is_silent = threading.Event()
        port = self._listener.getsockname()[1]
        self.dsn = url._replace(netloc=url.netloc.replace(f":{url.port}", f":{port}")).geturl()
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                far = socket.create_connection(self._target)
                for source, target in [(near, far), (far, near)]:
                    threading.Thread(target=self._pass_on, args=(source, target), daemon=True).start()

    def _pass_on(self, source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                while self.is_silent.is_set():
                    time.sleep(0.02)
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)


def test_a_database_that_does_not_answer_is_given_up_in_time(
    door_database: Database, tmp_path: Path, source: str
) -> None:
    proxies = [SilentProxy(door_database.dsn(role)) for role in ("ingest", "hud")]
    with running_receiver(proxies[0].dsn, proxies[1].dsn, tmp_path) as receiver:
        assert receiver.post(event(source, 1)).status_code == 201
        for proxy in proxies:
            proxy.is_silent.set()
        assert_refused_in_time(receiver, source)
        for proxy in proxies:
            proxy.is_silent.clear()
        assert receiver.post(event(source, 2)).status_code == 201
        for proxy in proxies:
            proxy.close()


def test_a_lock_on_raw_is_answered_in_time_and_nothing_piles_up(
    receiver: Receiver, door_database: Database, source: str
) -> None:
    connection = psycopg2.connect(door_database.owner_dsn)
    with connection.cursor() as cursor:
        cursor.execute("lock table raw.webhook_events in access exclusive mode")
        for _ in range(2):
            with ThreadPoolExecutor(20) as pool:
                answers = list(pool.map(lambda number: timed(lambda: send(receiver.port, source, number)), range(20)))
            assert {status for (status, _), _ in answers} == {503}
            assert max(seconds for _, seconds in answers) < PATIENCE
    connection.rollback()
    connection.close()
    time.sleep(0.1)
    answer, seconds = timed(lambda: receiver.post(event(source, 100)))
    assert answer.status_code == 201
    assert seconds < 1


def test_a_full_queue_is_refused_at_once(
    start_receiver: Callable[..., Any], door_database: Database, source: str
) -> None:
    connection = psycopg2.connect(door_database.owner_dsn)
    with start_receiver(door_database, WEBHOOK_QUEUE_SIZE="5") as receiver, connection.cursor() as cursor:
        assert receiver.post(event(source, 0)).status_code == 201
        cursor.execute("lock table raw.webhook_events in access exclusive mode")
        with ThreadPoolExecutor(40) as pool:
            answers = list(pool.map(lambda number: timed(lambda: send(receiver.port, source, number)), range(1, 41)))
        assert {status for (status, _), _ in answers} == {503}
        assert sum(seconds < 1 for _, seconds in answers) >= 25
    connection.close()


def test_a_flood_of_health_checks_takes_no_places_of_events(
    start_receiver: Callable[..., Any], door_database: Database, source: str
) -> None:
    connection = psycopg2.connect(door_database.owner_dsn)
    with (
        start_receiver(door_database, WEBHOOK_QUEUE_SIZE="3") as receiver,
        connection.cursor() as cursor,
        ThreadPoolExecutor(40) as pool,
    ):
        assert receiver.post(event(source, 0)).status_code == 201
        cursor.execute("lock table raw.webhook_events in access exclusive mode")
        first = pool.submit(send, receiver.port, source, 1)
        time.sleep(0.2)
        paths = ["/api/v1/health", "/api/v1/health/ready"] * 15
        checks = [pool.submit(receiver.get, path) for path in paths]
        time.sleep(0.4)
        second = pool.submit(send, receiver.port, source, 2)
        time.sleep(0.2)
        connection.rollback()
        assert [first.result()[0], second.result()[0]] == [201, 201]
        assert {check.result().status_code for check in checks} == {200}
    connection.close()


def send(port: int, source: str, number: int) -> tuple[int, dict[str, Any]]:
    connection = HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("POST", DOOR, json.dumps(event(source, number)), HEADERS)
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())
    finally:
        connection.close()


def load(port: int, source: str, stop: threading.Event, worker: int) -> list[str]:
    """Post until told to stop or cut off; returns the event ids that were acknowledged."""
    acknowledged: list[str] = []
    connection = HTTPConnection("127.0.0.1", port, timeout=20)
    number = worker * 1_000_000
    with contextlib.suppress(OSError, HTTPException):
        while not stop.is_set():
            number += 1
            connection.request("POST", DOOR, json.dumps(event(source, number)), HEADERS)
            answer = connection.getresponse()
            if answer.status in {200, 201}:
                acknowledged.append(json.loads(answer.read())["event_id"])
            else:
                answer.read()
    connection.close()
    return acknowledged


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
@pytest.mark.parametrize("after_seconds", [0.3, 0.7])
def test_every_acknowledged_event_is_in_raw_once_after_the_end(
    start_receiver: Callable[..., Any], door_database: Database, source: str, how: signal.Signals, after_seconds: float
) -> None:
    stop = threading.Event()
    with start_receiver(door_database) as receiver, ThreadPoolExecutor(16) as pool:
        loads = [pool.submit(load, receiver.port, source, stop, worker) for worker in range(16)]
        time.sleep(after_seconds)
        os.kill(receiver.process.pid, how)
        code = receiver.process.wait(15)
        stop.set()
        acknowledged = [event_id for done in loads for event_id in done.result()]
    assert code == (-signal.SIGKILL if how == signal.SIGKILL else 0)
    assert len(acknowledged) > 20
    rows = door_database.execute("select raw_id::text from raw.webhook_events where source = %s", source)
    stored = Counter(raw_id for (raw_id,) in rows)
    assert set(acknowledged) <= set(stored)
    assert max(stored.values()) == 1
    # What was in flight may have landed unacknowledged: one a connection at most, and none after a clean end.
    assert len(stored) - len(set(acknowledged)) <= (16 if how == signal.SIGKILL else 0)


def test_requests_in_flight_are_finished_on_sigterm(
    start_receiver: Callable[..., Any], door_database: Database, source: str
) -> None:
    connection = psycopg2.connect(door_database.owner_dsn)
    with start_receiver(door_database) as receiver, ThreadPoolExecutor(10) as pool, connection.cursor() as cursor:
        assert receiver.post(event(source, 0)).status_code == 201
        cursor.execute("lock table raw.webhook_events in access exclusive mode")
        waiting = [pool.submit(send, receiver.port, source, number) for number in range(1, 11)]
        time.sleep(0.4)
        os.kill(receiver.process.pid, signal.SIGTERM)
        time.sleep(0.2)
        connection.rollback()
        assert [status for status, _ in (done.result() for done in waiting)] == [201] * 10
        assert receiver.process.wait(10) == 0
    connection.close()
    assert door_database.execute("select count(*) from raw.webhook_events where source = %s", source) == [(11,)]


def test_the_queue_is_bounded_in_bytes_too(door_database: Database) -> None:
    """However many items it may hold: each of these has a mebibyte, and 128 are room for no more."""
    body = b"[" * 2**20

    async def fill() -> list[BaseException | Outcome]:
        writer = Writer(door_database.dsn("ingest"), queue_size=5000)
        writer.start()
        now = datetime.now(UTC)
        items = [Rejection(new_id(), None, "too_deep", "of the queue", body, now) for _ in range(200)]
        outcomes = await asyncio.gather(*map(writer.land, items), return_exceptions=True)
        assert isinstance(await writer.land(Rejection(new_id(), None, "too_deep", "after", b"[", now)), Refused)
        await writer.close()
        return outcomes

    outcomes = asyncio.run(fill())
    assert [str(outcome) for outcome in outcomes].count(FULL) == 72
    query = "select count(*) from raw.rejected_events where detail = 'of the queue'"
    assert door_database.execute(query)[0][0] >= sum(isinstance(outcome, Refused) for outcome in outcomes) > 15


def test_deliveries_in_flight_are_finished_on_sigterm(
    start_receiver: Callable[..., Any], door_database: Database
) -> None:
    """Also what waits for a database that does not answer: that goes to disk before the end."""
    connection = psycopg2.connect(door_database.owner_dsn)
    with start_receiver(door_database, **SETTINGS) as receiver, connection.cursor() as cursor:
        cursor.execute("lock table raw.webhook_events in access exclusive mode")
        with ThreadPoolExecutor(10) as pool:
            bodies = [body_of("outreach", f"sigterm-{number}") for number in range(10)]
            waiting = [pool.submit(deliver, receiver, "outreach", body) for body in bodies]
            time.sleep(0.4)
            os.kill(receiver.process.pid, signal.SIGTERM)
            answers = [done.result().json() for done in waiting]
        assert receiver.process.wait(10) == 0
        assert answers == [answer(spooled=1)] * 10
        connection.rollback()
    with start_receiver(door_database, **SETTINGS) as receiver:
        landed = "select count(*) from raw.webhook_events where source = 'outreach' and external_id like %s"
        deadline = time.monotonic() + 10
        while door_database.execute(landed, "call:sigterm-%") != [(10,)]:
            assert time.monotonic() < deadline, "what was on disk did not land"
            time.sleep(0.1)
        # Sent again by whoever was not sure: copies.
        assert deliver(receiver, "outreach", bodies[0]).json() == answer(duplicates=1)
    connection.close()


def test_deliveries_that_land_at_last_are_answered_after_sigterm(
    start_receiver: Callable[..., Any], door_database: Database
) -> None:
    connection = psycopg2.connect(door_database.owner_dsn)
    with (
        start_receiver(door_database, **SETTINGS) as receiver,
        ThreadPoolExecutor(10) as pool,
        connection.cursor() as cursor,
    ):
        cursor.execute("lock table raw.webhook_events in access exclusive mode")
        bodies = [body_of("nooks", f"sigterm-{number}") for number in range(10)]
        waiting = [pool.submit(deliver, receiver, "nooks", body) for body in bodies]
        time.sleep(0.4)
        os.kill(receiver.process.pid, signal.SIGTERM)
        time.sleep(0.2)
        connection.rollback()
        assert [done.result().json() for done in waiting] == [answer(landed=1)] * 10
        assert receiver.process.wait(10) == 0
    connection.close()


def test_an_item_that_the_database_refuses_fails_alone(door_database: Database, source: str) -> None:
    now = datetime.now(UTC)
    bodies = [json.dumps(event(source, number)).encode() for number in range(4)]
    items = [read_event(body, now, "sdr-001") for body in bodies]
    items[1].payload = "not json"
    items[2].user_id = "nul \0"
    session = Session(door_database.dsn("ingest"))
    outcomes = session.outcomes(items)
    session.close()
    assert [type(outcome) for outcome in outcomes] == [Landed, Refused, Refused, Landed]
    assert [outcome.reason for outcome in outcomes if isinstance(outcome, Refused)] == ["unstorable"] * 2
    kept = door_database.execute(
        "select count(*) from raw.rejected_events where rejected_id in (%s, %s) and reason = 'unstorable'",
        items[1].raw_id,
        items[2].raw_id,
    )
    assert kept == [(2,)]


def test_a_row_landed_past_the_locks_is_a_duplicate_and_no_error(door_database: Database, source: str) -> None:
    """An import takes no locks: the unique index decides, and the copy is then judged again."""
    now = datetime.now(UTC)
    other = psycopg2.connect(door_database.dsn("ingest"))
    first, copy = (read_event(json.dumps(event(source, 1)).encode(), now, "sdr-001") for _ in range(2))
    session = Session(door_database.dsn("ingest"))
    with other.cursor() as cursor, ThreadPoolExecutor(1) as pool:
        cursor.execute(
            "insert into raw.webhook_events (raw_id, door, source, external_id, dedup_key, user_id, event_type,"
            " occurred_at, received_at, verified_by, payload)"
            " values (%s, 'canonical', %s, '1', '', 'sdr-001', 'call_dial', now(), now(), 'import', '{}')",
            [first.raw_id, source],
        )
        waiting = pool.submit(session.outcomes, [copy])
        time.sleep(0.3)
        other.commit()
        [outcome] = waiting.result()
    session.close()
    other.close()
    assert outcome == Landed(first.raw_id, 0, 0, duplicate=True)


def test_a_database_without_a_free_connection_is_unavailable(
    start_receiver: Callable[..., Any], database: Database, source: str
) -> None:
    name = urlsplit(database.owner_dsn).path.lstrip("/")
    with start_receiver(database) as receiver:
        database.execute(f'alter database "{name}" connection limit 0')
        assert_refused_in_time(receiver, source)
        database.execute(f'alter database "{name}" connection limit -1')
        assert receiver.post(event(source, 1)).status_code == 201


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("WEBHOOK_SECRET", "too-short"),
        ("WEBHOOK_SECRET", f"{SECRET},short"),
        ("WEBHOOK_SECRET", ""),
        ("WEBHOOK_SECRET", "é" * 40),
        ("WEBHOOK_SECRET_OUTREACH", "too-odd-ä"),
        ("WEBHOOK_SECRET_NOOKS", "short"),
        ("RIFT_PUBLIC_URL", "an-odd-address"),
        ("WEBHOOK_SPOOL_MAX_BYTES", "few"),
        ("RIFT_INGEST_DSN", "mysql://secret-of-a-dsn"),
        ("RIFT_HUD_DSN", ""),
        ("API_PORT", "70000"),
        ("RATE_LIMIT_PER_MINUTE", "-1"),
        ("RATE_LIMIT_PER_MINUTE", "1000001"),
        ("WEBHOOK_SIGNING_SECRET", "whsec_dG9vIHNob3J0"),
        ("WEBHOOK_SIGNING_SECRET", "without-the-prefix-it-is-no-signing-secret"),
        ("WEBHOOK_SIGNING_SECRET", "whsec_this is no base64 of any kind, and far too long for it"),
        ("WEBHOOK_MAX_BATCH_BYTES", "957"),
        ("WEBHOOK_WORKERS", "-7"),
        ("WEBHOOK_MAX_BODY_BYTES", "many"),
        ("DEFAULT_USER_ID", "a\tb"),
    ],
)
def test_a_wrong_setting_is_named_and_its_value_is_not_shown(tmp_path: Path, name: str, value: str) -> None:
    dsn = "postgresql://role:password@127.0.0.1:1/rift"
    with (
        pytest.raises(AssertionError, match=f"(?s)did not start.*{name}: ") as failure,
        running_receiver(dsn, dsn, tmp_path, **{name: value}) as receiver,
    ):
        assert receiver.process.poll() == 2
    shown = str(failure.value)
    assert not value or value not in shown.replace(str(tmp_path), "")
    assert SECRET not in shown
    assert "Traceback" not in shown
