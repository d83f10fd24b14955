"""Rejected events: found, shown, and landed once when what they lacked is there."""

import json
import uuid
from base64 import b64decode
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg2
import pytest

from ingestion.rejected.listing import Filter
from ingestion.rejected.reading import Reading
from ingestion.rejected.replaying import Replayed, replay, replay_waiting
from ingestion.webhooks.items import Origin, read_item
from ingestion.webhooks.session import Session
from tests.conftest import Database
from tests.ingestion.conftest import HEADERS, SECRET, Receiver, running_receiver
from tests.ingestion.deliveries import SETTINGS, answer, body_of, deliver

ADMIN = "admin-secret-of-the-rejected-event-tests"
PATH = "/api/v1/rejected"
RULE = """
insert into raw.gamification_rules (event_type, gold_value, xp_value, rank_points, effective_from, changed_by)
values (%s, 7, 9, 0, '-infinity', 'test')
"""
LANDED = """
select raw_id::text, user_id, received_at, verified_by, external_id from raw.webhook_events
where source = %s order by raw_id
"""
KEEP = """
insert into raw.rejected_events (
    rejected_id, door, source, reason, detail, body, verified_by, received_at, event_type, external_id
)
values (%s, %s, %s, %s, 'as the test says', %s, %s, %s, %s, %s)
"""
READING = Reading("sdr-001", 64 * 1024)
LONG_AGO = datetime(2026, 3, 9, 22, 59, 30, tzinfo=UTC)


def keep(
    database: Database,
    body: bytes,
    door: str = "canonical",
    reason: str = "unknown_event_type",
    verified_by: str = "secret",
    event_type: str | None = None,
    external_id: str | None = None,
) -> str:
    """Put a rejected event into raw, as a door does; returns its id."""
    rejected_id = str(uuid.uuid4())
    source = None if door == "canonical" else door
    values = (rejected_id, door, source, reason, body, verified_by, LONG_AGO, event_type, external_id)
    database.execute(KEEP, *values, role="ingest")
    return rejected_id


def event(source: str, **changes: Any) -> bytes:
    return json.dumps({"source": source, "event_type": "demo_held", "metadata": {"n": 1}} | changes).encode()


def replayed(database: Database, *ids: str) -> list[Replayed]:
    return list(replay(database.dsn("ingest"), ids, READING))


def results(database: Database, *ids: str) -> list[str]:
    return [one.result for one in replayed(database, *ids)]


def test_an_event_lands_once_a_rule_for_its_type_is_there(database: Database, source: str) -> None:
    ids = [keep(database, event(source, user_id="ann"), verified_by="import"), keep(database, event(source))]
    first, _ = replayed(database, *ids)
    assert (first.result, first.detail.partition(":")[0]) == ("refused", "unknown_event_type")
    assert database.execute(LANDED, source) == []
    assert database.execute("select count(*) from raw.rejected_events") == [(2,)]
    database.execute(RULE, "demo_held")
    landed = replayed(database, *ids)
    assert [one.result for one in landed] == ["landed", "landed"]
    rows = database.execute(LANDED, source)
    assert [row[0] for row in rows] == [raw_id for one in landed for raw_id in one.raw_ids]
    assert [row[1:4] for row in rows] == [("ann", LONG_AGO, "import"), ("sdr-001", LONG_AGO, "secret")]
    assert results(database, *ids) == ["replayed_before", "replayed_before"]
    assert len(database.execute(LANDED, source)) == 2
    assert database.execute("select count(*) from raw.rejected_events where replayed_at is null") == [(0,)]


def test_what_landed_otherwise_meanwhile_is_not_landed_again(database: Database, source: str) -> None:
    database.execute(RULE, "demo_held")
    named = event(source, external_id="4711")
    ids = [keep(database, named), keep(database, named), keep(database, b"{", reason="invalid_json")]
    assert results(database, *ids) == ["landed", "duplicate", "refused"]
    [(raw_id, *_)] = database.execute(LANDED, source)
    assert replayed(database, ids[1])[0].result == "replayed_before"
    # That it was a copy is told, and is no rejected event of its own.
    assert database.execute("select count(*) from raw.rejected_events") == [(3,)]
    another = keep(database, named)
    assert replayed(database, another)[0].raw_ids == [raw_id]


