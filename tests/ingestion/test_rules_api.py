"""Changing rules through the receiver: who may, what is refused, what is landed, and what it moves."""

import json
import socket
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import psycopg2
import pytest

from orchestration.stack.postgres import Cluster
from tests import landing
from tests.conftest import TEMPLATE, Database, Warehouse, create_database
from tests.ingestion.conftest import SECRET, SIGNING_KEY, Receiver, running_receiver
from tests.warehouse.oracle import LIVE, check_marts

ADMIN = "first-admin-secret-of-the-rules-tests"
SECOND_ADMIN = "second-admin-secret-of-the-rules-tests"
RULES = "/api/v1/rules"
NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
COUNT = "select count(*) from raw.gamification_rules"


@pytest.fixture(scope="module")
def rules_database(cluster: Cluster, template: Warehouse) -> Database:  # noqa: ARG001  # cloned by its name
    return create_database(cluster, "rules", template=TEMPLATE)


@pytest.fixture(scope="module")
def shared(rules_database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Receiver]:
    folder = tmp_path_factory.mktemp("rules")
    with running_receiver(
        rules_database.dsn("ingest"),
        rules_database.dsn("hud"),
        folder,
        RIFT_ADMIN_SECRET=f"{ADMIN},{SECOND_ADMIN}",
    ) as running:
        yield running


@pytest.fixture
def book(shared: Receiver, rules_database: Database) -> Receiver:
    """The shared receiver, with the rules that every installation begins with and without events."""
    rules_database.execute(
        "truncate raw.webhook_events, intermediate.settle_watermarks, intermediate.int_user_days_settled;"
        " delete from raw.gamification_rules where changed_by <> 'seed'"
    )
    return shared


def put(
    receiver: Receiver, event_type: str, body: object, secret: str | None = ADMIN, **headers: str
) -> httpx.Response:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    known = {"Content-Type": "application/json"} | ({} if secret is None else {"X-RIFT-ADMIN-SECRET": secret})
    return receiver.client.put(f"{RULES}/{event_type}", content=content, headers=known | headers)


def changed(receiver: Receiver, event_type: str, **body: object) -> dict[str, Any]:
    answer = put(receiver, event_type, body)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def at(days: float) -> str:
    return (NOON + timedelta(days=days)).isoformat()


# Who is calling


@pytest.mark.parametrize("secret", [None, "", "wrong", SECRET, ADMIN + "x", f"{ADMIN},{SECOND_ADMIN}"])
def test_only_an_admin_secret_changes_a_rule(book: Receiver, rules_database: Database, secret: str | None) -> None:
    before = rules_database.execute(COUNT)
    for answer in (
        put(book, "call_dial", {"gold_value": 9}, secret),
        book.client.post(f"{RULES}/preview", json={}, headers={"X-RIFT-ADMIN-SECRET": secret} if secret else {}),
    ):
        assert (answer.status_code, answer.json()["error"]) == (401, "unauthorized")
        assert "X-RIFT-ADMIN-SECRET" in answer.headers["WWW-Authenticate"]
    assert rules_database.execute(COUNT) == before


def test_every_secret_of_a_rotation_is_taken_and_the_header_must_come_once(book: Receiver) -> None:
    assert put(book, "call_dial", {"gold_value": 9}, SECOND_ADMIN).status_code == 200
    headers = [("X-RIFT-ADMIN-SECRET", ADMIN), ("X-RIFT-ADMIN-SECRET", ADMIN)]
    assert book.client.put(f"{RULES}/call_dial", json={"gold_value": 8}, headers=headers).status_code == 401


def test_the_admin_secret_opens_no_door_for_events(book: Receiver) -> None:
    event = {"source": "s", "event_type": "call_dial"}
    assert book.post(event, **{"X-RIFT-SECRET": ADMIN}).status_code == 401
    assert book.post(event).status_code == 201


def test_without_the_secret_the_body_is_not_read(book: Receiver) -> None:
    with socket.create_connection(("127.0.0.1", book.port), timeout=5) as connection:
        connection.sendall(f"PUT {RULES}/call_dial HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\n\r\n".encode())
        assert connection.recv(1000).startswith(b"HTTP/1.1 401")


