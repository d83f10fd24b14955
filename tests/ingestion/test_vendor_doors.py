"""The vendors' doors: who is let in, what is stored of whatever is sent, and what a copy is."""

import base64
import json
import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any

import psycopg2
import pytest

from ingestion.sources.interpreting import interpret_pending
from ingestion.webhooks.vendors.signatures import SCHEMES, Delivery, SignatureError, is_signed
from tests.conftest import Database, Warehouse
from tests.ingestion.conftest import Receiver, running_receiver
from tests.ingestion.deliveries import (
    KEY,
    NOOKS_KEY,
    OLD_KEY,
    PUBLIC_URL,
    SETTINGS,
    VENDORS,
    answer,
    body_of,
    deliver,
    item,
    key_of,
    path_of,
    sample,
    sign,
)

OUTREACH_CALL = "950b752918f547305043b452e2280929acde60b244d49773cc8a1eb646808f8e"
OUTREACH_MAILING = "df19e8e85d4fbfbddd41235ff360164db5087ce8b61751dc2b1a264861c2bdad"
SALESLOFT = "0c682c5195239d35b36cefa8eba528463a4822d6"
NOOKS = "t=1768230487103,s=wJAxqPXLhTB2N1KME0HQ0aN6RbnO/l+l7Xr22+ubKZs="
HUBSPOT = "oowEhCykG41H1i921/atOv+2gXMRvEEd5SUFAfZle5I="
CALENDLY = "t=1768230540,v1=5b4010d2772fb0cf4c67f9bc90ba5f9dd23b88ffd3334e6af9a5e6ab9c9f925b"
SENT_AT = 1768230487.0
# The samples as their vendors sent them: file, headers, and when.
SAMPLES = [
    ("outreach", "outreach_call_created.json", {b"outreach-webhook-signature": OUTREACH_CALL}, 0.0),
    ("outreach", "outreach_mailing_delivered.json", {b"outreach-webhook-signature": OUTREACH_MAILING}, 0.0),
    ("nooks", "nooks_call_logged.json", {b"x-webhook-signature": NOOKS}, SENT_AT),
    (
        "hubspot",
        "hubspot_batch.json",
        {b"x-hubspot-request-timestamp": "1768230426000", b"x-hubspot-signature-v3": HUBSPOT},
        SENT_AT,
    ),
    ("salesloft", "salesloft_meeting_booked.json", {b"x-salesloft-signature": SALESLOFT}, 0.0),
    ("calendly", "calendly_invitee_created.json", {b"calendly-webhook-signature": CALENDLY}, SENT_AT),
]
ROWS = """
select external_id, event_type, verified_by, payload::text, user_id, occurred_at, reverses
from raw.webhook_events where door = source and source = %s and external_id like %s order by raw_id
"""
REJECTED = """
select reason, verified_by, source, body from raw.rejected_events where door = %s and body = %s order by landed_at
"""


@pytest.fixture(scope="module")
def doors(door_database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Receiver]:
    """A receiver with a door for each vendor."""
    folder = tmp_path_factory.mktemp("doors")
    # The limit is on wrong signatures, too.
    settings = SETTINGS | {"RIFT_PUBLIC_URL": f"{PUBLIC_URL}/", "RATE_LIMIT_PER_MINUTE": "100000"}
    with running_receiver(door_database.dsn("ingest"), door_database.dsn("hud"), folder, **settings) as running:
        yield running


def is_let_in(vendor: str, body: bytes, headers: dict[bytes, str], now: float, *keys: str) -> bool:
    scheme = SCHEMES[vendor]
    signature = scheme.read([(name, value.encode()) for name, value in headers.items()], now)
    delivery = Delivery(b"POST", [f"{PUBLIC_URL}{path_of(vendor)}".encode()], body)
    return is_signed(scheme, [key.encode() for key in keys], signature, delivery)


