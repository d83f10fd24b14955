"""Every answer of the canonical door to who calls and what is sent, and what is kept of it."""

import base64
import json
import re
import socket
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingestion.webhooks.limits import RateLimit
from tests.conftest import Database
from tests.ingestion.conftest import BATCH, DOOR, HEADERS, SECOND_SECRET, SECRET, Receiver

EVENT = {"event_type": "meeting_booked", "metadata": {"test": True}}


def kept(database: Database, body: bytes) -> list[tuple[Any, ...]]:
    return database.execute("select reason, source from raw.rejected_events where body = %s", body)


# Who is calling


@pytest.mark.parametrize(
    "secret", [None, "", "wrong", SECRET + "x", SECRET[:-1], "sécret", f"{SECRET},{SECOND_SECRET}"]
)
def test_a_missing_or_wrong_secret_is_refused(receiver: Receiver, secret: str | None) -> None:
    headers = [(b"Content-Type", b"application/json")]
    if secret is not None:
        headers.append((b"X-RIFT-SECRET", secret.encode()))
    answer = receiver.client.post(DOOR, content=b"{", headers=headers)
    assert answer.status_code == 401
    assert answer.json()["error"] == "unauthorized"


def test_a_secret_of_other_bytes_is_refused(receiver: Receiver) -> None:
    answer = receiver.client.post(DOOR, content=b"{}", headers=[(b"X-RIFT-SECRET", b"\xff\xfe" * 20)])
    assert answer.status_code == 401


def test_the_secret_header_must_come_once(receiver: Receiver) -> None:
    headers = [("X-RIFT-SECRET", SECRET), ("X-RIFT-SECRET", SECRET), ("Content-Type", "application/json")]
    assert receiver.client.post(DOOR, json=EVENT, headers=headers).status_code == 401


def test_a_secret_elsewhere_is_refused_and_not_logged(receiver: Receiver, source: str) -> None:
    body = EVENT | {"source": source, "secret": SECRET}
    assert receiver.client.post(f"{DOOR}?secret={SECRET}&X-RIFT-SECRET={SECRET}", json=body).status_code == 401
    assert receiver.post(body).status_code == 422
    time.sleep(0.1)
    log = receiver.log.read_text()
    assert f"POST {DOOR} 401" in log
    assert SECRET not in log


def test_every_secret_of_a_rotation_is_taken(receiver: Receiver, source: str) -> None:
    for number, secret in enumerate([SECRET, SECOND_SECRET]):
        event = EVENT | {"source": source, "external_id": str(number)}
        assert receiver.post(event, **{"X-RIFT-SECRET": secret}).status_code == 201


def test_a_removed_secret_is_refused(start_receiver: Callable[..., Any], door_database: Database, source: str) -> None:
    with start_receiver(door_database, WEBHOOK_SECRET=SECOND_SECRET) as receiver:
        event = EVENT | {"source": source}
        assert receiver.post(event).status_code == 401
        assert receiver.post(event, **{"X-RIFT-SECRET": SECOND_SECRET}).status_code == 201


def test_without_the_secret_the_body_is_not_read(receiver: Receiver) -> None:
    """The answer comes although the body never does."""
    with socket.create_connection(("127.0.0.1", receiver.port), timeout=5) as connection:
        connection.sendall(f"POST {DOOR} HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\n\r\n".encode())
        assert connection.recv(1000).startswith(b"HTTP/1.1 401")


def test_limits_count_by_secret_and_wrong_secrets_by_address(
    start_receiver: Callable[..., Any], door_database: Database, source: str
) -> None:
    # 60 is the default.
    with start_receiver(door_database, RATE_LIMIT_PER_MINUTE="") as receiver:
        wrong = [receiver.post(b"{}", **{"X-RIFT-SECRET": "wrong"}) for _ in range(62)]
        assert [answer.status_code for answer in wrong] == [401] * 60 + [429] * 2
        # Whoever has a right secret is not locked out by a neighbour that guesses.
        event = EVENT | {"source": source}
        right = [receiver.post(event | {"external_id": str(number)}) for number in range(61)]
        assert [answer.status_code for answer in right] == [201] * 60 + [429]
        assert 1 <= int(right[60].headers["Retry-After"]) <= 60
        assert receiver.post(event, **{"X-RIFT-SECRET": SECOND_SECRET}).status_code == 201