def test_what_a_header_called_an_event_is_remembered(database: Database, source: str) -> None:
    """A webhook-id is the external_id of an event that has none; after a replay, too."""
    receipt = Origin(LONG_AGO, "sdr-001", "signature", "msg_1")
    session = Session(database.dsn("ingest"))
    session.outcomes([read_item(event(source), receipt), read_item(b"{", receipt)])
    session.close()
    ids = [row[0] for row in database.execute("select rejected_id::text from raw.rejected_events order by reason desc")]
    database.execute(RULE, "demo_held")
    assert results(database, *ids) == ["landed", "refused"]
    assert [row[3:] for row in database.execute(LANDED, source)] == [("signature", "msg_1")]
    assert database.execute("select distinct external_id from raw.rejected_events") == [("msg_1",)]


def test_what_was_too_large_lands_only_when_it_may_be_as_large(database: Database, source: str) -> None:
    database.execute(RULE, "demo_held")
    large = event(source, metadata={"note": "x" * 64 * 1024})
    one = keep(database, large, reason="body_too_large")
    [refused] = replayed(database, one)
    assert (refused.result, refused.detail.partition(":")[0]) == ("refused", "body_too_large")
    assert database.execute(LANDED, source) == []
    [landed] = replay(database.dsn("ingest"), [one], Reading("sdr-001", len(large)))
    assert landed.result == "landed"


def test_the_body_of_a_batch_is_read_as_one(database: Database, source: str) -> None:
    """Its events take their names from the message, as at the door."""
    database.execute(RULE, "demo_held")
    body = b" [%s, %s, 7]" % (event(source), event(source, external_id="mine"))
    ids = [
        keep(database, body, reason="too_deep", verified_by="signature", external_id="msg_1"),
        keep(database, event(source, external_id="alone"), reason="not_an_array"),
        keep(database, b"[%s]" % event(source, external_id="in an array"), reason="not_an_object"),
        keep(database, b"[" + b"7," * 1000 + event(source) + b"]", reason="too_many_items"),
    ]
    assert results(database, *ids) == ["landed", "refused", "refused", "refused"]
    assert [row[3:] for row in database.execute(LANDED, source)] == [("signature", "msg_1/0"), ("signature", "mine")]
    kept = database.execute("select body, external_id from raw.rejected_events where reason = 'not_an_object'")
    assert (b"7", "msg_1/2") in [(bytes(text), name) for text, name in kept]


def test_a_copy_and_an_unknown_id_hold_nothing_to_land(database: Database, source: str) -> None:
    database.execute(RULE, "demo_held")
    copy = keep(database, event(source), reason="duplicate")
    assert results(database, copy, str(uuid.uuid4())) == ["copy", "unknown"]
    assert list(replay_waiting(database.dsn("ingest"), Filter(), READING)) == []
    assert database.execute(LANDED, source) == []


def test_reversals_and_times_are_judged_as_of_when_they_arrived(database: Database, source: str) -> None:
    ahead = (LONG_AGO + timedelta(days=2)).isoformat()
    ids = [
        keep(database, event(source, event_type="meeting_booked", external_id="m"), reason="too_deep"),
        keep(database, event(source, event_type="meeting_cancelled", reverses="m"), reason="too_deep"),
        keep(database, event(source, event_type="call_dial", occurred_at=ahead), reason="occurred_at_in_future"),
    ]
    assert results(database, *ids) == ["landed", "landed", "refused"]