def test_without_an_admin_secret_rules_are_read_only(
    start_receiver: Callable[..., Any], rules_database: Database
) -> None:
    before = rules_database.execute(COUNT)
    with start_receiver(rules_database) as receiver:
        for secret in (None, "", ADMIN, SECRET):
            answer = put(receiver, "call_dial", {"gold_value": 9}, secret)
            assert (answer.status_code, answer.json()["error"]) == (403, "rules_are_read_only")
            assert "RIFT_ADMIN_SECRET" in answer.json()["message"]
        assert receiver.get(RULES).status_code == 200
    assert rules_database.execute(COUNT) == before


def test_wrong_secrets_of_both_kinds_share_one_limit(
    start_receiver: Callable[..., Any], rules_database: Database
) -> None:
    with start_receiver(rules_database, RIFT_ADMIN_SECRET=ADMIN) as receiver:
        wrong = [receiver.post(b"{}", **{"X-RIFT-SECRET": "wrong"}).status_code for _ in range(30)]
        wrong += [put(receiver, "call_dial", {}, "wrong").status_code for _ in range(32)]
        assert wrong == [401] * 60 + [429] * 2
        assert put(receiver, "call_dial", {}).status_code == 422  # a right one is not locked out


@pytest.mark.parametrize("secret", ["short", f"{SECRET},{ADMIN}", f"{ADMIN},{SIGNING_KEY}"])
def test_an_unusable_admin_secret_starts_nothing(
    start_receiver: Callable[..., Any], rules_database: Database, secret: str
) -> None:
    with pytest.raises(AssertionError) as refused, start_receiver(rules_database, RIFT_ADMIN_SECRET=secret):
        pass
    assert "RIFT_ADMIN_SECRET: " in str(refused.value)
    assert secret not in str(refused.value)


def test_no_secret_is_in_an_answer_or_the_log(book: Receiver) -> None:
    body = {"gold_value": 1, "changed_by": ADMIN, "secret": ADMIN}
    answers = [put(book, "call_dial", body), put(book, "call_dial", body, "wrong-" + SECOND_ADMIN)]
    answers.append(book.client.put(f"{RULES}/call_dial?secret={ADMIN}", json={}))
    assert [answer.status_code for answer in answers] == [422, 401, 401]
    time.sleep(0.1)
    for text in (*(answer.text for answer in answers), book.log.read_text()):
        assert ADMIN not in text
        assert SECOND_ADMIN not in text


# What is refused


UNUSABLE: list[tuple[object, str, str | None]] = [
    (b"", "invalid_json", None),
    (b"{", "invalid_json", None),
    (b"[]", "not_an_object", None),
    (b'{"gold_value": 1, "gold_value": 2}', "duplicate_key", None),
    (b'{"gold_value": NaN}', "invalid_number", None),
    (b'{"gold_value": 1e999}', "invalid_number", None),
    (b'{"gold_value": 1.0}', "invalid_field", "gold_value"),
    (b'{"gold_value": ' + b"9" * 5000 + b"}", "invalid_field", "gold_value"),
    ({"gold_value": 1.5}, "invalid_field", "gold_value"),
    ({"gold_value": True}, "invalid_field", "gold_value"),
    ({"gold_value": "1"}, "invalid_field", "gold_value"),
    ({"gold_value": None}, "invalid_field", "gold_value"),
    ({"gold_value": -1}, "invalid_field", "gold_value"),
    ({"xp_value": 1_000_001}, "invalid_field", "xp_value"),
    ({"rank_points": 2**63}, "invalid_field", "rank_points"),
    ({}, "missing_field", "gold_value"),
    ({"gold_value": 1, "gold": 2}, "unknown_field", "gold"),
    ({"gold_value": 1, "new_type": "yes"}, "invalid_field", "new_type"),
    ({"gold_value": 1, "changed_by": "a\nb"}, "invalid_field", "changed_by"),
    ({"gold_value": 1, "changed_by": "x" * 201}, "invalid_field", "changed_by"),
    *(
        ({"gold_value": 1, "effective_from": time}, "invalid_field", "effective_from")
        for time in (
            "now", "infinity", "-infinity", "tomorrow", "2026-11-16", "2026-11-16T00:00:00", "2026-02-30T00:00:00Z",
            "2026-11-16T25:00Z", "1999-12-31T23:59:59Z", "2100-01-02T00:00:00Z", 1763251200, "",
        )
    ),
    ({"gold_value": 1, "effective_from": at(2), "effective_to": at(1)}, "invalid_field", "effective_to"),
    ({"gold_value": 1, "effective_from": at(1), "effective_to": at(1)}, "invalid_field", "effective_to"),
    ({"gold_value": 1, "effective_to": at(1)}, "invalid_field", "effective_to"),  # it would begin now, after its end
]  # fmt: skip


