"""What is sent by nobody knows whom: slow, large and much of it, while others are served."""

import json
import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from typing import Any

import psutil
import pytest

from tests.conftest import Database
from tests.ingestion.conftest import BATCH, DOOR, Receiver
from tests.ingestion.deliveries import SETTINGS, body_of, deliver, path_of, sign
from tests.ingestion.test_door_signatures import signed

MEBIBYTE = 1024 * 1024


@contextmanager
def begun(receiver: Receiver, path: str, headers: dict[str, str], length: int, part: bytes) -> Iterator[socket.socket]:
    """A request of which so much is sent and no more."""
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    with socket.create_connection(("127.0.0.1", receiver.port), timeout=20) as connection:
        head = f"POST {path} HTTP/1.1\r\nHost: x\r\n{lines}Content-Length: {length}\r\n\r\n"
        connection.sendall(head.encode() + part)
        yield connection


def by_nobody(message_id: str) -> dict[str, str]:
    return signed(b"another body", message_id)


def status(connection: socket.socket) -> int:
    return int(connection.recv(2000).split(b" ", 2)[1])


def test_a_slow_body_is_given_up_and_holds_nobody_up(
    start_receiver: Callable[..., Any], door_database: Database
) -> None:
    slow = {
        DOOR: by_nobody("msg"),
        BATCH: by_nobody("msg"),
        path_of("outreach"): sign("outreach", b"another body"),
        path_of("nooks"): {},
    }
    with start_receiver(door_database, **SETTINGS) as receiver, ExitStack() as stack:
        started = time.monotonic()
        connections = [
            stack.enter_context(begun(receiver, path, headers, 1000, b"[" * number))
            for path, headers in slow.items()
            for number in (0, 500)
        ]
        assert deliver(receiver, "outreach", body_of("outreach", "beside the slow")).status_code == 200
        assert time.monotonic() - started < 2
        assert [status(connection) for connection in connections] == [408] * 8
        assert 9 < time.monotonic() - started < 13
        for connection in connections:
            while connection.recv(2000):  # the rest of the answer, then the end: the connection is closed
                pass


def test_without_keys_a_signature_makes_nobody_read_a_body(
    start_receiver: Callable[..., Any], door_database: Database
) -> None:
    with start_receiver(door_database, WEBHOOK_SIGNING_SECRET="") as receiver:
        for path in (DOOR, BATCH):
            with begun(receiver, path, by_nobody("msg"), MEBIBYTE, b"") as connection:
                connection.settimeout(2)
                assert status(connection) == 401


@pytest.mark.parametrize(("failures", "held"), [(0, 33), (6, 16)])
def test_large_bodies_of_nobody_take_bounded_memory(
    start_receiver: Callable[..., Any], door_database: Database, source: str, failures: int, held: int
) -> None:
    """2 MiB each: 64 MiB in all, and half of that for an address that was wrong too often."""
    event = {"source": source, "event_type": "call_dial"}
    body = json.dumps([event]).encode().ljust(2 * MEBIBYTE)
    with start_receiver(door_database, RATE_LIMIT_PER_MINUTE="5") as receiver:
        for _ in range(failures):
            receiver.client.post(DOOR, content=b"{}", headers=by_nobody("msg") | {"Content-Type": "application/json"})
        with ExitStack() as stack, ThreadPoolExecutor(8) as pool:

            def begin(number: int) -> socket.socket:
                part = body[:-1]
                return stack.enter_context(begun(receiver, BATCH, by_nobody(str(number)), len(body), part))

            connections = list(pool.map(begin, range(45)))
            time.sleep(1)
            assert psutil.Process(receiver.process.pid).memory_info().rss < 400 * MEBIBYTE
            refused = 0
            for connection in connections:
                connection.settimeout(0.01)
                try:
                    refused += status(connection) == 429
                except TimeoutError:
                    continue
            assert abs(45 - refused - held) <= 2
            small = json.dumps(event).encode()
            assert receiver.client.post(DOOR, content=small, headers=signed(small, "small")).status_code == 201
        time.sleep(0.5)
        # Who left has given back what it held.
        assert receiver.client.post(BATCH, content=body, headers=signed(body, "large")).status_code == 200


def test_nooks_question_is_short_and_no_failure(start_receiver: Callable[..., Any], door_database: Database) -> None:
    with start_receiver(door_database, **SETTINGS, RATE_LIMIT_PER_MINUTE="5") as receiver:
        with begun(receiver, path_of("nooks"), {}, MEBIBYTE, b"") as connection:
            connection.settimeout(2)
            assert status(connection) == 401
        for _ in range(6):
            deliver(receiver, "outreach", b"{}", {"Outreach-Webhook-Signature": "00" * 32})
        pings = [receiver.client.post(path_of("nooks"), content=b"{}".ljust(4096)) for _ in range(8)]
        assert [ping.status_code for ping in pings] == [200] * 8
        # What is none still is one.
        assert receiver.client.post(path_of("nooks"), content=b"{}".ljust(4097)).status_code == 429
