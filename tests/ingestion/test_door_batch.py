"""The batch door: one answer for each event, as the single door gives it; nothing is lost or landed twice."""

import json
import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import psycopg2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import Database
from tests.ingestion.conftest import BATCH, DOOR, HEADERS, SECRET, Receiver

DIAL = {"event_type": "call_dial"}


def named(source: str, number: object, **fields: object) -> dict[str, Any]:
    return {"source": source, "event_type": "call_dial", "external_id": str(number)} | fields


def rows_of(database: Database, source: str) -> list[tuple[Any, ...]]:
    query = "select external_id, raw_id::text, verified_by from raw.webhook_events where source = %s order by landed_at"
    return database.execute(query, source)


def kept(database: Database, body: bytes) -> list[tuple[Any, ...]]:
    return database.execute("select reason, source, verified_by from raw.rejected_events where body = %s", body)


# What is answered


def test_each_event_gets_the_answer_of_the_single_door(
    receiver: Receiver, door_database: Database, source: str
) -> None:
    events = [
        named(source, 1, event_type="meeting_booked"),
        named(source, 1),
        named(source, 2, gold_value=9),
        named(source, 3, event_type="unheard_of"),
        {"source": source, "event_type": "meeting_cancelled", "reverses": "1"},
        [],
        named(source, 4, metadata={"big": "x" * 65536}),
    ]
    answer = receiver.post_batch(events)
    assert answer.status_code == 200
    document = answer.json()
    results = document.pop("results")
    assert document == {"status": "success", "landed": 2, "duplicates": 1, "rejected": 4}
    assert [result["status_code"] for result in results] == [201, 200, 422, 422, 201, 422, 413]
    assert [result.get("error") for result in results] == [
        None, None, "unknown_field", "unknown_event_type", None, "not_an_object", "body_too_large",
    ]  # fmt: skip
    assert [result.get("gold_earned") for result in results] == [100, 0, None, None, -100, None, None]
    assert results[1]["event_id"] == results[0]["event_id"]
    assert [row[1] for row in rows_of(door_database, source)] == [results[0]["event_id"], results[4]["event_id"]]
    for event, reason in zip(events[1:4], ["duplicate", "unknown_field", "unknown_event_type"], strict=True):
        assert kept(door_database, json.dumps(event).encode()) == [(reason, source, "secret")]
    assert kept(door_database, json.dumps(events[6]).encode()) == [("body_too_large", source, "secret")]
    # The same fields with the same words; ids differ.
    for event, result in zip(events[:6], results, strict=False):
        single = receiver.post(event).json()
        assert set(single) | {"status_code"} == set(result)
        assert single.get("message", "").startswith("Duplicate") or single["message"] == result["message"]


def test_each_event_is_stored_byte_for_byte(receiver: Receiver, door_database: Database, source: str) -> None:
    head = f' {{ "source" : "{source}",  "event_type":"email_sent", "external_id": "%d", "metadata": %s }}'
    metadata = ['{"n": 9223372036854775808, "m": 1.10}', '{"a":"\\u00e9 \\ud83d\\ude00", "b" : [ ]}', '{"é": "],["}']
    items = [head % (number, text) for number, text in enumerate(metadata)]
    body = "\n[\r" + " ,\t".join(items) + " ]\n "
    results = receiver.post_batch(body.encode()).json()["results"]
    assert [result["status_code"] for result in results] == [201] * 3
    stored = [
        door_database.execute("select payload::text from raw.webhook_events where raw_id = %s", result["event_id"])
        for result in results
    ]
    assert stored == [[(item.strip(),)] for item in items]


ITEMS = [
    (b'{"source": "a", "source": "b"}', "duplicate_key"),
    (b'{"metadata": {"a": NaN}}', "invalid_number"),
    (b'{"metadata": {"a": [-Infinity, 7]}}', "invalid_number"),
    (b'{"metadata": {"a": 1e400}}', "invalid_number"),
    (b'{"metadata": {"a": "\\u0000"}}', "nul_character"),
    (b'{"metadata": {"\\ud800": 1}}', "lone_surrogate"),
    (b'{"metadata": ' + b'{"a":' * 32 + b"1" + b"}" * 33, "too_deep"),
    (b'{"metadata": {"n": ' + b"9" * 5000 + b', "x": NaN}}', "invalid_number"),
    (b"null", "not_an_object"),
    (b'"text, ]"', "not_an_object"),
    (b"[[]]", "not_an_object"),
]