@pytest.mark.parametrize("vendor", ["outreach", "nooks", "hubspot", "salesloft", "calendly"])
def test_a_vendors_item_lands_as_of_when_it_arrived(database: Database, vendor: str) -> None:
    body = body_of(vendor, "late")
    name = "call_created" if vendor == "salesloft" else None
    one = keep(database, body, vendor, "too_deep", "signature", name)
    [landed] = replayed(database, one)
    assert landed.result == "landed"
    [row] = database.execute(LANDED, vendor)
    assert row[:4] == (landed.raw_ids[0], None, LONG_AGO, "signature")
    assert row[4] == {"hubspot": "0-48:late", "salesloft": "meeting:late"}.get(vendor, row[4])
    assert results(database, one) == ["replayed_before"]
    assert results(database, keep(database, body, vendor, "too_deep", "signature", name)) == ["duplicate"]
    assert results(database, keep(database, b"{}", vendor), keep(database, b"{}", "gone")) == ["refused", "refused"]


def test_what_cannot_be_read_of_a_delivery_waits_on_its_own(database: Database) -> None:
    whole = keep(database, b'[{"objectId": 1, "objectTypeId": "0-48"}, 7]', "hubspot", "invalid_json", "signature")
    [landed] = replayed(database, whole)
    assert (landed.result, len(landed.raw_ids)) == ("landed", 1)
    waiting = database.execute("select reason, body, received_at from raw.rejected_events where replayed_at is null")
    assert [(reason, bytes(body), at) for reason, body, at in waiting] == [("not_an_object", b"7", LONG_AGO)]
    # The same again: what lands is a copy, and the rest is still not lost.
    again = keep(database, b'[{"objectId": 1, "objectTypeId": "0-48"}, 8]', "hubspot", "invalid_json", "signature")
    assert results(database, again) == ["landed"]
    assert database.execute("select count(*) from raw.rejected_events where body = '8'") == [(1,)]


def test_one_that_the_database_refuses_holds_nobody_up(database: Database) -> None:
    database.execute("alter table raw.webhook_events add constraint refused check (external_id <> 'call:refused')")
    ids = [keep(database, body_of("nooks", name), "nooks", "too_deep") for name in ("a", "refused", "b")]
    assert results(database, *ids) == ["landed", "refused", "landed"]
    waiting = "select rejected_id::text from raw.rejected_events where replayed_at is null"
    assert database.execute(waiting) == [(ids[1],)]


def test_two_replays_at_once_land_each_once(database: Database, source: str) -> None:
    database.execute(RULE, "demo_held")
    ids = [keep(database, event(source, metadata={"n": number})) for number in range(120)]
    dsn = database.dsn("ingest")
    with ThreadPoolExecutor(4) as pool:
        by_filter = [pool.submit(lambda: list(replay_waiting(dsn, Filter(), READING))) for _ in range(2)]
        by_id = [pool.submit(replayed, database, *order) for order in (ids, ids[::-1])]
        told = [one for done in (*by_filter, *by_id) for one in done.result()]
    assert Counter(one.result for one in told)["landed"] == 120
    assert {one.result for one in told} <= {"landed", "replayed_before"}
    assert len(database.execute(LANDED, source)) == 120


def test_a_replay_that_is_cut_off_has_landed_whole_or_not_at_all(database: Database, source: str) -> None:
    database.execute(RULE, "demo_held")
    ids = [keep(database, event(source, metadata={"n": number})) for number in range(60)]
    progress = replay(database.dsn("ingest"), ids, READING)
    next(progress)
    database.execute("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'rift rejected'")
    with pytest.raises(psycopg2.Error):
        list(progress)
    landed = len(database.execute(LANDED, source))
    assert landed == 50
    assert database.execute("select count(*) from raw.rejected_events where replayed_at is not null") == [(landed,)]
    assert Counter(results(database, *ids)) == {"replayed_before": 50, "landed": 10}