def test_without_a_limit_wrong_secrets_still_have_one(
    start_receiver: Callable[..., Any], door_database: Database, source: str
) -> None:
    with start_receiver(door_database, RATE_LIMIT_PER_MINUTE="0") as receiver:
        wrong = [receiver.post(b"{}", **{"X-RIFT-SECRET": "wrong"}) for _ in range(1000)]
        assert [answer.status_code for answer in wrong] == [401] * 60 + [429] * 940
        assert 1 <= int(wrong[61].headers["Retry-After"]) <= 60
        event = EVENT | {"source": source}
        right = [receiver.post(event | {"external_id": str(number)}) for number in range(70)]
        assert {answer.status_code for answer in right} == {201}


@pytest.mark.chaos
def test_the_sixty_first_request_of_a_minute_is_taken_after_retry_after(
    start_receiver: Callable[..., Any], door_database: Database, source: str
) -> None:
    with start_receiver(door_database, RATE_LIMIT_PER_MINUTE="") as receiver:
        given = [receiver.post(EVENT | {"source": source, "external_id": str(number)}) for number in range(61)]
        assert [answer.status_code for answer in given] == [201] * 60 + [429]
        wait = int(given[60].headers["Retry-After"])
        time.sleep(wait - 1.5)
        assert receiver.post(EVENT | {"source": source, "external_id": "60"}).status_code == 429
        time.sleep(1.5)
        assert receiver.post(EVENT | {"source": source, "external_id": "60"}).status_code == 201


def test_a_call_is_taken_again_after_retry_after() -> None:
    limit = RateLimit(2, seconds=1)
    assert [limit.retry_after("a"), limit.retry_after("a")] == [None, None]
    wait = limit.retry_after("a")
    assert wait is not None
    assert limit.retry_after("b") is None
    time.sleep(wait)
    assert limit.retry_after("a") is None


def test_a_limit_holds_for_threads_of_one_process() -> None:
    limit = RateLimit(20_000, seconds=60)
    usual = sys.getswitchinterval()
    # As often as can be, so that they meet in the middle of counting.
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(8) as pool:
            allowed = sum(pool.map(lambda _: [limit.retry_after(7) for _ in range(4000)].count(None), range(8)))
    finally:
        sys.setswitchinterval(usual)
    assert allowed == 20_000
    assert limit.wait(7) is not None
    assert [limit.wait(8) for _ in range(20_001)].count(None) == 20_001


# What is sent


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "invalid_json"),
        (b"null", "not_an_object"),
        (b'"text"', "not_an_object"),
        (b"[]", "not_an_object"),
        (b'{"source": "a"', "invalid_json"),
        (b'{"source": "a", "source": "b"}', "duplicate_key"),
        (b'{"metadata": {"a": NaN}}', "invalid_number"),
        (b'{"metadata": {"a": Infinity}}', "invalid_number"),
        (b'{"metadata": {"a": 1e400}}', "invalid_number"),
        (b'{"metadata": {"a": "\\u0000"}}', "nul_character"),
        (b'{"metadata": {"\\u0000": 1}}', "nul_character"),
        (b'{"metadata": {"a": "\\ud800"}}', "lone_surrogate"),
        (b'{"source": "\xc3\x28"}', "invalid_encoding"),
        (b'{"metadata": ' + b'{"a":' * 32 + b"1" + b"}" * 33, "too_deep"),
    ],
)
def test_what_is_no_strict_json_object_is_refused_and_kept(
    receiver: Receiver, door_database: Database, body: bytes, reason: str
) -> None:
    answer = receiver.post(body)
    assert (answer.status_code, answer.json()["error"]) == (422, reason)
    assert (reason, None) in kept(door_database, body)


