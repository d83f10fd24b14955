"""Meetings, calls, what scored nothing, who was who, and the way from a number back to the text that was sent."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests import landing
from tests.conftest import Database, Warehouse
from tests.warehouse.oracle import LIVE, check_marts, lineage
from tests.warehouse.reading import marts, read_all
from tests.warehouse.test_scoring import HOSTILE_JSON, PAYLOADS

NOON = datetime(2026, 3, 9, 12, tzinfo=UTC)
SAYING = landing.INSERT.replace("""'{"metadata": {"n": 1}}'""", "%s")
RESET = "truncate raw.webhook_events, raw.rejected_events, raw_roster.sdr_versions, intermediate.settle_watermarks"


def say(database: Database, event_type: str, metadata: object = None, hours: float = 0, **event: Any) -> str:
    """Land an event with metadata, so many hours after `NOON`; returns its event_id."""
    said: dict[str, Any] = {"user_id": "ann", "occurred_at": NOON + timedelta(hours=hours)} | event
    parameters = landing.event(event_type=event_type, **said)
    database.execute(SAYING, json.dumps({"metadata": metadata}), *parameters, role="ingest")
    return str(parameters[0])


def meetings(database: Database, columns: str = "status") -> list[tuple[Any, ...]]:
    return database.execute(f"select {columns} from marts.fct_meetings order by meeting_id, event_id", role="analyst")


def calls(database: Database, columns: str) -> list[tuple[Any, ...]]:
    return database.execute(f"select {columns} from marts.fct_calls order by call_id, event_id", role="analyst")


def reasons(database: Database) -> list[str]:
    rows = database.execute("select reason from marts.fct_unscored_items order by reason", role="analyst")
    return [reason for (reason,) in rows]


def test_a_meeting_is_one_row_whatever_is_repeated_and_in_whatever_order(warehouse: Warehouse) -> None:
    for hours in (72, 48, 50):
        say(warehouse, "meeting_attended", {"meeting_id": "m"}, hours)
    say(warehouse, "meeting_booked", {"meeting_id": "m", "scheduled_at": "2026-03-11T13:30:00+01:00"})
    columns = (
        "meeting_id, status, days_to_attend::float, booked_at, scheduled_for, attended_at, cancelled_at, no_show_at"
    )
    scheduled, attended = NOON + timedelta(hours=48.5), NOON + timedelta(hours=48)
    assert meetings(warehouse, columns) == [("m", "attended", 2.0, NOON, scheduled, attended, None, None)]
    check_marts(warehouse, LIVE)


@pytest.mark.parametrize(
    ("event_type", "status"),
    [("meeting_no_show", "no_show"), ("meeting_cancelled", "cancelled"), ("email_sent", "cancelled")],
)
def test_a_meeting_is_lost_as_the_first_reversal_says(warehouse: Warehouse, event_type: str, status: str) -> None:
    for hours, kind in ((30, "meeting_no_show"), (20, "meeting_cancelled"), (10, event_type)):
        say(warehouse, kind, hours=hours, reverses="x")
    say(warehouse, "meeting_booked", external_id="x")
    say(warehouse, "meeting_attended", {"meeting_id": "x"}, 40)
    lost_at = NOON + timedelta(hours=10)
    ((found, cancelled_at, no_show_at),) = meetings(warehouse, "status, cancelled_at, no_show_at")
    assert (found, cancelled_at or no_show_at) == (status, lost_at)
    assert None in (cancelled_at, no_show_at)


@pytest.mark.parametrize(
    ("named", "source", "statuses"),
    [
        ("m", "test", ["attended"]),
        ("x", "test", ["attended"]),
        (7, "test", ["attended", "booked"]),
        ("m", "other", ["booked", "attended"]),
        ("x", "other", ["booked", "attended"]),
        ("event_id", "other", ["attended"]),
        ("", "test", ["booked", "attended"]),
        ({"m": 1}, "test", ["booked", "attended"]),
    ],
)  # fmt: skip
def test_an_attended_event_names_its_booking(
    warehouse: Warehouse, named: object, source: str, statuses: list[str]
) -> None:
    booked = say(warehouse, "meeting_booked", {"meeting_id": "m"}, external_id="x")
    metadata = {"meeting_id": booked if named == "event_id" else named}
    say(warehouse, "meeting_attended", metadata, 1, source=source, external_id="y", user_id="bob")
    found = meetings(warehouse)
    assert sorted(status for (status,) in found) == sorted(statuses)
    check_marts(warehouse, LIVE)


def test_an_attended_event_that_is_taken_back_attends_nothing(warehouse: Warehouse) -> None:
    say(warehouse, "meeting_booked", {"meeting_id": "m"})
    attended = say(warehouse, "meeting_attended", {"meeting_id": "m"}, 1)
    say(warehouse, "meeting_cancelled", hours=2, reverses=attended)
    assert meetings(warehouse) == [("booked",)]


def test_meetings_convert_by_cohort_team_and_source(warehouse: Warehouse) -> None:
    landing.employ(warehouse, "ann", team="Blue")
    for number in range(4):
        say(warehouse, "meeting_booked", external_id=f"x{number}")
    say(warehouse, "meeting_attended", {"meeting_id": "x0"}, 200)
    say(warehouse, "meeting_cancelled", hours=200, reverses="x1")
    say(warehouse, "meeting_no_show", hours=200, reverses="x2")
    columns = "booked_week_start_date::text, team_id, source, booked_count, attended_count, cancelled_count,"
    columns += " no_show_count, pending_count, attended_ratio::float, cancelled_ratio::float, no_show_ratio::float"
    assert warehouse.execute(f"select {columns} from marts.rpt_meeting_conversion", role="analyst") == [
        ("2026-03-09", "blue", "test", 4, 1, 1, 1, 1, 0.25, 0.25, 0.25)
    ]


def test_a_call_is_a_dial_and_what_came_of_it(warehouse: Warehouse) -> None:
    say(warehouse, "call_dial", {"disposition": "no answer"}, external_id="a")
    say(warehouse, "call_connect", {"call_id": "b", "duration_seconds": 61.5, "disposition": "answered"}, 1)
    say(warehouse, "call_connect", {"call_id": "b", "duration_seconds": 1}, 2)
    say(warehouse, "call_dial", {"disposition": "?"}, external_id="b")
    say(warehouse, "call_connect", {"call_id": "c"}, 3)
    say(warehouse, "call_connect", {"call_id": "c"}, 4)
    columns = "call_id, disposition, duration_seconds, is_connected, dialled_at is not null"
    assert calls(warehouse, columns) == [
        ("a", "no answer", None, False, True),
        ("b", "answered", 62, True, True),
        ("c", None, None, True, False),
    ]
    check_marts(warehouse, LIVE)


def test_a_call_that_was_taken_back_is_none(warehouse: Warehouse) -> None:
    dial = say(warehouse, "call_dial", external_id="a")
    say(warehouse, "meeting_cancelled", reverses=dial)
    assert calls(warehouse, "call_id") == []
    say(warehouse, "call_connect", {"call_id": "a"}, 1)
    assert calls(warehouse, "call_id, dialled_at") == [("a", None)]
    check_marts(warehouse, LIVE)


@pytest.mark.parametrize(
    "metadata",
    [
        {"duration_seconds": -1, "scheduled_at": "infinity"},
        {"duration_seconds": 86401, "scheduled_at": "now"},
        {"duration_seconds": 1e300, "scheduled_at": "2026-02-30T10:00:00Z"},
        {"duration_seconds": "60", "scheduled_at": "2026-03-01T10:00:00"},
        {"duration_seconds": True, "scheduled_at": "2026-03-01 10:00:00 Europe/Berlin"},
        {"duration_seconds": [60], "scheduled_at": {"at": 1}, "disposition": {"a": 1}, "call_id": [1]},
        {"call_id": "x" * 3000, "meeting_id": "x" * 3000, "duration_seconds": None, "disposition": None},
        {"call_id": "", "meeting_id": "\x00", "scheduled_at": "1899-01-01T00:00:00Z"},
        [1],
        "text",
        None,
    ],
)  # fmt: skip
def test_what_metadata_does_not_say_properly_is_null(warehouse: Warehouse, metadata: object) -> None:
    ids = {kind: say(warehouse, kind, metadata) for kind in ("call_dial", "meeting_booked")}
    assert calls(warehouse, "call_id, duration_seconds, disposition") == [(ids["call_dial"], None, None)]
    assert meetings(warehouse, "meeting_id, scheduled_for") == [(ids["meeting_booked"], None)]
    check_marts(warehouse, LIVE)


NAMES = st.sampled_from(["a", "b", "c", 1, None])
LINKED = st.fixed_dictionaries(
    {
        "event_type": st.sampled_from(
            ["meeting_booked", "meeting_booked", "meeting_attended", "meeting_attended", "call_dial", "call_connect"]
        ),
        "hours": st.integers(0, 4),
        "source": st.sampled_from(["test", "test", "other"]),
        "user_id": st.sampled_from(["ann", "bob"]),
        "is_named": st.booleans(),
        "name": NAMES,
        "earlier": st.none() | st.integers(0, 3),
        "reverses": st.none() | st.none() | st.none() | st.integers(0, 3),
    }
)


@given(st.lists(LINKED, min_size=2, max_size=7))
@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
def test_however_events_name_each_other_the_marts_are_the_oracles(
    warehouse: Warehouse, events: list[dict[str, Any]]
) -> None:
    warehouse.execute(RESET)
    ids: list[str] = []
    for drawn in events:
        event = dict(drawn)
        name, earlier, reverses = event.pop("name"), event.pop("earlier"), event.pop("reverses")
        if event.pop("is_named"):
            event["external_id"] = "abcdefg"[len(ids)]
        if earlier is not None and earlier < len(ids):
            name = ids[earlier]
        if reverses is not None and reverses < len(ids):
            event["reverses"] = ids[reverses]
        ids.append(say(warehouse, metadata={"meeting_id": name, "call_id": name, "duration_seconds": 60}, **event))
    check_marts(warehouse, LIVE, lineage.EXPLANATIONS)


def test_what_scores_nothing_is_listed_with_the_reason(warehouse: Warehouse) -> None:
    booked = say(warehouse, "meeting_booked")
    say(warehouse, "meeting_cancelled", reverses=booked)
    say(warehouse, "meeting_no_show")
    say(warehouse, "handshake")
    say(warehouse, "call_dial")
    land_item(warehouse, "nooks", "{}")
    refuse(warehouse, b"\x00\xff{")
    expected = ["invalid_json", "no_rule", "reversal", "reversed", "unmapped", "worth_nothing"]
    assert reasons(warehouse) == expected
    assert all(len(row[0]) > 10 for row in warehouse.execute("select detail from marts.fct_unscored_items"))
    check_marts(warehouse, LIVE)


VENDORS = ["outreach", "nooks", "hubspot", "salesloft", "calendly"]
ACCOUNTED = """
select count(*) from raw.webhook_events as items
where not exists (select 1 from marts.fct_sales_events as events where events.raw_id = items.raw_id)
and not exists (select 1 from marts.fct_unscored_items as unscored where unscored.item_id = items.raw_id)
"""


def land_item(database: Database, vendor: str, payload: str) -> None:
    """What a vendor's door lands: the payload, and nothing read from it."""
    database.execute(
        "insert into raw.webhook_events (raw_id, door, source, dedup_key, received_at, verified_by, payload)"
        " values (gen_random_uuid(), %s, %s, gen_random_uuid()::text, now(), 'signature', %s)",
        vendor,
        vendor,
        payload,
        role="ingest",
    )