@pytest.mark.parametrize(("vendor", "file", "headers", "now"), SAMPLES)
def test_each_sample_is_let_in_with_its_own_signature(
    vendor: str, file: str, headers: dict[bytes, str], now: float
) -> None:
    body = sample(file)
    assert is_let_in(vendor, body, headers, now, OLD_KEY, key_of(vendor))
    assert not is_let_in(vendor, body, headers, now, OLD_KEY)
    for position in (0, len(body) // 2, len(body) - 1):
        altered = body[:position] + bytes([body[position] ^ 1]) + body[position + 1 :]
        assert not is_let_in(vendor, altered, headers, now, key_of(vendor))
    assert not is_let_in(vendor, body + b"\n", headers, now, key_of(vendor))


@pytest.mark.parametrize(("vendor", "tolerance"), [("nooks", 300), ("hubspot", 300), ("calendly", 180)])
def test_a_time_is_believed_for_some_minutes_both_ways(vendor: str, tolerance: int) -> None:
    headers = next(headers for one, _, headers, now in SAMPLES if one == vendor and now)
    signed_at = {"nooks": 1768230487.103, "hubspot": 1768230426.0, "calendly": 1768230540.0}[vendor]
    body = sample(next(file for one, file, _, now in SAMPLES if one == vendor and now))
    for apart in (-tolerance + 0.5, tolerance - 0.5):
        assert is_let_in(vendor, body, headers, signed_at + apart, key_of(vendor))
    for apart in (-tolerance - 0.5, tolerance + 0.5):
        with pytest.raises(SignatureError):
            is_let_in(vendor, body, headers, signed_at + apart, key_of(vendor))


def test_each_sample_is_stored_whole_and_a_replay_is_a_copy(doors: Receiver, door_database: Database) -> None:
    for vendor, file, _, _ in SAMPLES:
        body = sample(file)
        count = 2 if vendor == "hubspot" else 1
        first = deliver(doors, vendor, body)
        assert (first.status_code, first.json()) == (200, answer(landed=count))
        assert deliver(doors, vendor, body).json() == answer(duplicates=count)
    expected = [
        ("outreach", "call:90871", "call.created"),
        ("outreach", "mailing:7781", "mailing.delivered"),
        ("nooks", "call:c-7f3d2a1b", "call.logged"),
        ("hubspot", "0-48:88123", "object.creation"),
        ("hubspot", "0-47:99001", "object.propertyChange"),
        ("salesloft", "meeting:1", "meeting_booked"),
        ("calendly", "invitee:https://api.calendly.com/scheduled_events/EV1/invitees/IN1", "invitee.created"),
    ]
    for source, object_key, event_type in expected:
        [row] = door_database.execute(ROWS, source, object_key)
        assert (row[1], row[2], row[4:]) == (event_type, "signature", (None, None, None))
        if source == "hubspot":
            assert row[3] in sample("hubspot_batch.json").decode()
            assert str(json.loads(row[3])["objectId"]) == object_key.partition(":")[2]
        else:
            assert row[3].encode() in {sample(file) for one, file, _, _ in SAMPLES if one == source}
    [(copies,)] = door_database.execute(
        "select count(*) from raw.rejected_events where reason = 'duplicate' and door = 'nooks' and body = %s",
        sample("nooks_call_logged.json"),
    )
    assert copies == 1


@pytest.mark.parametrize("vendor", VENDORS)
def test_who_has_not_signed_is_refused(doors: Receiver, door_database: Database, vendor: str) -> None:
    body = body_of(vendor, "never")
    good = sign(vendor, body)
    names = [name for name in good if name != "x-salesloft-event"]
    attempts: list[dict[str, str]] = [sign(vendor, body, key="a-wrong-key-of-somebody"), sign(vendor, body + b" "), {}]
    for name in names:
        attempts += [
            {other: value for other, value in good.items() if other != name},
            *(good | {name: value} for value in ("", "0", "t=,s=", "t=1", "%%%", "=" * 64, good[name] + "0")),
            good | {name: good[name][:-2]},
            good | {name: f"{good[name]}, {good[name]}"},
            good | {name: good[name].replace("t=", "t=-").replace("v1=", "v0=")[::-1]},
        ]
    for headers in attempts:
        refused = deliver(doors, vendor, body, headers)
        assert (refused.status_code, refused.json()["error"]) == (401, "unauthorized"), headers
        assert refused.headers["WWW-Authenticate"]
    for name in names:
        twice = [*good.items(), (name, good[name])]
        assert doors.client.post(path_of(vendor), content=body, headers=twice).status_code == 401
        for odd in (b"\xff" * 64, good[name].encode() + b"\xe9"):
            raw = [(one.encode(), odd if one == name else value.encode()) for one, value in good.items()]
            assert doors.client.post(path_of(vendor), content=body, headers=raw).status_code == 401
    in_query = doors.client.post(f"{path_of(vendor)}?signature={good[names[0]]}", content=body)
    assert in_query.status_code == 401
    assert door_database.execute(ROWS, vendor, "%never") == []
    assert doors.get(path_of(vendor)).status_code == 405
    assert door_database.execute(REJECTED, vendor, body) == []
    assert "Traceback" not in doors.log.read_text()


@pytest.mark.parametrize(("vendor", "tolerance"), [("nooks", 300), ("hubspot", 300), ("calendly", 180)])
def test_old_and_future_deliveries_are_refused(doors: Receiver, vendor: str, tolerance: int) -> None:
    body = body_of(vendor, f"late-{vendor}")
    for ago in (tolerance + 5, -tolerance - 5):
        assert deliver(doors, vendor, body, sign(vendor, body, ago=ago)).status_code == 401
    assert deliver(doors, vendor, body, sign(vendor, body, ago=tolerance - 20)).json() == answer(landed=1)


@pytest.mark.parametrize("vendor", VENDORS)
def test_both_keys_are_valid_while_one_is_being_retired(doors: Receiver, vendor: str) -> None:
    old, new = body_of(vendor, "rotated-old"), body_of(vendor, "rotated-new")
    assert deliver(doors, vendor, old, sign(vendor, old, key=OLD_KEY)).json() == answer(landed=1)
    assert deliver(doors, vendor, new).json() == answer(landed=1)


def test_a_retired_key_is_refused_and_a_vendor_without_one_has_no_door(
    start_receiver: Callable[..., Any], door_database: Database
) -> None:
    body = body_of("calendly", "retired")
    with start_receiver(door_database, WEBHOOK_SECRET_CALENDLY=KEY) as receiver:
        assert deliver(receiver, "calendly", body, sign("calendly", body, key=OLD_KEY)).status_code == 401
        for vendor in {*VENDORS, "unheard-of"} - {"calendly"}:
            assert receiver.client.post(path_of(vendor), content=b"{}").status_code == 404


def test_wrong_signatures_are_limited_and_right_ones_never(
    start_receiver: Callable[..., Any], door_database: Database
) -> None:
    with start_receiver(door_database, **SETTINGS, RATE_LIMIT_PER_MINUTE="5") as receiver:
        for number in range(30):
            body = body_of("outreach", f"flood-{number}")
            assert deliver(receiver, "outreach", body).status_code == 200
        wrong = [deliver(receiver, "outreach", b"{}", {"Outreach-Webhook-Signature": "00" * 32}) for _ in range(12)]
        assert [one.status_code for one in wrong] == [401] * 5 + [429] * 7
        assert int(wrong[-1].headers["Retry-After"]) >= 1
        body = body_of("outreach", "after the flood")
        assert deliver(receiver, "outreach", body).json() == answer(landed=1)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "invalid_json"),
        (b"null", "not_an_object"),
        (b'"text"', "not_an_object"),
        (b'{"data": {"type": "call"', "invalid_json"),
        (b'{"data": {}, "data": {"type": "call", "id": 1}}', "duplicate_key"),
        (b'{"data": {"type": "call", "id": NaN}}', "invalid_number"),
        (b'{"data": {"type": "call", "id": 1e400}}', "invalid_number"),
        (b'{"data": {"type": "call", "id": 1, "note": "\\u0000"}}', "nul_character"),
        (b'{"data": {"type": "call", "id": 1, "note": "\\ud800"}}', "lone_surrogate"),
        (b'{"data": {"type": "call", "id": 1, "note": "\xff"}}', "invalid_encoding"),
        (b'{"data": {"type": "call", "id": 1}, "deep": ' + b"[" * 40 + b"]" * 40 + b"}", "too_deep"),
        (b"[" * 100_000, "too_deep"),
        (b"{}", "no_identity"),
        (b'{"data": {"type": "call", "id": true}}', "no_identity"),
        (b'{"data": {"type": "call", "id": 1.5}}', "no_identity"),
        (b'{"data": {"type": "call", "id": " "}}', "no_identity"),
        (b'{"data": {"type": ["call"], "id": 7}}', "no_identity"),
        (b'{"data": {"type": "call", "id": "' + b"x" * 600 + b'"}}', "no_identity"),
        (b'{"data": {"type": "call", "id": "a\\u0007b"}}', "no_identity"),
    ],
)
def test_what_cannot_be_read_is_accepted_and_kept(
    doors: Receiver, door_database: Database, body: bytes, reason: str
) -> None:
    answered = deliver(doors, "outreach", body)
    assert (answered.status_code, answered.json()) == (200, answer(rejected=1))
    # Whatever else sent the same.
    kept = door_database.execute(REJECTED, "outreach", body)
    assert (kept[-1][:3], bytes(kept[-1][3])) == ((reason, "signature", "outreach"), body)