def test_the_door_may_note_a_replay_and_change_nothing_else(database: Database, source: str) -> None:
    keep(database, event(source))
    for change in ("body = ''", "reason = 'x'", "received_at = now()", "landed_xid = '1'"):
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            database.execute(f"update raw.rejected_events set {change}", role="ingest")
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        database.execute("delete from raw.rejected_events", role="ingest")


class Administration:
    """Asks the API as an administrator."""

    def __init__(self, receiver: Receiver) -> None:
        self.receiver = receiver

    def get(self, path: str = "", **parameters: Any) -> Any:
        found = self.receiver.client.get(PATH + path, params=parameters, headers={"X-RIFT-ADMIN-SECRET": ADMIN})
        assert found.status_code == 200, found.text
        return found.json()

    def ids(self, **parameters: Any) -> list[str]:
        return [one["rejected_id"] for one in self.get(**parameters)["rejected"]]

    def replay(self, asked: object) -> Any:
        body = asked if isinstance(asked, bytes) else json.dumps(asked).encode()
        headers = {"X-RIFT-ADMIN-SECRET": ADMIN, "Content-Type": "application/json"}
        return self.receiver.client.post(f"{PATH}/replay", content=body, headers=headers)


@pytest.fixture(scope="module")
def admin(door_database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Administration]:
    folder = tmp_path_factory.mktemp("rejected")
    settings = SETTINGS | {"RIFT_ADMIN_SECRET": ADMIN}
    with running_receiver(door_database.dsn("ingest"), door_database.dsn("hud"), folder, **settings) as running:
        yield Administration(running)


def test_through_the_api_from_refusal_to_replay(admin: Administration, door_database: Database, source: str) -> None:
    refused = admin.receiver.post({"source": source, "event_type": "from_refusal", "metadata": {"ä": "<b>"}})
    assert refused.status_code == 422
    [one] = admin.get(reason="unknown_event_type", source=source)["rejected"]
    shown = admin.get(f"/{one['rejected_id']}")
    assert json.loads(shown["body"])["source"] == source
    assert (shown["body_encoding"], shown["door"], shown["replayed_at"]) == ("utf-8", "canonical", None)
    asked = {"ids": [one["rejected_id"].upper(), one["rejected_id"]]}
    assert [told["result"] for told in admin.replay(asked).json()["results"]] == ["refused"]
    door_database.execute(RULE, "from_refusal")
    [told] = admin.replay(asked).json()["results"]
    assert (told["result"], told["rejected_id"]) == ("landed", one["rejected_id"])
    assert [(row[0], row[2].isoformat()) for row in door_database.execute(LANDED, source)] == [
        (told["raw_ids"][0], datetime.fromisoformat(one["received_at"]).isoformat())
    ]
    assert admin.get(f"/{one['rejected_id']}")["replayed_at"] is not None
    assert one["rejected_id"] not in admin.ids(limit=500)
    assert one["rejected_id"] in admin.ids(limit=500, settled=True)


def test_lists_page_filter_and_show_bytes_that_are_no_text(admin: Administration) -> None:
    began = datetime.now(UTC).isoformat()
    bodies = [b"\xff\xfe no text", b"[", b"{}", b'{"data": 1e999}']
    assert [deliver(admin.receiver, "outreach", body).json() for body in bodies] == [answer(rejected=1)] * 4
    found = admin.ids(door="outreach", since=began, limit=500)
    pages: list[str] = []
    while page := admin.ids(door="outreach", since=began, limit=3, **({"before": pages[-1]} if pages else {})):
        pages += page
    assert pages == found
    assert found == sorted(found, reverse=True)
    shown = [admin.get(f"/{one}") for one in found[:4]]
    assert b64decode(next(one["body"] for one in shown if one["body_encoding"] == "base64")) == bodies[0]
    assert admin.ids(reason="invalid_encoding", source="outreach", since=began)
    assert admin.ids(source="nobody") == []
    assert admin.ids(since="2099-01-01T00:00:00Z") == []
    deliver(admin.receiver, "nooks", body_of("nooks", "copied"))
    deliver(admin.receiver, "nooks", body_of("nooks", "copied"))
    assert admin.ids(door="nooks", since=began, reason="duplicate")
    assert admin.ids(door="nooks", since=began) == []
    told = admin.replay({"door": "outreach", "since": began, "limit": 2.0}).json()["results"]
    assert [one["result"] for one in told] == ["refused", "refused"]