@given(st.lists(st.tuples(st.sampled_from(VENDORS), PAYLOADS), min_size=1, max_size=10))
@example([(vendor, payload) for vendor in VENDORS for payload in HOSTILE_JSON])
@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
def test_whatever_a_vendor_sends_every_mart_can_be_read_and_every_item_is_in_one(
    warehouse: Warehouse, items: list[tuple[str, str]]
) -> None:
    for vendor, payload in items:
        land_item(warehouse, vendor, payload)
    read_all(warehouse, marts(warehouse))
    assert warehouse.execute(ACCOUNTED) == [(0,)]


FOLLOW = "select {} from marts.fct_unscored_items as items cross join lateral marts.raw_text(items.item_id) as texts"


def refuse(database: Database, body: bytes) -> None:
    """What a door keeps of an item that it cannot read."""
    database.execute(
        "insert into raw.rejected_events (rejected_id, door, source, reason, detail, body, verified_by, received_at)"
        " values (gen_random_uuid(), 'canonical', null, 'invalid_json', 'It is no JSON.', %s, 'secret', now())",
        body,
        role="ingest",
    )


@pytest.mark.parametrize("role", ["analyst", "hud"])
@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b"", ""),
        ("{Ä 🙂 \\".encode(), "{Ä 🙂 \\"),
        (b"\x00\xff{", "\\000\\377{"),
        (b"a\\\x00", "a\\\\\\000"),
        (b"\xed\xa0\x80", "\\355\\240\\200"),
        (b"\xc0\x80", "\\300\\200"),
        (b"\xf4\x90\x80\x80", "\\364\\220\\200\\200"),
    ],
)  # fmt: skip
def test_what_was_refused_leads_to_its_bytes(warehouse: Warehouse, role: str, body: bytes, text: str) -> None:
    refuse(warehouse, body)
    assert warehouse.execute(FOLLOW.format("kind, texts.door, texts.reason, raw_text"), role=role) == [
        ("rejected", "canonical", "invalid_json", text)
    ]
    check_marts(warehouse, lineage.EXPLANATIONS)