@pytest.mark.parametrize(
    ("change", "reason", "field"),
    [
        ({"source": None}, "missing_field", "source"),
        ({"source": ""}, "invalid_field", "source"),
        ({"source": " "}, "invalid_field", "source"),
        ({"source": 7}, "invalid_field", "source"),
        ({"source": "s" * 201}, "invalid_field", "source"),
        ({"user_id": "a\nb"}, "invalid_field", "user_id"),
        ({"user_id": ["a"]}, "invalid_field", "user_id"),
        ({"external_id": ""}, "invalid_field", "external_id"),
        ({"reverses": "\x7f"}, "invalid_field", "reverses"),
        ({"event_type": None}, "missing_field", "event_type"),
        ({"event_type": 1}, "invalid_field", "event_type"),
        ({"metadata": []}, "invalid_field", "metadata"),
        ({"metadata": None}, "invalid_field", "metadata"),
        ({"gold_value": 9}, "unknown_field", "gold_value"),
        ({"event_type": "unheard_of"}, "unknown_event_type", "event_type"),
        ({"event_type": "MEETING_BOOKED "}, "unknown_event_type", "event_type"),
        ({"event_type": "m\u0435eting_booked"}, "unknown_event_type", "event_type"),
        ({"event_type": ""}, "unknown_event_type", "event_type"),
        *[
            ({"occurred_at": value}, "invalid_field", "occurred_at")
            for value in [
                "infinity",
                "now",
                "2026-02-30T10:00:00Z",
                "2026-02-20T10:00:00",
                "2026-02-20",
                "2026-02-20 10:00:00Z",
                "2026-02-20T24:00:00Z",
                "2026-02-20T10:00:00+0100",
                "\u0662026-02-20T10:00:00Z",
                "1999-12-31T23:59:59Z",
                "0001-01-01T00:00:00+23:59",
                "9999-12-31T23:59:59-23:59",
                1771581600,
            ]
        ],
    ],
)
def test_unusable_fields_are_named_and_the_event_is_kept(
    receiver: Receiver, door_database: Database, source: str, *, change: dict[str, object], reason: str, field: str
) -> None:
    event = EVENT | {"source": source} | change
    answer = receiver.post(event)
    assert answer.status_code == 422
    assert (answer.json()["error"], answer.json()["field"]) == (reason, field)
    assert [row[0] for row in kept(door_database, json.dumps(event).encode())] == [reason]


def test_unknown_fields_are_all_named(receiver: Receiver, source: str) -> None:
    message = receiver.post(EVENT | {"source": source, "gold_value": 9, "xp_value": 9}).json()["message"]
    assert "gold_value" in message
    assert "xp_value" in message


def test_the_future_is_refused_after_a_day(receiver: Receiver, door_database: Database, source: str) -> None:
    now = datetime.now(UTC)
    event = EVENT | {"source": source}
    near = receiver.post(event | {"occurred_at": (now + timedelta(hours=23, minutes=59)).isoformat()})
    far = event | {"occurred_at": (now + timedelta(hours=24, minutes=1)).isoformat()}
    refused = receiver.post(far)
    assert near.status_code == 201
    assert (refused.status_code, refused.json()["error"]) == (422, "occurred_at_in_future")
    assert kept(door_database, json.dumps(far).encode()) == [("occurred_at_in_future", source)]


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        ("2026-03-14T09:26:53.5-05:00", "2026-03-14 14:26:53.5+00"),
        ("2026-03-14t09:26:53z", "2026-03-14 09:26:53+00"),
        ("2000-01-01T00:00:00Z", "2000-01-01 00:00:00+00"),
        ("2026-03-14T09:26:53.123456789Z", "2026-03-14 09:26:53.123456+00"),
    ],
)
def test_the_time_of_an_event_is_kept_in_utc(
    receiver: Receiver, door_database: Database, source: str, sent: str, stored: str
) -> None:
    event_id = receiver.post(EVENT | {"source": source, "occurred_at": sent}).json()["event_id"]
    query = "select occurred_at = %s::timestamptz from raw.webhook_events where raw_id = %s"
    assert door_database.execute(query, stored, event_id) == [(True,)]


def test_the_first_example_works_unchanged(receiver: Receiver, door_database: Database) -> None:
    body = b'{\n  "source": "manual",\n  "event_type": "meeting_booked",\n  "metadata": {"test": true}\n}'
    before = datetime.now(UTC)
    answer = receiver.post(body)
    assert answer.status_code == 201
    document = answer.json()
    event_id = UUID(document.pop("event_id"))
    assert event_id.version == 7
    assert document == {
        "status": "success",
        "gold_earned": 100,
        "xp_earned": 200,
        "message": "Event processed successfully",
        "duplicate": False,
    }
    [row] = door_database.execute(
        "select door, source, external_id, user_id, verified_by, payload::text, occurred_at = received_at,"
        " received_at between %s and now() from raw.webhook_events where raw_id = %s",
        before,
        str(event_id),
    )
    assert row == ("canonical", "manual", None, "sdr-001", "secret", body.decode(), True, True)