def test_whatever_is_signed_is_stored_as_it_is(doors: Receiver, door_database: Database) -> None:
    notes = "'; drop table raw.webhook_events; -- {{ 7 * 7 }} $(id) <script>alert(1)</script> 🎯"
    body = json.dumps(item("outreach", "literal", notes=notes, big=2**80, odd=[1.50, 1e5]), ensure_ascii=False).encode()
    spaced = b" \n" + body + b"\n "
    assert deliver(doors, "outreach", spaced).json() == answer(landed=1)
    assert [row[3].encode() for row in door_database.execute(ROWS, "outreach", "call:literal")] == [spaced]


def test_a_body_may_be_a_mebibyte_and_no_more(doors: Receiver) -> None:
    limit = 1024 * 1024
    body = body_of("calendly", "large", note="")
    largest = body.replace(b'"note": ""', b'"note": "%s"' % (b"x" * (limit - len(body))))
    assert len(largest) == limit
    assert deliver(doors, "calendly", largest).json() == answer(landed=1)
    for larger in (largest + b" ", largest * 3):
        refused = deliver(doors, "calendly", larger)
        assert (refused.status_code, refused.json()["error"]) == (413, "body_too_large")

    def chunks() -> Iterator[bytes]:
        yield from (largest[start : start + 65536] for start in range(0, limit, 65536))
        yield b" "

    chunked = doors.client.post(path_of("calendly"), content=chunks(), headers=sign("calendly", largest))
    assert chunked.status_code == 413