@pytest.mark.parametrize(("item", "reason"), ITEMS)
def test_one_unusable_item_is_kept_and_no_fault_of_the_others(
    receiver: Receiver, door_database: Database, source: str, item: bytes, reason: str
) -> None:
    around = [json.dumps(named(source, number)).encode() for number in range(2)]
    answer = receiver.post_batch(b"[" + b", ".join([around[0], item, around[1]]) + b"]")
    assert [result["status_code"] for result in answer.json()["results"]] == [201, 422, 201]
    assert answer.json()["results"][1]["error"] == reason
    assert len(rows_of(door_database, source)) == 2
    assert (reason, None, "secret") in kept(door_database, item)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "invalid_json"),
        (b"  ", "invalid_json"),
        (b"[", "invalid_json"),
        (b"[ ", "invalid_json"),
        (b"[%s", "invalid_json"),
        (b"[%s,]", "invalid_json"),
        (b"[%s %s]", "invalid_json"),
        (b"[%s] [%s]", "invalid_json"),
        (b"[,%s]", "invalid_json"),
        (b"[%s, {]", "invalid_json"),
        (b'[%s, {"a": "\n"}]', "invalid_json"),
        (b"[%s, \xc3\x28]", "invalid_encoding"),
        (b"\xef\xbb\xbf[%s]", "invalid_encoding"),
        (b"%s", "not_an_array"),
        (b"null", "not_an_array"),
        (b'"[]"', "not_an_array"),
        (b" [ ] ", "empty_batch"),
        (b"[] x", "invalid_json"),
        (b"[%s, " + b"[" * 100_000 + b"]" * 100_000 + b"]", "too_deep"),
        (b"[" + b",".join([b"%s"] * 1001) + b"]", "too_many_items"),
    ],
)
def test_what_is_no_batch_lands_nothing_and_is_kept(
    receiver: Receiver, door_database: Database, source: str, body: bytes, reason: str
) -> None:
    body = body.replace(b"%s", json.dumps({"source": source, "event_type": "call_dial"}).encode())
    answer = receiver.post_batch(body)
    assert (answer.status_code, answer.json()["error"]) == (422, reason)
    assert rows_of(door_database, source) == []
    assert (reason, None, "secret") in kept(door_database, body)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(alphabet='{}[]",:truefalsn0123456789.eE-+\\u ', max_size=60).map(lambda text: f"[{text}]".encode()))
def test_junk_lands_nothing_and_is_kept(receiver: Receiver, door_database: Database, body: bytes) -> None:
    answer = receiver.post_batch(body)
    if answer.status_code == 200:
        assert {result["status_code"] for result in answer.json()["results"]} == {422}
        assert len(answer.json()["results"]) == len(json.loads(body))
    else:
        assert answer.status_code == 422
        assert kept(door_database, body)


def test_a_thousand_events_land_and_come_back_as_copies(
    receiver: Receiver, door_database: Database, source: str
) -> None:
    # Half of them without a name of their own, each a different event; and each half has its own transaction.
    events = [named(source, n) if n % 2 else DIAL | {"source": source, "metadata": {"n": n}} for n in range(1000)]
    first = receiver.post_batch(events).json()
    assert (first["landed"], first["duplicates"], len(first["results"])) == (1000, 0, 1000)
    again = receiver.post_batch(events).json()
    assert (again["landed"], again["duplicates"]) == (0, 1000)
    ids = [result["event_id"] for result in first["results"]]
    assert [result["event_id"] for result in again["results"]] == ids
    assert {row[1] for row in rows_of(door_database, source)} == set(ids)
    # In order: what the n-th answer says is what became of the n-th event.
    named_ids = dict(row[:2] for row in rows_of(door_database, source) if row[0])
    assert [named_ids[str(n)] for n in range(1, 1000, 2)] == ids[1::2]


