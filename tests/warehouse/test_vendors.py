"""What vendors' items mean: live when their transaction commits, exact whatever comes in which order."""

import json
import random
import shutil
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from psycopg2 import extensions

from ingestion.sources import interpreting
from tests import landing
from tests.conftest import Database, Warehouse
from tests.landing import interpret as interpret_pending
from tests.vendors import Delivery, Version
from tests.warehouse.background import background
from tests.warehouse.oracle import live_user_days
from tests.warehouse.reading import DIFFERENCE, marts, read_all
from tests.warehouse.test_lineage import ACCOUNTED
from tests.warehouse.test_scoring import HOSTILE_JSON, PAYLOADS

MONDAY = datetime(2026, 1, 12, 15, tzinfo=UTC)
INVITEE = "https://api.calendly.com/scheduled_events/EV1/invitees/IN1"
EVENTS = "select event_type, user_id, is_reversed, gold_value from marts.fct_sales_events order by 1, 2"
DAYS = "intermediate.int_user_days_settled"


def iso(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


def nooks_call(
    number: int = 1, disposition: str = "Connected", user: str = "u-1", email: str | None = None, hours: float = 0
) -> tuple[str, dict[str, Any]]:
    """The object_key and the payload of a call that Nooks logged."""
    started = MONDAY + timedelta(hours=hours)
    call = {
        "callId": f"c{number}",
        "callDirection": "outbound",
        "status": "completed",
        "disposition": {"id": "d", "name": disposition},
        "userData": {"userId": user, "email": email},
        "startedAt": iso(started),
        "durationSeconds": 60,
    }
    return f"call:c{number}", {"event": "call.logged", "occurredAt": iso(started), "callData": call}


def calendly(event: str, minutes: float = 0, invitee: str = INVITEE, **payload: object) -> tuple[str, dict[str, Any]]:
    """The object_key and the payload of what happened to an invitee, whom SDR1 invited to meet AE1."""
    said = {
        "uri": invitee,
        "invitee_scheduled_by": "https://api.calendly.com/users/SDR1",
        "scheduled_event": {
            "start_time": iso(MONDAY + timedelta(days=2)),
            "event_memberships": [{"user": "https://api.calendly.com/users/AE1", "user_email": "ae@example.com"}],
        },
    }
    created_at = iso(MONDAY + timedelta(minutes=minutes))
    return f"invitee:{invitee}", {"event": event, "created_at": created_at, "payload": said | payload}


def hubspot_meeting(outcome: str, owner: str = "67890") -> dict[str, Any]:
    properties = {"hs_createdate": iso(MONDAY), "hs_meeting_outcome": outcome, "hubspot_owner_id": owner}
    return {"properties": properties, "createdAt": iso(MONDAY), "updatedAt": iso(MONDAY + timedelta(days=1))}


def arrive(database: Database, vendor: str, item: tuple[str, object], minutes: float = 0) -> None:
    """Deliver an item of `MONDAY`, so many minutes later."""
    key, payload = item
    landing.deliver(database, Delivery(vendor, key, None, payload), received_at=MONDAY + timedelta(minutes=minutes))


def insert(cursor: extensions.cursor, vendor: str, key: str, payload: object, received_at: datetime) -> None:
    """An item without its meaning, in a transaction of the test."""
    landing.insert(cursor, Delivery(vendor, key, None, payload), received_at)


def pull(
    database: Database, table: str, object_id: str, payload: object, at: datetime, *, is_deleted: bool = False
) -> None:
    """Land a version, not interpreted yet."""
    landing.pull(database, Version(table, object_id, at, payload, is_deleted), interpreted=False)


def know(database: Database, user_id: str, identities: dict[str, str], email: str | None = None) -> None:
    """Land a roster version of somebody, with an id in other systems."""
    landing.employ(database, user_id, email=email, identities=identities)


def events(database: Database) -> list[tuple[Any, ...]]:
    return database.execute(EVENTS, role="analyst")


def score(database: Database) -> dict[str, tuple[int, int]]:
    """Gold and rank points of each SDR."""
    rows = database.execute(
        "select user_id, sum(gold_value), sum(rank_points) from marts.fct_sales_events group by user_id", role="hud"
    )
    return {user: (int(gold), int(points)) for user, gold, points in rows}


def reasons(database: Database) -> list[str]:
    rows = database.execute("select reason from marts.fct_unscored_items where event_id is null order by 1")
    return [reason for (reason,) in rows]


def check_settled(warehouse: Warehouse, *, rebuild: bool = False) -> None:
    """Live days are the same before and after a settle, and a rebuild, and the kept events are those of all items."""
    before = live_user_days(warehouse)
    figures = "select user_id, total_gold, total_events, last_event_at from marts.dim_user_stats order by user_id"
    stats = warehouse.execute(figures)
    warehouse.settle()
    assert live_user_days(warehouse) == before == live_user_days(warehouse, DAYS)
    assert warehouse.execute(figures) == stats
    assert warehouse.execute(DIFFERENCE) == [(0,)]
    tail = "select tail_event_count, tail_item_count, is_settleable from intermediate.int_tail"
    assert warehouse.execute(tail) == [(0, 0, False)]
    if rebuild:
        warehouse.rebuild()
        assert live_user_days(warehouse) == before == live_user_days(warehouse, DAYS)
        assert warehouse.execute(figures) == stats


def test_what_a_vendor_sends_is_in_the_marts_at_once_and_scores_once(warehouse: Warehouse) -> None:
    arrive(warehouse, "nooks", nooks_call(disposition=" Connected - MEETING Set "))
    outreach = {
        "data": {
            "type": "call",
            "id": 9,
            "attributes": {"direction": "outbound", "outcome": "Answered", "tags": ["Meeting Booked"]},
            "relationships": {"user": {"data": {"id": 42}}},
        },
        "meta": {"eventName": "call.created"},
    }
    arrive(warehouse, "outreach", ("call:9", outreach))
    mailing = {"data": {"attributes": {"state": "delivered"}, "relationships": {"user": {"data": {"id": 42}}}}}
    arrive(warehouse, "outreach", ("mailing:7", mailing))
    pull(warehouse, "raw_salesforce.tasks", "1", {"CallType": "Outbound", "IsClosed": True}, MONDAY)
    interpret_pending(warehouse)
    assert events(warehouse) == [
        ("call_connect", "nooks:u-1", False, 25),
        ("call_dial", "nooks:u-1", False, 5),
        ("email_sent", "outreach:42", False, 3),
    ]
    assert reasons(warehouse) == ["not_scoring_source", "not_scoring_source"]
    check_settled(warehouse)


def test_the_sdr_who_booked_gets_the_credit_and_a_reschedule_nets_to_zero(warehouse: Warehouse) -> None:
    know(warehouse, "ann", {"calendly": "https://api.calendly.com/users/SDR1"}, "ann@example.com")
    know(warehouse, "ed", {}, "AE@example.com")
    arrive(warehouse, "calendly", calendly("invitee.created"))
    assert score(warehouse) == {"ann": (100, 1)}
    warehouse.settle()
    arrive(warehouse, "calendly", calendly("invitee.canceled", 60, rescheduled=True))
    arrive(warehouse, "calendly", calendly("invitee.created", 60, f"{INVITEE}-2"))
    assert score(warehouse) == {"ann": (100, 1)}
    assert [kind for kind, *_ in events(warehouse)] == ["meeting_booked", "meeting_booked", "meeting_cancelled"]
    statuses = "select status from marts.fct_meetings order by status"
    assert warehouse.execute(statuses) == [("booked",), ("cancelled",)]
    # Nobody of the team booked it: the first host did.
    arrive(warehouse, "calendly", calendly("invitee.created", 90, f"{INVITEE}-3", invitee_scheduled_by=None))
    assert score(warehouse) == {"ann": (100, 1), "ed": (100, 1)}
    check_settled(warehouse, rebuild=True)


def test_a_cancellation_that_comes_first_or_alone_nets_to_zero(warehouse: Warehouse) -> None:
    arrive(warehouse, "calendly", calendly("invitee.canceled", 60))
    assert set(score(warehouse).values()) == {(0, 0)}
    arrive(warehouse, "calendly", calendly("invitee.created"))
    assert set(score(warehouse).values()) == {(0, 0)}
    check_settled(warehouse)


def test_a_no_show_that_is_taken_back_counts_again(warehouse: Warehouse) -> None:
    arrive(warehouse, "calendly", calendly("invitee.created"))
    arrive(warehouse, "calendly", calendly("invitee_no_show.created", 60))
    assert set(score(warehouse).values()) == {(0, 0)}
    warehouse.settle()
    arrive(warehouse, "calendly", calendly("invitee_no_show.deleted", 90))
    assert set(score(warehouse).values()) == {(100, 1)}
    check_settled(warehouse)
    arrive(warehouse, "calendly", calendly("invitee_no_show.created", 120))
    assert set(score(warehouse).values()) == {(0, 0)}
    check_settled(warehouse)


def test_an_update_of_outreach_holds_only_what_changed(warehouse: Warehouse) -> None:
    warehouse.execute("update seeds.scoring_sources set is_scored = true where source = 'outreach'")

    def update(attributes: dict[str, object], hours: float, name: str = "call.updated") -> tuple[str, object]:
        said = attributes | {"updatedAt": iso(MONDAY + timedelta(hours=hours))}
        return "call:1", {"data": {"type": "call", "id": 1, "attributes": said}, "meta": {"eventName": name}}

    arrive(warehouse, "outreach", update({"outcome": "Answered", "answeredAt": iso(MONDAY)}, 2))
    arrive(warehouse, "outreach", update({"direction": "outbound", "outcome": "No answer"}, 1, "call.created"))
    assert [kind for kind, *_ in events(warehouse)] == ["call_connect", "call_dial"]
    warehouse.settle()
    arrive(warehouse, "outreach", update({"direction": None}, 4, "call.destroyed"))
    assert (events(warehouse), reasons(warehouse)) == ([], ["deleted", "superseded", "superseded"])
    warehouse.dbt("seed", "--select", "scoring_sources")
    check_settled(warehouse)


def test_versions_of_hubspot_replace_each_other_and_a_deletion_takes_all_back(warehouse: Warehouse) -> None:
    for hours, outcome in ((2, "SCHEDULED"), (1, "CANCELED")):
        version = hubspot_meeting(outcome)
        pull(warehouse, "raw_hubspot.meetings", "7", version, MONDAY + timedelta(hours=hours))
    interpret_pending(warehouse)
    assert events(warehouse) == [("meeting_booked", "hubspot:67890", False, 100)]
    warehouse.settle()
    pull(warehouse, "raw_hubspot.meetings", "7", hubspot_meeting("NO_SHOW"), MONDAY + timedelta(hours=3))
    interpret_pending(warehouse)
    assert [row[2:] for row in events(warehouse)] == [(True, 0), (False, 0)]
    warehouse.settle()
    pull(warehouse, "raw_hubspot.meetings", "7", hubspot_meeting("COMPLETED"), MONDAY + timedelta(hours=4))
    interpret_pending(warehouse)
    assert [(row[0], *row[2:]) for row in events(warehouse)] == [
        ("meeting_attended", False, 150),
        ("meeting_booked", False, 100),
    ]
    check_settled(warehouse)
    pull(warehouse, "raw_hubspot.meetings", "7", {}, MONDAY + timedelta(hours=4), is_deleted=True)
    # Live without any settle: the next one finds it, whoever asks for it.
    interpret_pending(warehouse)
    assert events(warehouse) == []
    assert warehouse.execute("select * from marts.dim_user_stats") == []
    check_settled(warehouse)
    assert warehouse.execute(ACCOUNTED) == [(0,)]


def test_a_notification_only_says_that_there_is_something_to_pull(warehouse: Warehouse) -> None:
    arrive(warehouse, "hubspot", ("0-48:88123", {"objectId": 88123, "objectTypeId": "0-48"}))
    assert (events(warehouse), reasons(warehouse)) == ([], ["notification"])
    check_settled(warehouse)


def test_a_roster_that_knows_somebody_later_moves_the_work(warehouse: Warehouse) -> None:
    arrive(warehouse, "nooks", nooks_call(1))
    arrive(warehouse, "nooks", nooks_call(2, user="u-2", email="Bob@Example.com", hours=1))
    warehouse.settle()
    know(warehouse, "ann", {"nooks": "u-1"})
    know(warehouse, "bob", {}, "bob@example.com")
    interpret_pending(warehouse)
    assert {user for _, user, *_ in events(warehouse)} == {"ann", "bob"}
    people = "select user_id from marts.dim_users order by 1"
    assert warehouse.execute(people) == [("ann",), ("bob",)]
    check_settled(warehouse)
    know(warehouse, "cyd", {"nooks": "u-1"})  # of two the one who got it last
    warehouse.settle()
    assert {user for _, user, *_ in events(warehouse)} == {"cyd", "bob"}
    check_settled(warehouse)


def test_another_mapping_moves_what_has_been_settled(warehouse: Warehouse) -> None:
    arrive(warehouse, "nooks", nooks_call(disposition="Gatekeeper"))
    assert [kind for kind, *_ in events(warehouse)] == ["call_dial"]
    unmapped = "select field, value, item_count from marts.rpt_unmapped_values where field = 'disposition'"
    assert warehouse.execute(unmapped, role="analyst") == [("disposition", "gatekeeper", 1)]
    warehouse.settle()
    warehouse.execute(
        "insert into seeds.vendor_mappings values ('nooks', 'call', 'disposition', ' Gatekeeper', 'call_connect'),"
        " ('nooks', 'call', 'status', '*', 'email_sent');"
        " insert into seeds.scoring_sources values ('email_sent', 'nooks', true)"
    )
    warehouse.settle()
    assert [kind for kind, *_ in events(warehouse)] == ["call_connect", "call_dial", "email_sent"]
    assert warehouse.execute(unmapped) == []
    check_settled(warehouse)
    warehouse.dbt("seed", "--select", "vendor_mappings", "scoring_sources")
    warehouse.settle()
    assert [kind for kind, *_ in events(warehouse)] == ["call_dial"]
    check_settled(warehouse)


def test_unchanged_objects_write_nothing(warehouse: Warehouse) -> None:
    item = nooks_call()
    arrive(warehouse, "nooks", item)
    rows = "select xmin, ctid from staging.stg_vendor__events union all select xmin, ctid from {}".format(
        "staging.stg_vendor__objects"
    )
    before = warehouse.execute(rows)
    warehouse.execute("select raw.interpret(array['nooks'], array['call:c1'])", role="ingest")
    warehouse.rebuild()
    assert warehouse.execute(rows) == before
    assert warehouse.execute("select * from intermediate.vendor_days_touched") == []


def test_what_nobody_interpreted_at_landing_is_listed_and_mended(warehouse: Warehouse) -> None:
    connection = psycopg2.connect(warehouse.dsn("ingest"))
    with connection, connection.cursor() as cursor:
        insert(cursor, "nooks", *nooks_call(), MONDAY)
    connection.close()
    assert (events(warehouse), reasons(warehouse)) == ([], ["pending"])
    warehouse.settle()
    assert [kind for kind, *_ in events(warehouse)] == ["call_connect", "call_dial"]
    check_settled(warehouse)


def test_more_objects_than_are_read_at_once_are_all_read(warehouse: Warehouse) -> None:
    call = json.dumps(nooks_call()[1])
    warehouse.execute(
        "insert into raw.webhook_events"
        " (raw_id, door, source, external_id, dedup_key, received_at, verified_by, payload)"
        " select gen_random_uuid(), 'nooks', 'nooks', 'call:' || number, number::text, now(), 'signature', %s"
        " from generate_series(1, 4001) as number",
        call,
        role="ingest",
    )
    interpret_pending(warehouse)
    assert reasons(warehouse) == []
    assert warehouse.execute("select count(*) from staging.stg_vendor__events") == [(8002,)]


def test_a_rebuild_takes_away_what_nothing_tells_of(warehouse: Warehouse) -> None:
    arrive(warehouse, "nooks", nooks_call())
    arrive(warehouse, "nooks", nooks_call(2))
    warehouse.settle()
    warehouse.execute(
        "delete from staging.stg_vendor__objects; delete from raw.webhook_events where external_id = 'call:c2'"
    )
    warehouse.rebuild()
    assert warehouse.execute("select distinct object_key from staging.stg_vendor__events") == [("call:c1",)]
    check_settled(warehouse)


def test_a_field_that_no_object_has_is_noticed(warehouse: Warehouse) -> None:
    from orchestration.lib.dbt import DbtError  # noqa: PLC0415  # see Warehouse.dbt

    warehouse.execute("update seeds.vendor_mappings set field = 'dispositon' where field = 'disposition'")
    with pytest.raises(DbtError, match="accepted_values_vendor_mappings_field"):
        warehouse.dbt("test", "--select", "vendor_mappings")


def catch_up(database: Database) -> None:
    """As pipelines and the loader of the roster do, after what they landed is committed."""
    with closing(psycopg2.connect(database.dsn("ingest"))) as connection:
        connection.autocommit = True
        interpreting.interpret_pending(connection.cursor())


@pytest.mark.parametrize("run", [catch_up, Warehouse.settle])
def test_what_lands_beside_a_long_interpretation_is_live_without_another(
    warehouse: Warehouse, run: Callable[[Warehouse], None]
) -> None:
    """Nobody waits for it; what landed meanwhile, or was about to, has its meaning when it is over."""
    arrive(warehouse, "nooks", nooks_call(1))
    warehouse.settle()
    with ExitStack() as stack:
        blocker, silent, late = (
            stack.enter_context(closing(psycopg2.connect(dsn)))
            for dsn in (warehouse.owner_dsn, warehouse.dsn("ingest"), warehouse.dsn("ingest"))
        )
        with silent, silent.cursor() as cursor:
            insert(cursor, "nooks", *nooks_call(1, "No answer"), MONDAY + timedelta(minutes=1))
        blocker.cursor().execute("select * from staging.stg_vendor__objects for update")
        runner = stack.enter_context(ThreadPoolExecutor(1)).submit(run, warehouse)
        stack.callback(blocker.rollback)
        waiting = "select count(*) from pg_locks where locktype = 'transactionid' and not granted"
        deadline = time.monotonic() + 60
        while warehouse.execute(waiting) == [(0,)] and not runner.done():
            assert time.monotonic() < deadline
            time.sleep(0.02)
        assert not runner.done()
        took = []
        for number in (2, 3, 4):
            began = time.monotonic()
            arrive(warehouse, "nooks", nooks_call(number, hours=number))
            took.append(time.monotonic() - began)
        assert min(took) < 0.3
        assert reasons(warehouse) == ["pending"] * 4
        with late.cursor() as cursor:
            cursor.execute(landing.LOCK, ["nooks", "call:c5"])
            insert(cursor, "nooks", *nooks_call(5, hours=5), MONDAY)
            cursor.execute("select raw.interpret('{nooks}', '{call:c5}')")
        blocker.rollback()
        time.sleep(0.5)
        assert not runner.done() or run is not catch_up
        late.commit()
        runner.result(60)
    assert reasons(warehouse) == ["superseded"]
    assert [kind for kind, *_ in events(warehouse)] == ["call_connect"] * 4 + ["call_dial"] * 5
    check_settled(warehouse)


def test_an_object_that_cannot_be_read_takes_its_meaning_from_no_other(warehouse: Warehouse) -> None:
    warehouse.execute(
        "alter table staging.stg_vendor__events add constraint odd check (object_key <> 'call:c13') not valid"
    )
    calls = [nooks_call(number, "No answer") for number in range(1, 31)]
    keys = [key for key, _ in calls]
    with closing(psycopg2.connect(warehouse.dsn("ingest"))) as connection:
        for part, meaning in ((slice(0, 20), "raw.interpret(%s, %s)"), (slice(20, 30), "null")):
            with connection, connection.cursor() as cursor:
                for key, call in calls[part]:
                    cursor.execute(landing.LOCK, ["nooks", key])
                    insert(cursor, "nooks", key, call, MONDAY)
                if meaning != "null":
                    cursor.execute(f"select {meaning}", [["nooks"] * 20, keys[part]])
            assert len(events(warehouse)) == 19
    arrive(warehouse, "nooks", nooks_call(13, "No answer"))
    catch_up(warehouse)
    assert len(events(warehouse)) == 29
    assert reasons(warehouse) == ["pending", "pending"]
    # Where nothing can be read, it is no object's fault, and nothing is passed over.
    warehouse.execute("alter table staging.stg_vendor__events add constraint none check (false) not valid")
    with closing(psycopg2.connect(warehouse.dsn("ingest"))) as connection, connection, connection.cursor() as cursor:
        for number in range(100, 200):
            insert(cursor, "nooks", *nooks_call(number, "No answer"), MONDAY)
    with pytest.raises(psycopg2.errors.CheckViolation):
        catch_up(warehouse)
    warehouse.execute("alter table staging.stg_vendor__events drop constraint none, drop constraint odd")
    warehouse.rebuild()
    assert len(events(warehouse)) == 130
    check_settled(warehouse)


def test_a_meeting_and_a_call_with_long_ids_are_in_their_marts(warehouse: Warehouse) -> None:
    pull(warehouse, "raw_hubspot.meetings", "9" * 300, hubspot_meeting("COMPLETED"), MONDAY)
    interpret_pending(warehouse)
    call = "call:" + "c" * 300
    arrive(warehouse, "nooks", (call, nooks_call()[1]))
    assert warehouse.execute("select status, count(meeting_id) from marts.fct_meetings group by 1") == [("attended", 1)]
    assert warehouse.execute("select is_connected, count(call_id) from marts.fct_calls group by 1") == [(True, 1)]


def test_a_vendors_event_can_be_taken_back_by_hand(warehouse: Warehouse) -> None:
    arrive(warehouse, "nooks", nooks_call())
    warehouse.settle()
    by_name = landing.event("ann", "meeting_cancelled", MONDAY, reverses="call:c1/call_dial", source="nooks")
    landing.land(warehouse, by_name)
    assert [row[2] for row in events(warehouse)] == [False, True, False]
    ((connect, known),) = warehouse.execute(
        "select event_id::text, raw.vendor_event(upper(event_id::text))::text from marts.fct_sales_events"
        " where event_type = 'call_connect'",
    )
    assert connect == known
    assert warehouse.execute("select raw.vendor_event(%s)", "no id", role="ingest") == [(None,)]
    check_settled(warehouse)


def test_a_kept_table_gets_another_column(
    warehouse: Warehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from orchestration.lib import dbt  # noqa: PLC0415  # see Warehouse.dbt

    arrive(warehouse, "nooks", nooks_call())
    project = tmp_path / "dbt_project"
    shutil.copytree(dbt.PROJECT, project)
    monkeypatch.setattr(dbt, "PROJECT", project)
    change(project / "macros/vendor_events.sql", " as landed_at\n", " as landed_at, objects.object_type as kind\n")
    added = '      - {name: kind, data_type: text, description: "Its kind."}\n'
    contract, next_model = project / "models/staging/vendor/stg_vendor.yml", "  - name: stg_vendor__item_outcomes"
    change(contract, next_model, added + next_model)
    other = Warehouse(warehouse.owner_dsn, tmp_path)
    other.dbt("run", "--select", "stg_vendor__events_defined", "stg_vendor__events")
    arrive(warehouse, "outreach", ("mailing:7", {"data": {"attributes": {"state": "delivered"}}}))
    kinds = "select kind, count(*) from staging.stg_vendor__events group by 1 order by 1"
    assert warehouse.execute(kinds) == [("call", 2), ("mailing", 1)]
    assert warehouse.execute(DIFFERENCE) == [(0,)]
    # Elsewhere than at the end, rows would be made with values in the wrong columns.
    change(contract, added, "")
    change(contract, "      - {name: actor_email,", added + "      - {name: actor_email,")
    with pytest.raises(dbt.DbtError, match="New ones go last"):
        other.dbt("run", "--select", "stg_vendor__events")


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1
    file.write_text(text.replace(old, new), encoding="utf-8")


def test_only_who_lands_may_interpret(warehouse: Warehouse) -> None:
    for role in ("analyst", "hud"):
        with pytest.raises(psycopg2.Error, match="permission denied"):
            warehouse.execute("select staging.interpret_pending()", role=role)
    with pytest.raises(psycopg2.Error, match="permission denied"):
        warehouse.execute("select staging.replace_vendor_objects('{}', '{}')", role="ingest")
    with pytest.raises(psycopg2.Error, match="READ COMMITTED"):
        warehouse.execute("set transaction isolation level repeatable read; select raw.interpret_pending()")


KEYS = {
    "outreach": ["call:1", "mailing:1", "prospect:1", ":", ""],
    "nooks": ["call:1", "call:" + "c" * 300],
    "hubspot": ["0-48:1", "call:1"],
    "salesloft": ["meeting:1", "meeting:9223372036854775808"],
    "calendly": ["invitee:1", "invitee:" + "\U0001f642" * 490],
}
TABLES = [
    "raw_hubspot.calls",
    "raw_hubspot.emails",
    "raw_hubspot.meetings",
    "raw_salesforce.tasks",
    "raw_salesforce.events",
]
IDS = ["0", "1", "999999999999999999", "9223372036854775808", "i" * 300]
ODD: st.SearchStrategy[Any] = st.one_of(
    st.sampled_from([None, True, 0, -1, 1e308, "", "x" * 3000, "infinity", "2026-02-30T10:00:00Z", [], {}, "\x01"]),
    # Ids, as text and as numbers: at the end of bigint, past it, and longer than any name.
    st.sampled_from([7, 10**18 - 1, 2**63 - 1, 2**63, 10**40, "9" * 18, "9" * 19, "9" * 300]),
    st.sampled_from(["outbound", "connected", "2026-01-12T15:00:00Z", "deleted", [["outbound"]], {"a": None}]),
)
WORDS = ["data", "meta", "attributes", "relationships", "user", "id", "tags", "direction", "eventName", "dialedAt"]
WORDS += ["callData", "userData", "userId", "callDirection", "disposition", "name", "startedAt", "durationSeconds"]
WORDS += ["payload", "event", "created_at", "scheduled_event", "event_memberships", "user_email", "canceled_at"]
WORDS += ["properties", "hs_timestamp", "hs_call_direction", "hubspot_owner_id", "OwnerId", "IsClosed", "CallType"]
DOCUMENTS = st.recursive(
    ODD,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(WORDS), inner, max_size=6)),
    max_leaves=30,
)