@pytest.mark.parametrize(
    "asked",
    [
        b"{", b"[]", b"null", {}, {"ids": []}, {"ids": ["4711"]}, {"ids": "x"}, {"ids": [7]}, {"since": "yesterday"},
        {"reason": "a\nb"}, {"reason": "x", "ids": [str(uuid.uuid4())]}, {"limit": 0, "door": "x"}, {"door": 1},
        {"everything": True}, {"ids": [str(uuid.uuid4())] * 501}, {"since": None}, {"reason": ""},
        {"since": "2026-01-01"}, {"door": "x", "limit": 1.5},
    ],
)  # fmt: skip
def test_a_replay_that_makes_no_sense_is_refused(admin: Administration, asked: object) -> None:
    refused = admin.replay(asked)
    assert refused.status_code == 422, refused.text


def test_only_administrators_may_read_and_replay(
    admin: Administration, start_receiver: Callable[..., Any], door_database: Database
) -> None:
    client = admin.receiver.client
    one = f"{PATH}/{uuid.uuid4()}"
    for headers in ({}, {"X-RIFT-ADMIN-SECRET": SECRET}, {"X-RIFT-SECRET": ADMIN}, {"X-RIFT-ADMIN-SECRET": "x"}):
        for refused in (
            client.get(PATH, headers=headers),
            client.get(f"{PATH}?limit=no", headers=headers),
            client.get(one, headers=headers),
            client.post(f"{PATH}/replay", content=b"{", headers=headers),
        ):
            assert (refused.status_code, refused.json()["error"]) == (401, "unauthorized")
    assert client.get(f"{PATH}?secret={ADMIN}").status_code == 401
    assert ADMIN not in admin.receiver.log.read_text()
    with start_receiver(door_database) as receiver:
        assert receiver.get(PATH).status_code == 403
        assert receiver.client.post(f"{PATH}/replay", content=b"{}", headers=HEADERS).status_code == 403


@pytest.mark.parametrize(
    ("path", "status"),
    [("?limit=0", 422), ("?since=soon", 422), ("?before=x", 422), ("?reason=a%00b", 422), ("/x", 404),
     ("?since=2026-03-09T00:00:00%2B19:00", 200),
     ("/00000000-0000-4000-8000-000000000000", 404), ("?limit=500&settled=true", 200)],
)  # fmt: skip
def test_parameters_are_checked(admin: Administration, path: str, status: int) -> None:
    found = admin.receiver.client.get(PATH + path, headers={"X-RIFT-ADMIN-SECRET": ADMIN})
    assert found.status_code == status


def test_the_openapi_document_declares_all_of_it(admin: Administration) -> None:
    paths = admin.receiver.get("/openapi.json").json()["paths"]
    for path, method in [(PATH, "get"), (f"{PATH}/{{rejected_id}}", "get"), (f"{PATH}/replay", "post")]:
        operation = paths[path][method]
        assert operation["security"] == [{"adminSecret": []}]
        assert {"200", "401", "403", "422", "429", "503"} <= set(operation["responses"])


def test_without_a_database_it_is_a_503(tmp_path: Any) -> None:
    dsn = "postgresql://rift_ingest:hidden-password@127.0.0.1:1/rift"
    with running_receiver(dsn, dsn, tmp_path, RIFT_ADMIN_SECRET=ADMIN) as receiver:
        found = receiver.client.get(PATH, headers={"X-RIFT-ADMIN-SECRET": ADMIN})
        assert (found.status_code, found.json()["error"]) == (503, "database_unavailable")
        assert "rift rejected: OperationalError" in receiver.log.read_text()
