"""Standard Webhooks at the canonical doors, signed by the official library, and all that may be wrong with it."""

import json
import socket
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from standardwebhooks import Webhook

from tests.conftest import Database
from tests.ingestion.conftest import BATCH, DOOR, SECOND_SIGNING_KEY, SECRET, SIGNING_KEY, Receiver, running_receiver

OTHER_KEY = "whsec_" + "b3RoZXIga2V5IG9mIHRoZSByZWNlaXZlciB0ZXN0cw=="
Headers = dict[str, str]


def signed(
    body: bytes, message_id: str, *, key: str = SIGNING_KEY, at: datetime | None = None, timestamp: str | None = None
) -> Headers:
    """The headers with which a sender sends this body."""
    at = at or datetime.now(UTC)
    return {
        "Content-Type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": timestamp or str(int(at.timestamp())),
        "webhook-signature": Webhook(key).sign(message_id, at, body.decode()),
    }


def booking(source: str, **fields: object) -> bytes:
    return json.dumps({"source": source, "event_type": "meeting_booked"} | fields).encode()


def post(receiver: Receiver, body: bytes, headers: Any, door: str = DOOR) -> httpx.Response:
    return receiver.client.post(door, content=body, headers=headers)


def rows_of(database: Database, source: str) -> list[tuple[Any, ...]]:
    query = "select external_id, verified_by from raw.webhook_events where source = %s order by external_id"
    return database.execute(query, source)


@pytest.mark.parametrize("key", [SIGNING_KEY, SECOND_SIGNING_KEY])
def test_a_signed_event_lands_under_the_id_of_its_message(
    receiver: Receiver, door_database: Database, source: str, key: str
) -> None:
    body = booking(source)
    answer = post(receiver, body, signed(body, "msg_1", key=key))
    assert (answer.status_code, answer.json()["gold_earned"]) == (201, 100)
    assert rows_of(door_database, source) == [("msg_1", "signature")]


def test_the_senders_own_id_comes_before_that_of_the_message(
    receiver: Receiver, door_database: Database, source: str
) -> None:
    body = booking(source, external_id="mine")
    assert post(receiver, body, signed(body, "msg_1")).status_code == 201
    assert post(receiver, body, signed(body, "msg_2")).status_code == 200
    assert rows_of(door_database, source) == [("mine", "signature")]


def test_one_of_several_signatures_is_enough(receiver: Receiver, source: str) -> None:
    body = booking(source)
    headers = signed(body, "msg_1")
    other = signed(body, "msg_1", key=OTHER_KEY)["webhook-signature"]
    headers["webhook-signature"] = f"v1a,bm90IG91cnM= {other} {headers['webhook-signature']}"
    assert post(receiver, body, headers).status_code == 201


def test_a_signed_batch_names_its_events_by_position(receiver: Receiver, door_database: Database, source: str) -> None:
    event: dict[str, Any] = {"source": source, "event_type": "meeting_booked"}
    body = json.dumps([event, event, event | {"external_id": "mine"}]).encode()
    first, again = (post(receiver, body, signed(body, "msg_1"), BATCH).json() for _ in range(2))
    assert (first["landed"], again["landed"], again["duplicates"]) == (3, 0, 3)
    assert rows_of(door_database, source) == [("mine", "signature"), ("msg_1/0", "signature"), ("msg_1/1", "signature")]


def test_what_is_unusable_is_kept_with_how_it_came(receiver: Receiver, door_database: Database, source: str) -> None:
    body = booking(source, gold_value=1)
    assert post(receiver, body, signed(body, "msg_1")).status_code == 422
    query = "select reason, verified_by from raw.rejected_events where source = %s"
    assert door_database.execute(query, source) == [("unknown_field", "signature")]
    assert post(receiver, body, signed(body, "msg_of_no_batch"), BATCH).status_code == 422
    query = "select reason, body from raw.rejected_events where external_id = 'msg_of_no_batch'"
    assert [(reason, bytes(text)) for reason, text in door_database.execute(query)] == [("not_an_array", body)]


def test_a_replayed_delivery_counts_nothing(receiver: Receiver, door_database: Database, source: str) -> None:
    body = booking(source)
    headers = signed(body, "msg_1")
    statuses = [post(receiver, body, headers).status_code for _ in range(3)]
    assert statuses == [201, 200, 200]
    assert post(receiver, body, headers).json()["duplicate"] is True
    assert rows_of(door_database, source) == [("msg_1", "signature")]