def test_nooks_may_ask_whether_we_are_there(doors: Receiver, door_database: Database) -> None:
    count = "select (select count(*) from raw.webhook_events) + (select count(*) from raw.rejected_events)"
    before = door_database.execute(count)
    for ping in (b"", b"{}", b'{"event": "ping"}'):
        pinged = doors.client.post(path_of("nooks"), content=ping)
        assert (pinged.status_code, pinged.json()["status"]) == (200, "ping")
    for no_ping in (body_of("nooks", "unsigned"), b'{"callData": null}', b"[]", b"{", b'"ping"'):
        assert doors.client.post(path_of("nooks"), content=no_ping).status_code == 401
    assert doors.client.post(path_of("nooks"), content=b"{}", headers={"x-webhook-signature": ""}).status_code == 401
    assert doors.client.post(path_of("outreach"), content=b"{}").status_code == 401
    assert door_database.execute(count) == before


def test_each_item_of_hubspot_is_stored_on_its_own(doors: Receiver, door_database: Database) -> None:
    parts = [
        b'{ "objectId" : 7001,"objectTypeId":"0-48", "subscriptionType":"object.creation","attemptNumber":0,"x":1.50}',
        b'{"objectId":7002,"objectTypeId":"0-47","attemptNumber":0,"objectId":7003}',
        b"7",
        b'{"objectId":7004,"subscriptionType":"contact.creation","text":"],[ \\" }"}',
    ]
    body = b"[ " + b" ,\n".join(parts) + b"\t] "
    assert deliver(doors, "hubspot", body).json() == answer(landed=2, rejected=2)
    assert [row[3].encode() for row in door_database.execute(ROWS, "hubspot", "0-48:7001")] == [parts[0]]
    assert [row[3].encode() for row in door_database.execute(ROWS, "hubspot", "contact:7004")] == [parts[3]]
    assert [row[0] for row in door_database.execute(REJECTED, "hubspot", parts[1])] == ["duplicate_key"]
    # The vendor tries again, and says so; another notification of one object is no copy.
    again = parts[0].replace(b'"attemptNumber":0', b'"attemptNumber":3')
    more = parts[0].replace(b"1.50", b"1.51")
    assert deliver(doors, "hubspot", b"[" + again + b"," + more + b"," + again + b"]").json() == answer(1, 2)
    assert deliver(doors, "hubspot", b"[]").json() == answer(rejected=1)
    many = b"[" + b",".join([b"1"] * 1001) + b"]"
    assert deliver(doors, "hubspot", many).json() == answer(rejected=1)