def test_copies_within_one_batch_count_once(receiver: Receiver, door_database: Database, source: str) -> None:
    events = [named(source, number % 7) for number in range(500)] + [DIAL | {"source": source}] * 500
    answer = receiver.post_batch(events).json()
    assert (answer["landed"], answer["duplicates"]) == (8, 992)
    assert [result["status_code"] for result in answer["results"][:8]] == [201] * 7 + [200]
    assert len(rows_of(door_database, source)) == 8


def test_a_thousand_reversals_are_answered_in_time(receiver: Receiver, source: str) -> None:
    events = [named(source, number) for number in range(500)]
    events += [named(source, f"r{number}", reverses=str(number)) for number in range(500)]
    answer = receiver.post_batch(events)
    assert answer.status_code == 200
    gold = [result["gold_earned"] for result in answer.json()["results"]]
    assert gold == [5] * 500 + [-5] * 500


def test_batches_and_single_posts_of_the_same_events_at_once_count_once(
    receiver: Receiver, start_receiver: Callable[..., Any], door_database: Database, source: str
) -> None:
    events = [named(source, number) for number in range(300)]
    with start_receiver(door_database) as second, ThreadPoolExecutor(16) as pool:
        urls = [receiver.url, second.url]
        batches = [
            pool.submit(httpx.post, urls[n % 2] + BATCH, json=events[:: (-1) ** n], headers=HEADERS, timeout=30)
            for n in range(8)
        ]
        singles = [pool.submit(httpx.post, urls[n % 2] + DOOR, json=events[n], headers=HEADERS) for n in range(100)]
        statuses = Counter(single.result().status_code for single in singles)
        answers = [batch.result() for batch in batches]
        assert "deadlock" not in (receiver.log.read_text() + second.log.read_text()).lower()
    assert {answer.status_code for answer in answers} == {200}
    assert statuses[201] + sum(answer.json()["landed"] for answer in answers) == 300
    assert statuses[200] + sum(answer.json()["duplicates"] for answer in answers) == 8 * 300 + 100 - 300
    assert len(rows_of(door_database, source)) == 300


def test_hostile_batches_are_judged_in_time(receiver: Receiver, source: str) -> None:
    many = ", ".join(f'"{number}": 0' for number in range(150_000))
    hostile = [
        f'{{{many}, "149999": 1}}',
        '"' + "\\u00e9" * 300_000 + '"',
        "[" * 900 + "]" * 900,
        "[" + "0," * 900_000 + "0]",
    ]
    for item in hostile:
        body = f"[{json.dumps(named(source, len(item)))}, {item}]".encode()
        started = time.monotonic()
        answer = receiver.post_batch(body)
        assert time.monotonic() - started < 3
        assert [result["status_code"] for result in answer.json()["results"]] in ([201, 422], [201, 413])


# Who is calling, and how it is sent


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"X-RIFT-SECRET": "wrong"}, 401),
        ({"X-RIFT-SECRET": ""}, 401),
        ({"Content-Type": "text/plain"}, 415),
        ({"Content-Type": ""}, 415),
    ],
)
def test_the_batch_door_asks_what_the_single_one_asks(
    receiver: Receiver, source: str, headers: dict[str, str], status: int
) -> None:
    assert receiver.post_batch([named(source, 1)], **headers).status_code == status


def test_only_post_is_taken(receiver: Receiver) -> None:
    answer = receiver.client.get(BATCH)
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")


@pytest.mark.parametrize("chunked", [False, True])
def test_batches_are_taken_up_to_their_limit(
    start_receiver: Callable[..., Any], door_database: Database, source: str, chunked: bool
) -> None:
    with start_receiver(door_database, WEBHOOK_MAX_BATCH_BYTES="200000") as receiver:
        for size, status in [(200_000, 200), (200_001, 413)]:
            body = json.dumps([named(source, size)]).encode().ljust(size)
            content = iter([body[:1000], body[1000:]]) if chunked else body
            assert receiver.client.post(BATCH, content=content, headers=HEADERS).status_code == status