@pytest.mark.parametrize(
    "metadata",
    [
        b'{"n": 9223372036854775808, "m": 1.10, "x": 123456789012345678901234567890}',
        b'{"a":"\\u00e9 \\ud83d\\ude00",  "b" : [ ]}',
        b'{"q": "\'; drop table raw.webhook_events; --", "j": "{{ x }}{% y %}", "s": "$(rm -rf /) `id`"}',
        b'{"h": "<script>alert(1)</script>", "percent": "%s %(a)s", "back": "\\\\"}',
    ],
)
def test_whatever_is_sent_is_stored_byte_for_byte(
    receiver: Receiver, door_database: Database, source: str, metadata: bytes
) -> None:
    head = json.dumps({"source": source, "event_type": "email_sent"})[:-1].encode()
    body = b" " + head + b', "metadata": ' + metadata + b"}\r\n"
    event_id = receiver.post(body).json()["event_id"]
    query = "select payload::text from raw.webhook_events where raw_id = %s"
    assert door_database.execute(query, event_id) == [(body.decode(),)]


@pytest.mark.parametrize(
    "text", ["'; drop table x; --", "{{ 7*7 }}", "$(id)", "<b>&amp;</b>", "Ω≈ç√ 田中 😀", "%s", "\\"]
)
def test_names_are_stored_literally(receiver: Receiver, door_database: Database, text: str) -> None:
    event = EVENT | {"source": text, "user_id": text, "external_id": text}
    event_id = receiver.post(event).json()["event_id"]
    query = "select source, user_id, external_id from raw.webhook_events where raw_id = %s"
    assert door_database.execute(query, event_id) == [(text, text, text)]


TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    metadata=st.dictionaries(TEXT, TEXT | st.integers() | st.lists(TEXT, max_size=3), max_size=4), indent=st.booleans()
)
def test_any_metadata_comes_back_as_it_was_sent(
    receiver: Receiver,
    door_database: Database,
    metadata: dict[str, object],
    indent: bool,
) -> None:
    event = {
        "source": "hypothesis",
        "event_type": "call_dial",
        "metadata": metadata,
        "external_id": str(time.time_ns()),
    }
    body = json.dumps(event, ensure_ascii=indent, indent=2 if indent else None).encode()
    answer = receiver.post(body)
    assert answer.status_code == 201
    query = "select payload::text from raw.webhook_events where raw_id = %s"
    assert door_database.execute(query, answer.json()["event_id"]) == [(body.decode(),)]


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=200) | st.text(alphabet='{}[]",:truefalsn0123456789.eE-+\\u ', max_size=80).map(str.encode))
def test_junk_is_refused_and_kept(receiver: Receiver, door_database: Database, body: bytes) -> None:
    assert receiver.post(body).status_code == 422
    assert kept(door_database, body)


# How it is sent


@pytest.mark.parametrize(
    ("content_type", "status"),
    [
        (None, 415),
        ("text/plain", 415),
        ("application/x-www-form-urlencoded", 415),
        ("application/json; charset=latin-1", 415),
        ("application/jsonp", 415),
        ("application/json; charset=utf-8", 201),
        ("APPLICATION/JSON", 201),
    ],
)
def test_only_json_is_taken(receiver: Receiver, source: str, content_type: str | None, status: int) -> None:
    headers = {"X-RIFT-SECRET": SECRET} | ({"Content-Type": content_type} if content_type else {})
    body = json.dumps(EVENT | {"source": source}).encode()
    assert receiver.client.post(DOOR, content=body, headers=headers).status_code == status


@pytest.mark.parametrize("chunked", [False, True])
def test_bodies_are_taken_up_to_the_limit(receiver: Receiver, source: str, chunked: bool) -> None:
    for size, status in [(64 * 1024, 201), (64 * 1024 + 1, 413)]:
        body = json.dumps(EVENT | {"source": source, "external_id": f"{size}"}).encode().ljust(size)
        content = iter([body[:1000], body[1000:]]) if chunked else body
        assert receiver.client.post(DOOR, content=content, headers=HEADERS).status_code == status


