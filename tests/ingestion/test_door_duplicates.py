"""Copies count once and reversals take back once, in whatever order and number they come."""

import asyncio
import json
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from typing import Any
from uuid import uuid4

import httpx
import psycopg2
import pytest
from psycopg2 import extensions

from ingestion.webhooks.events import Event, read_event
from ingestion.webhooks.items import Origin, read_item
from ingestion.webhooks.landing import Landed, Outcome, groups, land, lock_keys
from ingestion.webhooks.session import Session
from ingestion.webhooks.statements import SESSION
from tests.conftest import Database
from tests.ingestion.conftest import DOOR, HEADERS, Receiver

BOOKED = {"event_type": "meeting_booked", "metadata": {"a": 1, "b": [1, {"c": 2}]}}
NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)


def answers(urls: list[str], events: list[dict[str, Any]], at_once: int) -> list[httpx.Response]:
    """Post all events, `at_once` at a time, spread over the receivers."""
    given: list[httpx.Response] = []

    async def post_some(client: httpx.AsyncClient, mine: list[tuple[str, dict[str, Any]]]) -> None:
        given.extend([await client.post(url + DOOR, content=json.dumps(event)) for url, event in mine])

    async def post_all() -> None:
        todo = [(urls[number % len(urls)], event) for number, event in enumerate(events)]
        async with httpx.AsyncClient(timeout=60, headers=HEADERS) as client:
            await asyncio.gather(*(post_some(client, todo[number::at_once]) for number in range(at_once)))

    asyncio.run(post_all())
    return given


def rows_of(database: Database, source: str) -> int:
    return int(database.execute("select count(*) from raw.webhook_events where source = %s", source)[0][0])


def copies_of(database: Database, source: str) -> int:
    query = "select count(*) from raw.rejected_events where source = %s and reason = 'duplicate'"
    return int(database.execute(query, source)[0][0])


@pytest.mark.parametrize("named", [False, True])
def test_forty_copies_at_once_are_one_event(
    receiver: Receiver,
    door_database: Database,
    source: str,
    named: bool,
) -> None:
    event = BOOKED | {"source": source} | ({"external_id": "x"} if named else {})
    given = answers([receiver.url], [event] * 40, 40)
    assert Counter(answer.status_code for answer in given) == {201: 1, 200: 39}
    assert len({answer.json()["event_id"] for answer in given}) == 1
    assert sum(answer.json()["gold_earned"] for answer in given) == 100
    assert sum(answer.json()["xp_earned"] for answer in given) == 200
    assert {answer.json()["duplicate"] for answer in given if answer.status_code == 200} == {True}
    assert (rows_of(door_database, source), copies_of(door_database, source)) == (1, 39)