def test_a_batch_counts_as_one_request(
    start_receiver: Callable[..., Any], door_database: Database, source: str
) -> None:
    with start_receiver(door_database, RATE_LIMIT_PER_MINUTE="3") as receiver:
        for number in range(2):
            batch = [named(source, f"{number} {n}") for n in range(50)]
            assert receiver.post_batch(batch).status_code == 200
        assert receiver.post(named(source, "single")).status_code == 201
        refused = receiver.post_batch([named(source, "late")])
        assert refused.status_code == 429
        assert 1 <= int(refused.headers["Retry-After"]) <= 60


# What breaks


def test_a_lock_on_raw_is_answered_for_every_event_in_time(
    receiver: Receiver, door_database: Database, source: str
) -> None:
    events = [named(source, number) for number in range(1000)]
    connection = psycopg2.connect(door_database.owner_dsn)
    with connection.cursor() as cursor:
        cursor.execute("lock table raw.webhook_events in access exclusive mode")
        started = time.monotonic()
        answer = receiver.post_batch(events)
        assert time.monotonic() - started < 2.5
    connection.rollback()
    connection.close()
    assert (answer.status_code, answer.json()["error"]) == (503, "database_unavailable")
    assert int(answer.headers["Retry-After"]) >= 1
    assert [result["status_code"] for result in answer.json()["results"]] == [503] * 1000
    time.sleep(0.2)
    # What was told "unavailable" may have landed all the same, when the lock went: sent again, it is a copy.
    again = receiver.post_batch(events).json()
    assert again["landed"] + again["duplicates"] == 1000
    assert len(rows_of(door_database, source)) == 1000


def test_a_batch_is_admitted_or_refused_as_a_whole(
    start_receiver: Callable[..., Any], door_database: Database, source: str
) -> None:
    connection = psycopg2.connect(door_database.owner_dsn)
    events = [named(source, number) for number in range(1000)]
    with (
        start_receiver(door_database, WEBHOOK_QUEUE_SIZE="10") as receiver,
        connection.cursor() as cursor,
        ThreadPoolExecutor(2) as pool,
    ):
        assert receiver.post(named(source, "first")).status_code == 201
        cursor.execute("lock table raw.webhook_events in access exclusive mode")
        first = pool.submit(receiver.post_batch, events)
        time.sleep(0.5)
        second = receiver.post_batch([named(source, number) for number in range(1000, 2000)])
        connection.rollback()
        assert (first.result().status_code, second.status_code) == (200, 503)
    connection.close()
    assert len(rows_of(door_database, source)) == 1001


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_every_acknowledged_batch_is_in_raw_once_after_the_end(
    start_receiver: Callable[..., Any], door_database: Database, source: str, how: signal.Signals
) -> None:
    acknowledged: list[str] = []
    stop = threading.Event()

    def load(url: str, worker: int) -> None:
        with httpx.Client(headers=HEADERS, timeout=20) as client:
            for number in range(1000):
                events = [named(source, f"{worker} {number} {n}") for n in range(100)]
                try:
                    answer = client.post(url + BATCH, json=events)
                except httpx.TransportError:
                    return
                acknowledged.extend(result["event_id"] for result in answer.json()["results"])
                if stop.is_set():
                    return

    with start_receiver(door_database) as receiver, ThreadPoolExecutor(4) as pool:
        loads = [pool.submit(load, receiver.url, worker) for worker in range(4)]
        time.sleep(0.6)
        os.kill(receiver.process.pid, how)
        receiver.process.wait(15)
        stop.set()
        for done in loads:
            done.result()
    stored = Counter(row[1] for row in rows_of(door_database, source))
    assert len(acknowledged) > 100
    assert set(acknowledged) <= set(stored)
    assert max(stored.values()) == 1
    assert how == signal.SIGKILL or len(stored) == len(acknowledged)


def test_the_secret_is_in_no_log(receiver: Receiver) -> None:
    receiver.client.post(f"{BATCH}?secret={SECRET}", json=[])
    time.sleep(0.1)
    assert SECRET not in receiver.log.read_text()