@pytest.mark.parametrize("door", [DOOR, BATCH])
def test_an_endless_body_is_cut_off_and_memory_stays_flat(receiver: Receiver, door: str) -> None:
    status = f"/proc/{receiver.process.pid}/status"

    def peak_kilobytes() -> int:
        with open(status, encoding="ascii") as lines:  # noqa: PTH123 -- no file, a process
            return int(next(line for line in lines if line.startswith("VmHWM")).split()[1])

    before = peak_kilobytes()
    head = f"POST {door} HTTP/1.1\r\nHost: x\r\nX-RIFT-SECRET: {SECRET}\r\nContent-Type: application/json\r\n"
    chunk = b"10000\r\n" + b" " * 65536 + b"\r\n"
    with socket.create_connection(("127.0.0.1", receiver.port), timeout=5) as connection:
        connection.sendall(head.encode() + b"Transfer-Encoding: chunked\r\n\r\n")
        with pytest.raises(OSError, match=r"(?i)reset|broken pipe"):
            connection.sendall(chunk * 2000)
    assert peak_kilobytes() - before < 8 * 1024


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD"])
def test_other_methods_are_refused(receiver: Receiver, method: str) -> None:
    answer = receiver.client.request(method, DOOR)
    assert answer.status_code == 405
    assert answer.headers["Allow"] == "POST"


def test_browsers_of_other_origins_are_refused_unless_configured(
    receiver: Receiver, start_receiver: Callable[..., Any], door_database: Database
) -> None:
    ask = {"Origin": "https://hud.example", "Access-Control-Request-Method": "POST"}
    assert "access-control-allow-origin" not in receiver.client.options(DOOR, headers=ask).headers
    with start_receiver(door_database, CORS_ORIGINS="https://hud.example") as configured:
        allowed = configured.client.options(DOOR, headers=ask)
        assert allowed.headers["access-control-allow-origin"] == "https://hud.example"
        other = configured.client.options(DOOR, headers=ask | {"Origin": "https://other.example"})
        assert "access-control-allow-origin" not in other.headers


def test_the_log_has_a_line_a_request_and_cannot_be_forged(receiver: Receiver) -> None:
    receiver.client.get("/no/such%0a2026%20INFO%20forged?token=in-the-query")
    time.sleep(0.1)
    log = receiver.log.read_text()
    assert re.search(r"GET /no/such%0a2026%20INFO%20forged 404 \d+\.\d ms$", log, re.MULTILINE)
    assert "in-the-query" not in log


@pytest.mark.parametrize(("door", "landed"), [(DOOR, {"200", "201"}), (BATCH, {"200"})])
def test_the_openapi_document_declares_every_answer(receiver: Receiver, door: str, landed: set[str]) -> None:
    document = receiver.get("/openapi.json").json()
    operation = document["paths"][door]["post"]
    assert set(operation["responses"]) == landed | {"401", "405", "408", "413", "415", "422", "429", "503"}
    assert operation["security"] == [
        {"webhookSecret": []},
        {"webhookId": [], "webhookTimestamp": [], "webhookSignature": []},
    ]
    assert {name for way in operation["security"] for name in way} < set(document["components"]["securitySchemes"])
    named = re.findall('"#/components/schemas/([^"]+)"', json.dumps(document))
    assert set(named) <= set(document["components"]["schemas"])
    for status, answer in operation["responses"].items():
        content = answer["content"]["application/json"]
        model = content["schema"]["$ref"].rsplit("/", 1)[1]
        assert set(document["components"]["schemas"][model]["required"]) <= set(content["example"]), status
    assert {"/api/v1/health", "/api/v1/health/live", "/api/v1/health/ready"} <= set(document["paths"])


def test_headers_are_not_logged(receiver: Receiver) -> None:
    token = base64.b64encode(f"user:{SECRET}".encode()).decode()
    httpx.get(receiver.url + "/api/v1/health/live", headers={"Authorization": f"Basic {token}"})
    assert token not in receiver.log.read_text()