@given(st.lists(st.tuples(st.integers(0, 50), PAYLOADS | DOCUMENTS.map(json.dumps)), min_size=1, max_size=12))
@example([(number, payload) for number in range(9) for payload in HOSTILE_JSON])
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
def test_whatever_json_a_vendor_sends_nothing_fails_and_every_item_is_listed(
    warehouse: Warehouse, items: list[tuple[int, str]]
) -> None:
    doors = [(vendor, key) for vendor, keys in KEYS.items() for key in keys]
    for number, payload in items:
        vendor, key = doors[number % len(doors)]
        landing.deliver(warehouse, Delivery(vendor, key, None, payload))
        pull(warehouse, TABLES[number % len(TABLES)], IDS[number % len(IDS)], payload, datetime.now(UTC))
    interpret_pending(warehouse)
    read_all(warehouse, marts(warehouse))
    assert warehouse.execute(ACCOUNTED) == [(0,)]
    assert warehouse.execute(DIFFERENCE) == [(0,)]
    assert "pending" not in reasons(warehouse)


def door(database: Database, seed: int) -> Callable[[], None]:
    """Lands items of a few objects as a door does, sometimes without their meaning, sometimes not at all."""
    chance = random.Random(seed)
    connection = psycopg2.connect(database.dsn("ingest"))

    def land() -> None:
        numbers = sorted(chance.sample(range(12), chance.randint(1, 3)))
        with connection.cursor() as cursor:
            for number in numbers:
                cursor.execute(landing.LOCK, ["nooks", f"call:c{number}"])
            for number in numbers:
                disposition = chance.choice(["Connected", "No answer", "Connected - Meeting Set"])
                key, call = nooks_call(number, disposition, f"u-{chance.randint(1, 3)}", hours=chance.randint(0, 60))
                insert(cursor, "nooks", key, call, MONDAY + timedelta(hours=61))
            time.sleep(chance.random() * 0.01)
            if chance.random() < 0.8:
                keys = [f"call:c{number}" for number in numbers]
                cursor.execute("select raw.interpret(%s, %s)", [["nooks"] * len(keys), keys])
            time.sleep(chance.random() * 0.01)
        connection.rollback() if chance.random() < 0.2 else connection.commit()

    return land


@pytest.mark.timeout(240)
def test_doors_pipelines_settles_and_readers_agree_at_any_moment(warehouse: Warehouse) -> None:
    reads = "select (select count(*) from staging.stg_vendor__events), (select sum(gross_event_count) from {})"
    reader = psycopg2.connect(warehouse.owner_dsn)
    reader.autocommit = True
    chance = random.Random(1)

    def read() -> None:
        with reader.cursor() as cursor:
            cursor.execute(reads.format("marts.fct_user_daily"))
            kept, counted = cursor.fetchall()[0]
        assert kept == (counted or 0)

    def know_somebody() -> None:
        know(warehouse, f"sdr {chance.randint(1, 3)}", {"nooks": f"u-{chance.randint(1, 3)}"})
        catch_up(warehouse)
        time.sleep(0.1)

    with background() as running:
        for seed in range(3):
            running.repeat(door(warehouse, seed))
        running.repeat(read)
        running.repeat(know_somebody)
        for _ in range(4):
            warehouse.settle()
    check_settled(warehouse, rebuild=True)