def test_hubspot_signs_the_address_that_it_called(
    start_receiver: Callable[..., Any], doors: Receiver, door_database: Database
) -> None:
    with start_receiver(door_database, **SETTINGS) as receiver:
        for number, scheme in enumerate(("http", "https")):
            body = body_of("hubspot", f"host-{number}")
            uri = f"{scheme}://127.0.0.1:{receiver.port}{path_of('hubspot')}"
            assert deliver(receiver, "hubspot", body, sign("hubspot", body, uri=uri)).json() == answer(landed=1)
        other = sign("hubspot", body, uri=f"https://elsewhere.example.com{path_of('hubspot')}")
        assert deliver(receiver, "hubspot", body, other).status_code == 401
    # Where the public address is known, no other is believed, whatever the Host header says.
    body = body_of("hubspot", "public")
    uri = f"http://127.0.0.1:{doors.port}{path_of('hubspot')}"
    assert deliver(doors, "hubspot", body, sign("hubspot", body, uri=uri)).status_code == 401
    for number, query in enumerate(("?a=b", "?to=a%3Ab%2Fc")):
        body = body_of("hubspot", f"query-{number}")
        spelled = query.replace("%3A", ":").replace("%2F", "/")
        headers = sign("hubspot", body, uri=f"{PUBLIC_URL}{path_of('hubspot')}{spelled}")
        sent = doors.client.post(path_of("hubspot") + query, content=body, headers=headers)
        assert sent.json() == answer(landed=1)