@pytest.mark.parametrize(("body", "code", "field"), UNUSABLE, ids=lambda value: str(value)[:60])
def test_what_is_no_rule_is_refused_with_the_reason(
    book: Receiver, rules_database: Database, body: object, code: str, field: str | None
) -> None:
    before = rules_database.execute(COUNT)
    answer = put(book, "call_dial", body)
    assert (answer.status_code, answer.json()["error"], answer.json().get("field")) == (422, code, field)
    assert rules_database.execute(COUNT) == before


@pytest.mark.parametrize("event_type", ["Call_dial", "1call", "call-dial", "x" * 65, "call%20dial", "%00", "caf%C3%A9"])
def test_no_name_of_a_type(book: Receiver, event_type: str) -> None:
    answer = put(book, event_type, {"gold_value": 1, "xp_value": 1, "rank_points": 0, "new_type": True})
    assert (answer.status_code, answer.json()["field"]) == (422, "event_type")
    assert book.get(f"{RULES}/{event_type}").status_code == 404


def test_other_media_and_large_bodies_are_refused(book: Receiver) -> None:
    assert put(book, "call_dial", {"gold_value": 1}, **{"Content-Type": "text/plain"}).status_code == 415
    assert put(book, "call_dial", b" " * 20_000).status_code == 413
    assert book.client.post(RULES, json={}).status_code == 405
    for path, methods in [(RULES, "GET"), (f"{RULES}/preview", "POST"), (f"{RULES}/email_sent", "GET, PUT")]:
        answer = book.client.delete(path)
        assert (answer.status_code, answer.headers["Allow"]) == (405, methods)
    # No type is called so.
    assert book.get(f"{RULES}/preview").status_code == 405


def test_an_unknown_type_must_be_called_new(book: Receiver) -> None:
    values = {"gold_value": 7, "xp_value": 8, "rank_points": 0}
    event = {"source": "s", "event_type": "demo_held"}
    answer = put(book, "demo_held", values)
    assert (answer.status_code, answer.json()["error"]) == (422, "unknown_event_type")
    assert book.post(event).status_code == 422
    incomplete = put(book, "demo_held", {"gold_value": 7, "new_type": True})
    assert (incomplete.status_code, incomplete.json()["field"]) == (422, "xp_value")
    ending = put(book, "demo_held", values | {"new_type": True, "effective_from": at(0), "effective_to": at(1)})
    assert (ending.status_code, ending.json()["field"]) == (422, "effective_to")
    assert len(changed(book, "demo_held", **values, new_type=True)["landed"]) == 1
    assert changed(book, "demo_held", **values, new_type=True)["landed"] == []
    assert book.post(event).json()["gold_earned"] == 7


# What is landed


def test_a_backdated_change_moves_what_it_touches_and_nothing_else(book: Receiver, rules_database: Database) -> None:
    inside = [landing.event(user, "meeting_booked", NOON + timedelta(hours=h)) for user in "ab" for h in (0, 1, 30)]
    outside = [landing.event("a", "meeting_booked", NOON - timedelta(hours=1)), landing.event("a", "call_dial", NOON)]
    (booked, *_) = landing.land(rules_database, *inside, *outside)
    landing.land(rules_database, landing.event("a", "meeting_cancelled", NOON, reverses=booked))
    answer = changed(book, "meeting_booked", gold_value=120, effective_from=at(0))
    # The event that was taken back moves nothing; a's other one of that day still does.
    assert (answer["rows_moved"], answer["events_moved"]) == (4, 5)
    (version,) = answer["landed"]
    assert (version["gold_value"], version["xp_value"], version["rank_points"]) == (120, 200, 1)
    assert (version["effective_from"], version["effective_to"]) == ("2026-03-10T12:00:00Z", None)
    gold = rules_database.execute("select sum(gold_value) from marts.fct_user_daily", role="hud")
    assert gold == [(5 * 120 + 100 + 5,)]
    check_marts(rules_database, LIVE)