def test_thousands_of_posts_over_ten_keys_and_two_receivers_are_ten_events(
    receiver: Receiver, start_receiver: Callable[..., Any], door_database: Database, source: str
) -> None:
    # Posts alternate between the receivers, so two that follow each other share a key: both receivers get every key.
    keys = [number // 2 % 10 for number in range(2000)]
    events = [
        BOOKED | {"source": source, "metadata": {"n": key}} | ({"external_id": "x"} if key == 0 else {}) for key in keys
    ]
    with start_receiver(door_database) as second:
        given = answers([receiver.url, second.url], events, 64)
        assert Counter(answer.status_code for answer in given) == {201: 10, 200: 1990}
        assert len({answer.json()["event_id"] for answer in given}) == 10
        assert (rows_of(door_database, source), copies_of(door_database, source)) == (10, 1990)
        assert "deadlock" not in (receiver.log.read_text() + second.log.read_text()).lower()


@pytest.mark.parametrize(
    "change",
    [
        {"source": "another"},
        {"event_type": "call_dial"},
        {"user_id": "sdr-002"},
        {"metadata": {"a": 1, "b": [1, {"c": 3}]}},
        {"occurred_at": "2026-03-14T10:00:00Z"},
        {"reverses": "an event"},
        {"external_id": "its own name"},
    ],
)
def test_whatever_differs_makes_another_event(receiver: Receiver, source: str, change: dict[str, Any]) -> None:
    event = BOOKED | {"source": source}
    changed = event | change | ({"source": source + " another"} if "source" in change else {})
    assert [receiver.post(event).status_code, receiver.post(changed).status_code] == [201, 201]
    assert receiver.post(changed).status_code == 200


def test_the_order_of_keys_and_the_default_user_make_no_difference(receiver: Receiver, source: str) -> None:
    event = BOOKED | {"source": source}
    reordered = {"metadata": {"b": [1, {"c": 2}], "a": 1}, "user_id": "sdr-001", "source": source}
    assert receiver.post(event).status_code == 201
    assert receiver.post(reordered | {"event_type": "meeting_booked"}).status_code == 200
    assert receiver.post(json.dumps(event, indent=3).encode()).status_code == 200


def test_the_senders_own_id_is_unique_per_source_whatever_else_is_sent(receiver: Receiver, source: str) -> None:
    first = receiver.post(BOOKED | {"source": source, "external_id": "x"}).json()
    again = receiver.post({"source": source, "external_id": "x", "event_type": "call_dial"})
    assert (again.status_code, again.json()["event_id"]) == (200, first["event_id"])
    assert receiver.post(BOOKED | {"source": source + " 2", "external_id": "x"}).status_code == 201


# The window of five minutes, with times of our choice


@pytest.fixture
def cursor(door_database: Database) -> Iterator[extensions.cursor]:
    connection = psycopg2.connect(door_database.dsn("ingest"))
    with connection.cursor() as cursor:
        cursor.execute(SESSION)
        yield cursor
    connection.close()


def event_at(received_at: datetime, **fields: Any) -> Event:
    return read_event(json.dumps(BOOKED | fields).encode(), received_at, "sdr-001")


def land_now(cursor: extensions.cursor, *events: Event) -> list[Landed]:
    outcomes: list[Outcome] = land(cursor, events)
    assert all(isinstance(outcome, Landed) for outcome in outcomes)
    return [outcome for outcome in outcomes if isinstance(outcome, Landed)]


@pytest.mark.parametrize("together", [False, True])
def test_copies_count_again_after_five_minutes_from_the_first(
    cursor: extensions.cursor,
    source: str,
    together: bool,
) -> None:
    seconds = [0, 240, 300, 300.001, 540, 600.002]
    events = [event_at(NOON + timedelta(seconds=second), source=source) for second in seconds]
    outcomes = land_now(cursor, *events) if together else [land_now(cursor, event)[0] for event in events]
    assert [outcome.duplicate for outcome in outcomes] == [False, True, True, False, True, False]


def test_the_senders_own_id_is_unique_for_ever(cursor: extensions.cursor, source: str) -> None:
    first = land_now(cursor, event_at(NOON, source=source, external_id="x"))[0]
    years_later = land_now(cursor, event_at(NOON + timedelta(days=4000), source=source, external_id="x"))[0]
    assert years_later.duplicate
    assert years_later.event_id == first.event_id


def test_a_message_counts_once_over_the_longest_schedule_of_retries(cursor: extensions.cursor, source: str) -> None:
    """What Standard Webhooks advises: eight retries, the last after 75 hours and some minutes."""
    waits = [0, 5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400]
    body = json.dumps(BOOKED | {"source": source}).encode()
    outcomes = []
    for seconds in accumulate(waits):
        item = read_item(body, Origin(NOON + timedelta(seconds=seconds), "sdr-001", "signature", "msg_1"))
        outcomes += land(cursor, [item])
    assert [getattr(outcome, "duplicate", None) for outcome in outcomes] == [False] + [True] * 9
    assert len({getattr(outcome, "event_id", None) for outcome in outcomes}) == 1


def test_a_copy_behind_an_unknown_type_is_judged_by_itself(cursor: extensions.cursor, source: str) -> None:
    unknown = event_at(NOON, source=source, external_id="x", event_type="unheard_of")
    known = event_at(NOON, source=source, external_id="x")
    refused, landed = land(cursor, [unknown, known])
    assert not isinstance(refused, Landed)
    assert isinstance(landed, Landed)
    assert (landed.event_id, landed.duplicate) == (known.raw_id, False)


@pytest.mark.parametrize(
    ("first", "second", "gold", "is_duplicate"),
    [
        ({}, {}, 0, True),
        ({"external_id": "m"}, {"external_id": "m", "event_type": "call_dial"}, 0, True),
        ({"external_id": "m"}, {"reverses": "m"}, -100, False),
        ({"reverses": "m"}, {"external_id": "m"}, 0, False),
        ({"reverses": "m", "external_id": "r1"}, {"reverses": "m", "external_id": "r2"}, 0, False),
        ({"external_id": "m"}, {"external_id": "n"}, 100, False),
    ],
)
def test_a_batch_waits_for_another_that_could_affect_it(
    cursor: extensions.cursor,
    door_database: Database,
    source: str,
    *,
    first: dict[str, str],
    second: dict[str, str],
    gold: int,
    is_duplicate: bool,
) -> None:
    """The first is not committed when the second begins: judged without waiting, each would be the first."""
    land_now(cursor, event_at(NOON, source=source, **first))
    session = Session(door_database.dsn("ingest"))
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(session.outcomes, [event_at(NOON, source=source, **second)])
        time.sleep(0.3)
        cursor.connection.commit()
        [outcome] = waiting.result()
    session.close()
    assert isinstance(outcome, Landed)
    assert (outcome.gold, outcome.duplicate) == (gold, is_duplicate)


def test_locks_are_taken_in_one_order(source: str) -> None:
    events = [event_at(NOON, source=source, external_id=str(number)) for number in range(20)]
    keys = lock_keys([*events, event_at(NOON, source=source, reverses="3")])
    assert keys == sorted(keys)
    # 20 events, the reversal itself and one for all reversals; the event it names is among the 20.
    assert len(keys) == 22


def test_events_that_affect_each_other_are_landed_one_after_another(source: str) -> None:
    a, b, copy = (event_at(NOON, source=source, external_id=name) for name in "aba")
    reversal = event_at(NOON, source=source, reverses="b")
    assert groups([a, b, copy, reversal, a, b]) == [[a, b], [copy], [reversal], [a, b]]


def test_a_plan_made_on_an_empty_log_does_not_read_all_of_it(database: Database) -> None:
    """Else each batch would take longer than the last until the statistics are next gathered."""
    connection = psycopg2.connect(database.dsn("ingest"))
    with connection, connection.cursor() as cursor:
        cursor.execute(SESSION)
        cursor.execute("explain execute land('[]')")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    connection.close()
    assert "Scan on webhook_events" not in plan.replace("Index Scan", "")
    assert "hashed SubPlan" not in plan
    assert "Hash Anti Join" not in plan


# Reversals


def test_a_reversal_answers_what_it_took_back_once(receiver: Receiver, source: str) -> None:
    receiver.post(BOOKED | {"source": source, "external_id": "m"})
    taking = {"source": source, "event_type": "meeting_cancelled", "reverses": "m"}
    first = receiver.post(taking).json()
    assert (first["gold_earned"], first["xp_earned"], first["duplicate"]) == (-100, -200, False)
    second = receiver.post(taking | {"external_id": "again"})
    assert (second.status_code, second.json()["gold_earned"], second.json()["xp_earned"]) == (201, 0, 0)
    assert receiver.post(taking).json()["duplicate"] is True


def test_an_event_that_was_taken_back_before_it_came_earns_nothing(receiver: Receiver, source: str) -> None:
    taking = {"source": source, "event_type": "meeting_cancelled", "reverses": "m"}
    early = receiver.post(taking).json()
    late = receiver.post(BOOKED | {"source": source, "external_id": "m"})
    assert (early["gold_earned"], early["xp_earned"]) == (0, 0)
    assert (late.status_code, late.json()["gold_earned"], late.json()["xp_earned"]) == (201, 0, 0)
    after = receiver.post(taking | {"external_id": "again"}).json()
    assert (after["gold_earned"], after["xp_earned"]) == (0, 0)


@pytest.mark.parametrize("spelling", [str.lower, str.upper])
def test_a_reversal_may_name_our_event_id_from_any_source(
    receiver: Receiver, door_database: Database, source: str, spelling: Callable[[str], str]
) -> None:
    event_id = receiver.post(BOOKED | {"source": source, "external_id": "m"}).json()["event_id"]
    by_us = {"source": source + " 2", "event_type": "meeting_no_show", "reverses": spelling(event_id)}
    assert receiver.post(by_us).json()["gold_earned"] == -100
    by_sender = {"source": source, "event_type": "meeting_no_show", "reverses": "m"}
    assert receiver.post(by_sender).json()["gold_earned"] == 0
    named = "select reverses_event_id::text from raw.webhook_events where reverses = %s and source = %s"
    assert door_database.execute(named, spelling(event_id), source + " 2") == [(event_id,)]
    assert door_database.execute(named, "m", source) == [(None,)]


def test_a_reversal_reaches_no_other_source(receiver: Receiver, source: str) -> None:
    receiver.post(BOOKED | {"source": source, "external_id": "m"})
    other = {"source": source + " 2", "event_type": "meeting_cancelled", "reverses": "m"}
    assert receiver.post(other).json()["gold_earned"] == 0
    assert receiver.post(other | {"source": source}).json()["gold_earned"] == -100


def test_our_event_id_comes_before_a_senders_id_of_the_same_text(receiver: Receiver, source: str) -> None:
    dial = {"event_type": "call_dial", "source": source}
    ours = receiver.post(dial).json()["event_id"]
    receiver.post(BOOKED | {"source": source, "external_id": ours})
    taking = {"source": source, "event_type": "meeting_cancelled", "reverses": ours}
    assert receiver.post(taking).json()["gold_earned"] == -5
    # The meeting of that name was not meant: it still counts, and a uuid that is no event of ours is a sender's id.
    other = str(uuid4())
    receiver.post(BOOKED | {"source": source, "external_id": other})
    assert receiver.post(taking | {"reverses": other}).json()["gold_earned"] == -100


def test_a_reversal_never_earns_and_is_no_original(receiver: Receiver, source: str) -> None:
    reversal = {"source": source, "event_type": "meeting_booked", "reverses": "nothing", "external_id": "r"}
    assert receiver.post(reversal).json()["gold_earned"] == 0
    again = {"source": source, "event_type": "meeting_booked", "reverses": "r", "external_id": "r2"}
    assert receiver.post(again).json()["gold_earned"] == 0


def test_one_of_many_reversals_at_once_takes_back(receiver: Receiver, door_database: Database, source: str) -> None:
    event_id = receiver.post(BOOKED | {"source": source, "external_id": "m"}).json()["event_id"]
    events = [
        {
            "source": source,
            "event_type": "meeting_cancelled",
            "reverses": event_id if number % 2 else "m",
            "external_id": f"r{number}",
        }
        for number in range(30)
    ]
    given = answers([receiver.url], events, 30)
    assert sorted(answer.json()["gold_earned"] for answer in given) == [-100] + [0] * 29
    assert rows_of(door_database, source) == 31


def test_the_rule_in_force_when_it_happened_decides(
    start_receiver: Callable[..., Any], database: Database, source: str
) -> None:
    database.execute(
        "insert into raw.gamification_rules (event_type, gold_value, xp_value, effective_from, changed_by) values"
        " ('meeting_booked', 7, 8, '2026-02-01 00:00+00', 'test'), ('demo_held', 50, 60, '2026-02-01 00:00+00', 'test')"
    )
    with start_receiver(database) as receiver:

        def gold(event_type: str, occurred_at: str, **fields: str) -> Any:
            event = {"source": source, "event_type": event_type, "occurred_at": occurred_at} | fields
            answer = receiver.post(event).json()
            return answer.get("gold_earned", answer.get("error"))

        assert gold("meeting_booked", "2026-01-31T23:59:59.999999Z", external_id="old") == 100
        assert gold("meeting_booked", "2026-02-01T00:00:00Z", external_id="new") == 7
        assert gold("meeting_cancelled", "2026-03-01T00:00:00Z", reverses="old") == -100
        assert gold("meeting_cancelled", "2026-03-01T00:00:00Z", reverses="new") == -7
        assert gold("demo_held", "2026-01-31T00:00:00Z") == "unknown_event_type"
        assert gold("demo_held", "2026-02-02T00:00:00Z") == 50