@pytest.mark.parametrize(
    ("vendor", "copy", "news"),
    [
        ("outreach", {}, {"type": "task"}),
        ("nooks", {}, {"disposition": {"name": "Connected"}}),
        ("hubspot", {"attemptNumber": 5}, {"propertyValue": "COMPLETED"}),
        ("salesloft", {}, {"no_show": True}),
        ("calendly", {"status": "canceled"}, {"uri": "https://api.calendly.com/another"}),
    ],
)
def test_a_retry_is_a_copy_and_news_is_not(
    doors: Receiver, vendor: str, copy: dict[str, Any], news: dict[str, Any]
) -> None:
    name = f"retried-{vendor}"
    assert deliver(doors, vendor, body_of(vendor, name)).json() == answer(landed=1)
    assert deliver(doors, vendor, body_of(vendor, name, **copy)).json() == answer(duplicates=1)
    assert deliver(doors, vendor, body_of(vendor, name, **news)).json() == answer(landed=1)


def test_of_many_simultaneous_copies_one_lands(doors: Receiver, door_database: Database) -> None:
    bodies = [body_of("nooks", f"storm-{number % 5}") for number in range(60)]
    with ThreadPoolExecutor(20) as pool:
        answers = [one.json() for one in pool.map(lambda body: deliver(doors, "nooks", body), bodies)]
    assert sum(one["landed"] for one in answers) == 5
    assert sum(one["duplicates"] for one in answers) == 55
    assert len(door_database.execute(ROWS, "nooks", "call:storm-%")) == 5


def test_an_update_of_outreach_is_news_each_time(doors: Receiver) -> None:
    update = item("outreach", "updated")
    update["meta"]["eventName"] = "call.updated"
    assert deliver(doors, "outreach", json.dumps(update).encode()).json() == answer(landed=1)
    assert deliver(doors, "outreach", json.dumps(update).encode()).json() == answer(duplicates=1)
    update["data"]["attributes"]["outcome"] = "Answered"
    assert deliver(doors, "outreach", json.dumps(update).encode()).json() == answer(landed=1)


@pytest.mark.parametrize(
    ("starts", "object_type", "first"),
    [("2026-01-14T17:00:00Z", "meeting", "call_created"), (None, "other", "meeting_booked"), ("", "meeting", "")],
)
def test_what_salesloft_does_not_sign_makes_neither_a_meeting_nor_a_second_row(
    doors: Receiver, door_database: Database, starts: str | None, object_type: str, first: str
) -> None:
    name = f"named-{starts}"
    body = body_of("salesloft", name, start_time=starts)
    good = sign("salesloft", body)
    assert deliver(doors, "salesloft", body, good | {"x-salesloft-event": first}).json() == answer(landed=1)
    for header in ("meeting_booked", "call_data_record_created", "anything", ""):
        again = deliver(doors, "salesloft", body, good | {"x-salesloft-event": header})
        assert again.json() == answer(duplicates=1)
    found = door_database.execute(ROWS, "salesloft", f"%:{name}")
    assert [row[:2] for row in found] == [(f"{object_type}:{name}", first or None)]


def test_an_item_that_the_database_refuses_is_kept(doors: Receiver, door_database: Database) -> None:
    rule = "alter table raw.webhook_events add constraint refused check (external_id <> 'call:refused') not valid"
    door_database.execute(rule)
    try:
        body = body_of("nooks", "refused")
        refused = deliver(doors, "nooks", body)
    finally:
        door_database.execute("alter table raw.webhook_events drop constraint refused")
    assert (refused.status_code, refused.json()) == (200, answer(rejected=1))
    assert [row[:3] for row in door_database.execute(REJECTED, "nooks", body)] == [("unstorable", "signature", "nooks")]


