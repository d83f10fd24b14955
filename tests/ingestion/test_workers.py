"""Several workers behind one port: one limit, no event lost when one dies, and nothing left when their parent does."""

import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import psutil
import psycopg2
import pytest

from tests.conftest import Database
from tests.ingestion.conftest import DOOR, HEADERS, Receiver
from tests.ingestion.test_door_faults import event, load, send


def workers_of(receiver: Receiver) -> list[psutil.Process]:
    children = psutil.Process(receiver.process.pid).children()
    # The others are Python's own, which track what processes share.
    return [child for child in children if "spawn_main" in " ".join(child.cmdline())]


def wait_for_workers(receiver: Receiver, count: int) -> None:
    """Until so many have started to serve."""
    deadline = time.monotonic() + 30
    while receiver.log.read_text().count("Application startup complete") < count:
        assert time.monotonic() < deadline, receiver.log.read_text()
        time.sleep(0.05)


def test_one_limit_holds_for_all_workers(
    start_receiver: Callable[..., Any], door_database: Database, source: str
) -> None:
    with start_receiver(door_database, WEBHOOK_WORKERS="2", RATE_LIMIT_PER_MINUTE="60") as receiver:
        wait_for_workers(receiver, 2)

        def posted(number: int) -> tuple[httpx.Response, float]:
            # A connection each, so that both workers get some.
            return httpx.post(receiver.url + DOOR, json=event(source, number), headers=HEADERS), time.monotonic()

        started = time.monotonic()
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(posted, range(100)))
        assert Counter(answer.status_code for answer, _ in answers) == {201: 60, 429: 40}
        # Exact: the window that began with the first call ends then, to the second.
        waits = [int(answer.headers["Retry-After"]) + at for answer, at in answers if answer.status_code == 429]
        assert all(started + 59 <= until <= started + 63 for until in waits)
        wrong = [httpx.post(receiver.url + DOOR, headers={"X-RIFT-SECRET": "x"}).status_code for _ in range(70)]
        assert Counter(wrong) == {401: 60, 429: 10}
        log = receiver.log.read_text()
    assert log.count("Started server process") == 2
    assert log.count(f"POST {DOOR} 201") == 60


def test_a_killed_worker_is_replaced_and_nothing_acknowledged_is_lost(
    start_receiver: Callable[..., Any], door_database: Database, source: str
) -> None:
    stop = threading.Event()
    with (
        start_receiver(door_database, WEBHOOK_WORKERS="2") as receiver,
        ThreadPoolExecutor(8) as pool,
    ):
        wait_for_workers(receiver, 2)
        loads = [pool.submit(load, receiver.port, source, stop, number) for number in range(8)]
        time.sleep(0.4)
        first, second = workers_of(receiver)
        first.kill()
        wait_for_workers(receiver, 3)
        # The port never closed: the other one answered all along.
        assert receiver.get("/api/v1/health/ready").status_code == 200
        assert second.is_running()
        assert len(workers_of(receiver)) == 2
        stop.set()
        acknowledged = [event_id for done in loads for event_id in done.result()]
    rows = door_database.execute("select raw_id::text from raw.webhook_events where source = %s", source)
    stored = Counter(raw_id for (raw_id,) in rows)
    assert len(acknowledged) > 20
    assert set(acknowledged) <= set(stored)
    assert max(stored.values()) == 1
    assert len(stored) - len(acknowledged) <= 8


def test_workers_finish_what_is_in_flight_on_sigterm(
    start_receiver: Callable[..., Any], door_database: Database, source: str
) -> None:
    connection = psycopg2.connect(door_database.owner_dsn)
    with (
        start_receiver(door_database, WEBHOOK_WORKERS="2") as receiver,
        ThreadPoolExecutor(10) as pool,
        connection.cursor() as cursor,
    ):
        wait_for_workers(receiver, 2)
        # Each worker has its connection before the lock is there.
        assert {send(receiver.port, source, number)[0] for number in range(10)} == {201}
        cursor.execute("lock table raw.webhook_events in access exclusive mode")
        waiting = [pool.submit(send, receiver.port, source, number) for number in range(10, 20)]
        time.sleep(0.3)
        os.kill(receiver.process.pid, signal.SIGTERM)
        time.sleep(0.7)
        connection.rollback()
        assert [done.result()[0] for done in waiting] == [201] * 10
        assert receiver.process.wait(10) == 0
    connection.close()
    assert door_database.execute("select count(*) from raw.webhook_events where source = %s", source) == [(20,)]


def test_workers_end_with_their_parent(start_receiver: Callable[..., Any], door_database: Database) -> None:
    with start_receiver(door_database, WEBHOOK_WORKERS="2") as receiver:
        wait_for_workers(receiver, 2)
        workers = workers_of(receiver)
        receiver.process.kill()
        gone, left = psutil.wait_procs(workers, timeout=10)
        assert (len(gone), left) == (2, [])
    with pytest.raises(httpx.TransportError):
        httpx.get(receiver.url + "/api/v1/health/live")
