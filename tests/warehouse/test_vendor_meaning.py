"""Whose work a vendor's delivery is, and that it counts once: one story each."""

from datetime import UTC, datetime

from tests import landing, vendors
from tests.conftest import Warehouse
from tests.warehouse import vendor_draws
from tests.warehouse.oracle import LIVE, SETTLED, check_marts

NOON = datetime(2026, 3, 11, 12, tzinfo=UTC)


def scores(warehouse: Warehouse, what: str) -> dict[str, tuple[object, ...]]:
    """By SDR: some figures of everybody who did anything."""
    rows = warehouse.execute(f"select user_id, {what} from marts.dim_user_stats", role="hud")
    return {row[0]: row[1:] for row in rows}


def test_who_booked_gets_the_credit_and_not_the_host(warehouse: Warehouse) -> None:
    landing.employ(warehouse, "sdr", email="sdr@example.com", identities={"calendly": vendor_draws.CALENDLY_USER})
    landing.employ(
        warehouse, "host", email="AE@example.com", identities={"calendly": "https://api.calendly.com/users/AE1"}
    )
    landing.deliver(warehouse, vendors.calendly(invitee="by the SDR"))
    landing.deliver(warehouse, vendors.calendly(invitee="by the prospect", scheduled_by=None))
    landing.deliver(
        warehouse, vendors.salesloft_meeting(booked_by=None, email="SDR@example.com", owner_email="ae@example.com")
    )
    assert scores(warehouse, "meetings_booked") == {"sdr": (2,), "host": (1,)}


def test_a_meeting_of_salesloft_starts_sometime_and_is_not_its_hosts(warehouse: Warehouse) -> None:
    landing.employ(warehouse, "host", email="ae@example.com")
    landing.deliver(warehouse, vendors.salesloft_meeting(1, booked_by=99, owner_email="ae@example.com"))
    landing.deliver(warehouse, vendors.salesloft_meeting(2, booked_by=None, owner_email="ae@example.com"))
    landing.deliver(warehouse, vendors.salesloft_meeting(3, booked_by=None, owner_email="ae@example.com", starts=None))
    assert scores(warehouse, "meetings_booked") == {"salesloft:99": (1,), "host": (1,)}
    warehouse.settle()
    check_marts(warehouse, LIVE, SETTLED)


def test_a_call_that_three_systems_saw_scores_once(warehouse: Warehouse) -> None:
    identities = {"outreach": "42", "nooks": "u-1", "salesforce": "005A"}
    landing.employ(warehouse, "ann", identities=identities)
    landing.deliver(warehouse, vendors.outreach_call(at=NOON, direction="outbound", outcome="Answered"))
    landing.deliver(warehouse, vendors.nooks_call(at=NOON))
    landing.pull(warehouse, vendors.salesforce_task("1", NOON, NOON, OwnerId="005A", CallDisposition="Meeting Set"))
    assert scores(warehouse, "calls_made, calls_connected") == {"ann": (1, 1)}
    listed = "select source, reason from marts.fct_unscored_items order by 1"
    assert warehouse.execute(listed) == [("outreach", "not_scoring_source"), ("salesforce", "not_scoring_source")]


def test_an_id_that_moves_takes_its_events_along(warehouse: Warehouse) -> None:
    landing.deliver(warehouse, vendors.nooks_call(at=NOON, user="u-1", email=None))
    assert scores(warehouse, "calls_made") == {"nooks:u-1": (1,)}
    for user, other in (("ann", "bob"), ("bob", "ann")):
        landing.employ(warehouse, other, identities={})
        landing.employ(warehouse, user, identities={"nooks": "u-1"})
        landing.interpret(warehouse)
        assert scores(warehouse, "calls_made")[user] == (1,)
        warehouse.settle()
        check_marts(warehouse, LIVE, SETTLED)


def test_an_event_of_a_vendor_has_the_same_id_for_ever(warehouse: Warehouse) -> None:
    ids = "select event_type, event_id, external_id from marts.fct_sales_events order by 1"
    landing.deliver(warehouse, vendors.nooks_call("c-1", NOON))
    before = warehouse.execute(ids)
    landing.deliver(warehouse, vendors.nooks_call("c-1", NOON, attempt=2))
    warehouse.rebuild()
    assert warehouse.execute(ids) == before
    assert [str(event_id)[14] for _, event_id, _ in before] == ["8", "8"]