@given(st.lists(st.binary(max_size=20), min_size=1, max_size=20))
@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_bytes_that_were_refused_can_be_read(warehouse: Warehouse, bodies: list[bytes]) -> None:
    for body in bodies:
        refuse(warehouse, body)
    check_marts(warehouse, lineage.EXPLANATIONS)


@pytest.mark.parametrize("payload", HOSTILE_JSON)
def test_what_landed_and_became_no_event_leads_to_its_text(warehouse: Warehouse, payload: str) -> None:
    land_item(warehouse, "nooks", payload)
    ((_, kind, door, source, reason, text, _),) = warehouse.execute(FOLLOW.format("texts.*"), role="analyst")
    assert (kind, door, source, reason, text) == ("landed", "nooks", "nooks", None, payload)
    assert warehouse.execute("select * from marts.raw_text(gen_random_uuid())", role="analyst") == []


@pytest.mark.parametrize("role", ["analyst", "hud"])
def test_a_score_is_explained_down_to_the_text_as_sent(warehouse: Warehouse, role: str) -> None:
    booked = say(warehouse, "meeting_booked", {"deal": "Ä '\";--"})
    reversal = say(warehouse, "meeting_cancelled", hours=24, reverses=booked, user_id="bob")
    say(warehouse, "call_dial", hours=1)
    explain = (
        "select event_id, gold_value, reversed_by_event_id, explanation, raw_text from marts.explain_score(%s, %s)"
    )
    (lost, dialled) = warehouse.execute(explain, "ann", NOON.date(), role=role)
    text = json.dumps({"metadata": {"deal": "Ä '\";--"}})
    assert lost == (booked, 0, reversal, f"It was taken back by {reversal} and earns nothing.", text)
    assert dialled[1] == 5
    assert dialled[3].startswith("Rule version ")
    assert "gave 5 gold, 10 XP and 0 rank points for call_dial" in dialled[3]
    ((_, gold, _, explanation, _),) = warehouse.execute(explain, "bob", NOON.date() + timedelta(days=1), role=role)
    assert (gold, explanation) == (0, f"It takes back {booked} and earns nothing itself.")
    assert warehouse.execute(explain, "' or true --", NOON.date(), role=role) == []


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/New_York"])
def test_explained_scores_add_up_to_the_days(warehouse: Warehouse, zone: str) -> None:
    landing.employ(warehouse, "ann", zone)
    for hours in range(0, 48, 5):
        say(warehouse, "meeting_booked", hours=hours, external_id=f"x{hours}")
    say(warehouse, "meeting_cancelled", reverses="x10")
    sums = "sum(gold_value), sum(xp_value), sum(rank_points)"
    days = warehouse.execute(f"select activity_date, {sums} from marts.fct_user_daily group by 1 order by 1")
    assert len(days) > 1
    for day, *expected in days:
        query = f"select {sums} from marts.explain_score('ann', %s)"
        assert warehouse.execute(query, day, role="analyst") == [tuple(expected)]