def test_a_change_with_an_end_brings_back_what_was(book: Receiver, rules_database: Database) -> None:
    landing.land(rules_database, *(landing.event("a", "call_dial", NOON + timedelta(days=day)) for day in range(6)))
    changed(book, "call_dial", gold_value=50, effective_from=at(2))
    answer = changed(book, "call_dial", gold_value=9, effective_from=at(1), effective_to=at(4))
    assert [(one["effective_from"][:10], one["gold_value"]) for one in answer["landed"]] == [
        ("2026-03-11", 9),
        ("2026-03-12", 9),
        ("2026-03-14", 50),
    ]
    assert (answer["rows_moved"], answer["events_moved"]) == (3, 3)
    gold = rules_database.execute("select gold_value from marts.fct_user_daily order by activity_date", role="hud")
    assert gold == [(5,), (9,), (9,), (9,), (50,), (50,)]
    check_marts(rules_database, LIVE)
    again = changed(book, "call_dial", gold_value=9, effective_from=at(1), effective_to=at(4))
    assert (again["landed"], again["rows_moved"]) == ([], 0)
    history = book.get(f"{RULES}/call_dial").json()["rules"]
    assert [(one["gold_value"], one["is_superseded"]) for one in history] == [
        (5, False), (9, False), (50, True), (9, False), (50, False),
    ]  # fmt: skip


def test_a_future_change_holds_from_then_on(book: Receiver, rules_database: Database) -> None:
    soon = (datetime.now(UTC) + timedelta(days=3)).isoformat()
    answer = changed(book, "call_dial", xp_value=99, effective_from=soon, changed_by="Ada")
    assert (answer["rows_moved"], answer["events_moved"]) == (0, 0)
    (now, later) = [one for one in book.get(RULES).json()["rules"] if one["event_type"] == "call_dial"]
    assert (now["xp_value"], now["is_current"], now["effective_from"]) == (10, True, None)
    assert (later["xp_value"], later["is_current"], later["effective_to"], later["changed_by"]) == (
        99, False, None, "Ada",
    )  # fmt: skip
    # What begins before it ends there, and does not undo it.
    (version,) = changed(book, "call_dial", xp_value=11)["landed"]
    assert datetime.fromisoformat(version["effective_to"]) == datetime.fromisoformat(soon)
    check_marts(rules_database, LIVE)


def test_the_door_answers_by_a_rule_at_once(book: Receiver) -> None:
    event = {"source": "door", "event_type": "email_sent"}
    for gold in (41, 42, 0):
        changed(book, "email_sent", gold_value=gold)
        assert book.post(event | {"external_id": f"{gold}"}).json()["gold_earned"] == gold


def test_the_same_change_again_lands_nothing(book: Receiver, rules_database: Database) -> None:
    first = changed(book, "call_dial", gold_value=6)
    before = rules_database.execute(COUNT)
    again = changed(book, "call_dial", gold_value=6)
    assert (len(first["landed"]), again["landed"], again["rows_moved"]) == (1, [], 0)
    assert "nothing was landed" in again["message"]
    assert changed(book, "call_dial", gold_value=6, xp_value=10, rank_points=0)["landed"] == []
    assert rules_database.execute(COUNT) == before


def test_changes_at_once_are_each_exact(book: Receiver, rules_database: Database) -> None:
    landing.land(rules_database, landing.event("a", "call_dial", NOON))
    with ThreadPoolExecutor(40) as pool:
        same = list(pool.map(lambda _: changed(book, "call_dial", gold_value=77, effective_from=at(0)), range(40)))
        assert Counter(len(answer["landed"]) for answer in same) == {0: 39, 1: 1}
        assert sum(answer["rows_moved"] for answer in same) == 1
        others = list(pool.map(lambda n: changed(book, "call_dial", gold_value=n, effective_from=at(0)), range(40)))
    versions = sorted((answer["landed"][0]["rule_version_id"], answer["landed"][0]["gold_value"]) for answer in others)
    assert len(versions) == 40
    in_force = [one for one in book.get(RULES).json()["rules"] if one["event_type"] == "call_dial"]
    assert in_force[-1]["gold_value"] == versions[-1][1]
    check_marts(rules_database, LIVE)


def test_without_the_database_a_change_is_unavailable(cluster: Cluster, start_receiver: Callable[..., Any]) -> None:
    gone = create_database(cluster, "rules_gone")
    with start_receiver(gone, RIFT_ADMIN_SECRET=ADMIN) as receiver:
        server = psycopg2.connect(cluster.owner_dsn)
        server.autocommit = True
        server.cursor().execute("drop database rules_gone with (force)")
        server.close()
        answer = put(receiver, "call_dial", {"gold_value": 1})
        assert (answer.status_code, answer.json()["error"]) == (503, "database_unavailable")
        assert int(answer.headers["Retry-After"]) >= 1