def wrongly(change: Callable[[Headers], object]) -> Callable[[Headers], list[tuple[str, str]]]:
    def changed(headers: Headers) -> list[tuple[str, str]]:
        change(headers)
        return list(headers.items())

    return changed


def put(name: str, value: str) -> Callable[[Headers], list[tuple[str, str]]]:
    return wrongly(lambda headers: headers.update({name: value}))


def without(name: str) -> Callable[[Headers], list[tuple[str, str]]]:
    return wrongly(lambda headers: headers.pop(name))


def twice(name: str) -> Callable[[Headers], list[tuple[str, str]]]:
    return lambda headers: [*headers.items(), (name, headers[name])]


WRONG = {
    "no id": without("webhook-id"),
    "no timestamp": without("webhook-timestamp"),
    "no signature": without("webhook-signature"),
    "empty id": put("webhook-id", ""),
    "long id": put("webhook-id", "m" * 151),
    "id with a space": put("webhook-id", "msg 1"),
    "another id": put("webhook-id", "msg_2"),
    "empty timestamp": put("webhook-timestamp", ""),
    "timestamp in words": put("webhook-timestamp", "now"),
    "timestamp not a number": put("webhook-timestamp", "nan"),
    "endless timestamp": put("webhook-timestamp", "inf"),
    "huge timestamp": put("webhook-timestamp", "9" * 12),
    "negative timestamp": put("webhook-timestamp", "-1"),
    "empty signature": put("webhook-signature", ""),
    "signature without version": put("webhook-signature", "c2lnbmF0dXJl"),
    "signature of three parts": put("webhook-signature", "v1,c2ln,bmF0dXJl"),
    "bad base64": put("webhook-signature", "v1,c2lnbmF0dXJ"),
    "not base64 at all": put("webhook-signature", "v1,%%%%"),
    "bad hex": put("webhook-signature", "v1,0xzz"),
    "only another version": put("webhook-signature", "v2,c2lnbmF0dXJl"),
    "a separator at the end": wrongly(lambda headers: headers.update(
        {"webhook-signature": headers["webhook-signature"] + " ,"}
    )),
    "signatures of nothing but commas": put("webhook-signature", " ".join(["v1,,,,,,,,"] * 40) + " !"),
    "too many signatures": wrongly(lambda headers: headers.update(
        {"webhook-signature": f"{headers['webhook-signature']} " * 100 + headers["webhook-signature"]}
    )),
    "id twice": twice("webhook-id"),
    "timestamp twice": twice("webhook-timestamp"),
    "signature twice": twice("webhook-signature"),
}  # fmt: skip


@pytest.mark.parametrize("door", [DOOR, BATCH])
@pytest.mark.parametrize("what", WRONG)
def test_a_malformed_signature_is_refused(
    receiver_of_signatures: Receiver, door_database: Database, source: str, what: str, door: str
) -> None:
    body = booking(source)
    started = time.monotonic()
    answer = post(receiver_of_signatures, body, WRONG[what](signed(body, "msg_1")), door)
    assert time.monotonic() - started < 2
    assert (answer.status_code, answer.json()["error"]) == (401, "unauthorized")
    assert rows_of(door_database, source) == []


@pytest.fixture(scope="module")
def receiver_of_signatures(door_database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Receiver]:
    """One that lets us be wrong more often than the others do."""
    folder = tmp_path_factory.mktemp("signatures")
    dsns = [door_database.dsn(role) for role in ("ingest", "hud")]
    with running_receiver(dsns[0], dsns[1], folder, RATE_LIMIT_PER_MINUTE="1000") as running:
        yield running
        assert "Traceback" not in running.log.read_text()


def test_a_header_of_other_bytes_is_refused(receiver_of_signatures: Receiver, source: str) -> None:
    body = booking(source)
    for name in ("webhook-id", "webhook-timestamp", "webhook-signature"):
        headers = [(key.encode(), value.encode()) for key, value in signed(body, "msg_1").items() if key != name]
        answer = post(receiver_of_signatures, body, [*headers, (name.encode(), b"v1,\xff\xfe\x80")])
        assert answer.status_code == 401


def test_an_altered_body_is_refused(receiver_of_signatures: Receiver, door_database: Database, source: str) -> None:
    body = booking(source)
    headers = signed(body, "msg_1")
    for position in (0, 20, len(body) - 1):
        altered = body[:position] + bytes([body[position] ^ 1]) + body[position + 1 :]
        assert post(receiver_of_signatures, altered, headers).status_code == 401
    for altered in (body + b" ", b"", b"\xff" + body):
        assert post(receiver_of_signatures, altered, headers).status_code == 401
    assert rows_of(door_database, source) == []