def test_a_person_has_a_history(warehouse: Warehouse) -> None:
    landing.employ(warehouse, "ann", "UTC", "Red", "2026-01-01")
    landing.employ(warehouse, "ann", "Asia/Tokyo", "Blue", "2026-02-01")
    warehouse.execute("update raw_roster.sdr_versions set identities = '{\"nooks\": \"7\"}' where team_name = 'Blue'")
    columns = "team_name, identities, effective_from_date::text, effective_to_date::text, valid_to, is_current"
    boundary = datetime(2026, 2, 1, tzinfo=UTC)
    assert warehouse.execute(f"select {columns} from marts.dim_users_history order by version_id", role="hud") == [
        ("Red", {}, None, "2026-02-01", boundary, False),
        ("Blue", {"nooks": "7"}, "2026-02-01", None, None, True),
    ]
    identities = warehouse.execute("select source, source_user_id, user_id from staging.stg_roster__identities")
    assert identities == [("nooks", "7", "ann")]


@pytest.mark.parametrize("identities", ['{"a": null, "b": 1e-999999}', '{"a": "\\u0000"}', '{"a": null}', '{"a": [1]}'])
def test_whatever_identities_the_roster_holds_everything_can_be_read(warehouse: Warehouse, identities: str) -> None:
    landing.employ(warehouse, "ann")
    warehouse.execute("update raw_roster.sdr_versions set identities = %s", identities)
    assert len(warehouse.execute("select * from marts.dim_users_history", role="analyst")) == 1
    named = warehouse.execute("select source_user_id from staging.stg_roster__identities")
    assert named == ([("[1]",)] if "[1]" in identities else [])