def test_without_marts_a_change_lands_uncounted(door_database: Database, start_receiver: Callable[..., Any]) -> None:
    with start_receiver(door_database, RIFT_ADMIN_SECRET=ADMIN) as receiver:
        answer = changed(receiver, "meeting_no_show", xp_value=0, effective_from=at(0))
        assert (answer["landed"], answer["rows_moved"]) == ([], 0)
        answer = changed(receiver, "uncounted_type", gold_value=1, xp_value=1, rank_points=0, new_type=True)
        assert (len(answer["landed"]), answer["rows_moved"], answer["events_moved"]) == (1, None, None)


# What is tried out


def test_a_preview_over_the_api(book: Receiver, rules_database: Database) -> None:
    landing.land(rules_database, *(landing.event("a", "meeting_booked") for _ in range(3)))
    before = rules_database.execute(COUNT)
    body = {
        "weeks": 2,
        "rules": [{"event_type": "meeting_booked", "gold_value": 200, "xp_value": 900, "rank_points": 2}],
    }
    answer = book.client.post(f"{RULES}/preview", json=body, headers={"X-RIFT-ADMIN-SECRET": ADMIN})
    (sdr,) = answer.json()["sdrs"]
    assert {name: value for name, value in sdr.items() if name != "weeks"} == {
        "user_id": "a", "display_name": "a", "team_name": "Unassigned",
        "level_before": 1, "level_after": 3, "gold_before": 300, "gold_after": 600, "xp_before": 600, "xp_after": 2700,
        "rank_before": "Gold", "rank_after": "Diamond", "weeks_changed": 1,
    }  # fmt: skip
    assert [(week["rank_before"], week["rank_points_after"]) for week in sdr["weeks"]] == [("Iron", 0), ("Gold", 6)]
    assert rules_database.execute(COUNT) == before


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "rules"),
        ({"rules": []}, "rules"),
        ({"rules": [{"gold_value": 1}]}, "event_type"),
        ({"rules": [{"event_type": "nothing", "gold_value": 1}]}, "event_type"),
        ({"rules": [{"event_type": "call_dial"}]}, "gold_value"),
        ({"rules": [{"event_type": "call_dial", "gold_value": 1.5}]}, "gold_value"),
        ({"rules": [{"event_type": "call_dial", "gold_value": 1}] * 2}, "event_type"),
        ({"rules": [{"event_type": "call_dial", "gold_value": 1, "new_type": True}]}, "new_type"),
        ({"rules": [{"event_type": "call_dial", "gold_value": 1}], "weeks": 0}, "weeks"),
        ({"rules": [{"event_type": "call_dial", "gold_value": 1}], "weeks": True}, "weeks"),
        ({"rules": [{"event_type": "call_dial", "gold_value": 1}], "weeks": 53}, "weeks"),
    ],
)
def test_no_preview_of_what_is_no_rule(book: Receiver, body: object, field: str) -> None:
    answer = book.client.post(f"{RULES}/preview", json=body, headers={"X-RIFT-ADMIN-SECRET": ADMIN})
    assert (answer.status_code, answer.json()["field"]) == (422, field)


def test_the_document_describes_the_rules_with_examples(book: Receiver) -> None:
    document = book.get("/openapi.json").json()
    change = document["paths"][f"{RULES}/{{event_type}}"]["put"]
    assert change["security"] == [{"adminSecret": []}]
    assert document["components"]["securitySchemes"]["adminSecret"]["name"] == "X-RIFT-ADMIN-SECRET"
    examples = change["requestBody"]["content"]["application/json"]["examples"]
    for example in (one["value"] for one in examples.values()):
        assert put(book, "documented" if "new_type" in example else "call_dial", example).is_success
    trial = document["paths"][f"{RULES}/preview"]["post"]["requestBody"]["content"]["application/json"]["examples"]
    for example in trial.values():
        answer = book.client.post(f"{RULES}/preview", json=example["value"], headers={"X-RIFT-ADMIN-SECRET": ADMIN})
        assert answer.status_code == 200
    assert "$defs" not in json.dumps(document)