def test_what_an_item_means_is_asked_for_in_its_transaction(
    database: Database, start_receiver: Callable[..., Any]
) -> None:
    database.execute("""
        create table staging.asked (source text, object_key text);
        grant insert on staging.asked to rift_ingest;
        create function staging.interpret_objects(sources text[], object_keys text[]) returns void
        language plpgsql as $$
        begin
            if 'call:slow' = any(object_keys) then perform pg_sleep(5); end if;
            if 'call:fails' = any(object_keys) then raise exception 'no'; end if;
            insert into staging.asked select * from unnest(sources, object_keys);
        end $$
    """)
    with start_receiver(database, **SETTINGS) as receiver:
        for name in ("a", "a", "slow", "fails", "b"):
            assert deliver(receiver, "nooks", body_of("nooks", name)).status_code == 200
        log = receiver.log.read_text()
    assert database.execute("select * from staging.asked") == [("nooks", "call:a"), ("nooks", "call:b")]
    assert len(database.execute(ROWS, "nooks", "%")) == 4
    assert log.count("landed without their meaning") == 2


def test_the_doors_are_in_the_openapi_document(doors: Receiver) -> None:
    document = doors.get("/openapi.json").json()
    door = document["paths"]["/api/v1/webhook/{source}"]["post"]
    assert door["parameters"][0]["schema"]["enum"] == list(VENDORS)
    assert set(door["responses"]) == {"200", "401", "404", "405", "408", "413", "429", "503"}
    assert "/api/v1/webhook/ingest" in document["paths"]


def test_neither_key_nor_body_is_logged(doors: Receiver) -> None:
    body = body_of("nooks", "secret-name-of-somebody")
    signature = sign("nooks", body)
    deliver(doors, "nooks", body, signature)
    log = doors.log.read_text()
    for secret in (KEY, NOOKS_KEY, OLD_KEY, "secret-name-of-somebody", signature["x-webhook-signature"]):
        assert secret not in log


def test_a_client_that_leaves_or_lies_about_its_length_harms_nobody(doors: Receiver) -> None:
    body = body_of("outreach", "gone")
    headers = "".join(f"{name}: {value}\r\n" for name, value in sign("outreach", body).items())
    for length, sent in [(len(body), body[:10]), (10**9, body)]:
        with socket.create_connection(("127.0.0.1", doors.port)) as connection:
            head = f"POST {path_of('outreach')} HTTP/1.1\r\nHost: x\r\n{headers}Content-Length: {length}\r\n\r\n"
            connection.sendall(head.encode() + sent)
    assert doors.post({"source": "after", "event_type": "call_dial"}).status_code in {200, 201}


def test_base64_of_another_length_or_spelling_is_no_signature() -> None:
    scheme = SCHEMES["hubspot"]
    for mac in (b"x" * 31, b"x" * 33, b""):
        headers = [
            (b"x-hubspot-request-timestamp", b"1768230426000"),
            (b"x-hubspot-signature-v3", base64.b64encode(mac)),
        ]
        with pytest.raises(SignatureError):
            scheme.read(headers, 1768230426.0)


def test_nobody_waits_while_all_that_vendors_said_is_read_anew(
    warehouse: Warehouse, start_receiver: Callable[..., Any]
) -> None:
    took = []
    with start_receiver(warehouse, **SETTINGS) as receiver, closing(psycopg2.connect(warehouse.owner_dsn)) as owner:
        owner.cursor().execute("select pg_advisory_xact_lock(hashtext('interpret vendors'))")
        for number in range(8):
            began = time.monotonic()
            assert deliver(receiver, "nooks", body_of("nooks", f"beside-{number}")).json() == answer(landed=1)
            dial = {"source": "beside", "event_type": "call_dial", "user_id": "ann", "external_id": str(number)}
            assert receiver.post(dial).status_code == 201
            took.append(time.monotonic() - began)
        owner.rollback()
    assert sorted(took)[len(took) // 2] < 0.3
    dials = "select source, count(*) from marts.fct_sales_events where event_type = 'call_dial' group by 1 order by 1"
    assert warehouse.execute(dials) == [("beside", 8)]
    with closing(psycopg2.connect(warehouse.dsn("ingest"))) as connection:
        connection.autocommit = True
        interpret_pending(connection.cursor())
    assert warehouse.execute(dials) == [("beside", 8), ("nooks", 8)]