@pytest.mark.parametrize(("minutes", "status"), [(-6, 401), (-4, 201), (4, 201), (6, 401)])
def test_only_signatures_of_now_are_taken(
    receiver_of_signatures: Receiver, source: str, minutes: int, status: int
) -> None:
    body = booking(source)
    headers = signed(body, "msg_1", at=datetime.now(UTC) + timedelta(minutes=minutes))
    assert post(receiver_of_signatures, body, headers).status_code == status


def test_a_removed_key_and_a_wrong_one_are_refused(
    start_receiver: Callable[..., Any], door_database: Database, source: str
) -> None:
    body = booking(source)
    with start_receiver(door_database, WEBHOOK_SIGNING_SECRET=SECOND_SIGNING_KEY) as receiver:
        for key, status in [(SIGNING_KEY, 401), (OTHER_KEY, 401), (SECOND_SIGNING_KEY, 201)]:
            assert post(receiver, body, signed(body, "msg_1", key=key)).status_code == status
        # A secret that travels in a header is no key to sign with.
        secret_as_key = "whsec_" + b64encode(SECRET.encode()).decode()
        assert post(receiver, body, signed(body, "msg_2", key=secret_as_key)).status_code == 401
    with start_receiver(door_database, WEBHOOK_SIGNING_SECRET="") as receiver:
        assert post(receiver, body, signed(body, "msg_3")).status_code == 401


def test_a_secret_beside_a_signature_decides(receiver_of_signatures: Receiver, source: str) -> None:
    body = booking(source)
    wrong = signed(body, "msg_1", key=OTHER_KEY)
    assert post(receiver_of_signatures, body, wrong | {"X-RIFT-SECRET": SECRET}).status_code == 201
    assert post(receiver_of_signatures, body, signed(body, "msg_1") | {"X-RIFT-SECRET": "wrong"}).status_code == 401


def test_a_malformed_signature_is_refused_before_the_body_is_read(receiver_of_signatures: Receiver) -> None:
    head = f"POST {DOOR} HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\nwebhook-id: msg_1\r\n\r\n"
    with socket.create_connection(("127.0.0.1", receiver_of_signatures.port), timeout=5) as connection:
        connection.sendall(head.encode())
        assert connection.recv(1000).startswith(b"HTTP/1.1 401")


def test_no_more_than_the_limit_is_read_to_check_a_signature(receiver_of_signatures: Receiver, source: str) -> None:
    for size, status in [(64 * 1024, 201), (64 * 1024 + 1, 413)]:
        body = booking(source).ljust(size)
        assert post(receiver_of_signatures, body, signed(body, f"msg_{size}")).status_code == status
    large = booking(source).ljust(64 * 1024 + 1)
    # Too large comes first: nothing was worth verifying.
    assert post(receiver_of_signatures, large, signed(large, "msg_1", key=OTHER_KEY)).status_code == 413


def test_limits_count_by_key_and_wrong_signatures_by_address(
    start_receiver: Callable[..., Any], door_database: Database, source: str
) -> None:
    body = booking(source)
    with start_receiver(door_database, RATE_LIMIT_PER_MINUTE="5") as receiver:
        wrong = [post(receiver, body, signed(body, "msg", key=OTHER_KEY)) for _ in range(6)]
        assert [answer.status_code for answer in wrong] == [401] * 5 + [429]
        assert 1 <= int(wrong[5].headers["Retry-After"]) <= 60
        right = [post(receiver, body, signed(body, f"msg_{number}")) for number in range(6)]
        assert [answer.status_code for answer in right] == [201] * 5 + [429]
        # Each key and each secret has a limit of its own.
        assert post(receiver, body, signed(body, "msg_9", key=SECOND_SIGNING_KEY)).status_code == 201
        headers = {"X-RIFT-SECRET": SECRET, "Content-Type": "application/json"}
        assert post(receiver, body, headers).status_code == 201


def test_keys_are_in_no_log(receiver_of_signatures: Receiver, source: str) -> None:
    body = booking(source)
    post(receiver_of_signatures, body, signed(body, "msg_1", key=OTHER_KEY))
    time.sleep(0.1)
    log = receiver_of_signatures.log.read_text()
    assert "whsec_" not in log
    assert "v1," not in log
