"""What vendors send against the oracle: in any order of arrival, whatever it says, before and after settles."""

from collections.abc import Callable
from datetime import datetime

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from tests import landing, vendors
from tests.conftest import Warehouse
from tests.vendors import Delivery, Version
from tests.warehouse import vendor_items
from tests.warehouse.oracle import LIVE, SETTLED, check_marts, live_user_days, user_days
from tests.warehouse.test_scoring import INSTANTS, TYPES, ZONES, kill_process, kill_session

SOON = st.sampled_from([True, True, True, False])
# Every item is an event's, or is listed: also while nobody has said what it means.
LOST = """
select items.raw_id from staging.stg_raw__items as items
where not exists (select 1 from marts.fct_sales_events as events where events.raw_id = items.raw_id)
and not exists (select 1 from marts.fct_unscored_items as unscored where unscored.item_id = items.raw_id)
"""


class VendorArrivals(RuleBasedStateMachine):
    """Everything that vendors send and that changes its meaning; after each step the live marts equal the oracle."""

    warehouse: Warehouse
    kill_settle: Callable[[Warehouse, bool, float], None] = staticmethod(kill_session)

    @initialize()
    def empty(self) -> None:
        # Something landed and nobody has interpreted it yet: it is not lost, and that is all that holds.
        self.is_pending = False
        empty(self.warehouse)

    def check(self) -> None:
        assert self.warehouse.execute(LOST) == []
        if not self.is_pending:
            check_marts(self.warehouse, LIVE)

    def landed(self, at_once: bool) -> None:
        if at_once:
            self.interpret()
        else:
            self.is_pending = True
            self.check()

    @rule(one=vendor_items.DELIVERIES, ago=st.none() | st.sampled_from(INSTANTS))
    def deliver(self, one: Delivery, ago: datetime | None) -> None:
        landing.deliver(self.warehouse, one, received_at=ago)
        self.check()

    # Most of what could go wrong takes several items of one object.
    deliver_more = rule(one=vendor_items.DELIVERIES, ago=st.none())(deliver)

    @rule(several=st.lists(vendor_items.DELIVERIES, min_size=2, max_size=4))
    def deliver_together(self, several: list[Delivery]) -> None:
        landing.deliver(self.warehouse, *several)
        self.check()

    @rule(one=vendor_items.VERSIONS, at_once=SOON)
    def pull(self, one: Version, at_once: bool) -> None:
        landing.pull(self.warehouse, one, interpreted=False)
        self.landed(at_once)

    @rule(several=st.lists(vendor_items.VERSIONS, min_size=2, max_size=6), at_once=SOON)
    def pull_together(self, several: list[Version], at_once: bool) -> None:
        landing.pull(self.warehouse, *several, interpreted=False)
        self.landed(at_once)

    @rule(
        user=st.sampled_from(["ann", "bob"]),
        zone=st.sampled_from(ZONES),
        email=st.sampled_from([*vendor_items.EMAILS, None]),
        sources=st.sets(st.sampled_from(sorted(vendor_items.IDENTITIES))),
        at_once=SOON,
    )
    def load_the_roster(self, user: str, zone: str, email: str | None, sources: set[str], at_once: bool) -> None:
        """Somebody comes, moves, or is known to other systems under ids that were another's."""
        identities = {source: vendor_items.IDENTITIES[source] for source in sources}
        landing.employ(self.warehouse, user, zone, email=email, identities=identities)
        self.landed(at_once)

    @rule(name=st.sampled_from(vendor_items.NAMES), kind=st.sampled_from(["meeting_cancelled", "meeting_no_show"]))
    def take_back(self, name: tuple[str, str], kind: str) -> None:
        """By hand, on the canonical door, what a vendor said."""
        source, external_id = name
        landing.land(self.warehouse, landing.event("ann", kind, source=source, reverses=external_id))
        self.check()

    @rule(kind=st.sampled_from(TYPES), gold=st.integers(0, 9), since=st.sampled_from(INSTANTS))
    def change_a_rule(self, kind: str, gold: int, since: datetime) -> None:
        landing.rule(self.warehouse, kind, gold, gold * 2, gold % 3, since)
        self.check()

    @rule()
    def interpret(self) -> None:
        landing.interpret(self.warehouse)
        self.is_pending = False
        self.check()

    def settled(self) -> None:
        self.is_pending = False
        assert live_user_days(self.warehouse, "intermediate.int_user_days_settled") == user_days(self.warehouse)
        assert self.warehouse.execute("select tail_event_count from intermediate.int_tail") == [(0,)]
        check_marts(self.warehouse, LIVE, SETTLED)

    @rule()
    def settle(self) -> None:
        self.warehouse.settle()
        self.settled()

    @rule()
    def rebuild(self) -> None:
        self.warehouse.rebuild()
        self.settled()

    @rule()
    def lose_the_watermark(self) -> None:
        self.warehouse.execute("delete from intermediate.settle_watermarks")
        self.check()

    @rule(rebuild=st.booleans(), seconds=st.floats(0, 0.5))
    def kill(self, rebuild: bool, seconds: float) -> None:
        self.kill_settle(self.warehouse, rebuild, seconds)
        self.interpret()


NOON = datetime(2026, 3, 11, 12, tzinfo=UTC)
DAYS = timedelta(days=1)


def scores(warehouse: Warehouse, what: str = "meetings_booked, total_xp") -> dict[str, tuple[object, ...]]:
    """By SDR: some figures of everybody who did anything."""
    rows = warehouse.execute(f"select user_id, {what} from marts.dim_user_stats", role="hud")
    return {row[0]: row[1:] for row in rows}


def test_a_rescheduled_meeting_is_one_meeting(warehouse: Warehouse) -> None:
    landing.employ(warehouse, "ann", identities={"calendly": vendor_items.CALENDLY_USER})
    old, new = "IN1", "IN2"
    told = [
        vendors.calendly("invitee.created", old, NOON),
        vendors.calendly("invitee.canceled", old, NOON + DAYS, rescheduled=True, new_invitee=new),
        vendors.calendly("invitee.created", new, NOON + DAYS, old_invitee=old),
    ]
    for order in ((0, 1, 2), (2, 1, 0), (1, 2, 0)):
        empty(warehouse)
        landing.employ(warehouse, "ann", identities={"calendly": vendor_items.CALENDLY_USER})
        for number in order:
            landing.deliver(warehouse, told[number])
        assert scores(warehouse) == {"ann": (1, 200)}, order
    check_marts(warehouse, LIVE, SETTLED)


def test_a_cancellation_without_its_creation_nets_to_zero(warehouse: Warehouse) -> None:
    landing.deliver(warehouse, vendors.calendly("invitee.canceled", at=NOON))
    assert scores(warehouse, "meetings_booked, meetings_lost, total_xp, total_events") == {
        f"calendly:{vendor_items.CALENDLY_USER}": (0, 1, 0, 0)
    }


def test_a_no_show_costs_the_meeting_until_it_is_undone(warehouse: Warehouse) -> None:
    sdr = f"calendly:{vendor_items.CALENDLY_USER}"
    steps = [("invitee.created", 200), ("invitee_no_show.created", 0), ("invitee_no_show.deleted", 200)]
    for hours, (event, xp) in enumerate(steps):
        landing.deliver(warehouse, vendors.calendly(event, at=NOON + hours * timedelta(hours=1)))
        assert scores(warehouse, "total_xp") == {sdr: (xp,)}, event


def test_who_booked_gets_the_credit_and_not_the_host(warehouse: Warehouse) -> None:
    landing.employ(warehouse, "sdr", email="sdr@example.com", identities={"calendly": vendor_items.CALENDLY_USER})
    landing.employ(
        warehouse, "host", email="AE@example.com", identities={"calendly": "https://api.calendly.com/users/AE1"}
    )
    landing.deliver(warehouse, vendors.calendly(invitee="by the SDR"))
    landing.deliver(warehouse, vendors.calendly(invitee="by the prospect", scheduled_by=None))
    landing.deliver(
        warehouse, vendors.salesloft_meeting(booked_by=None, email="SDR@example.com", owner_email="ae@example.com")
    )
    assert scores(warehouse, "meetings_booked") == {"sdr": (2,), "host": (1,)}


def test_a_call_that_three_systems_saw_scores_once(warehouse: Warehouse) -> None:
    identities = {"outreach": "42", "nooks": "u-1", "salesforce": "005A"}
    landing.employ(warehouse, "ann", identities=identities)
    landing.deliver(warehouse, vendors.outreach_call(at=NOON, direction="outbound", outcome="Answered"))
    landing.deliver(warehouse, vendors.nooks_call(at=NOON))
    landing.pull(warehouse, vendors.salesforce_task("1", NOON, NOON, OwnerId="005A", CallDisposition="Meeting Set"))
    assert scores(warehouse, "calls_made, calls_connected") == {"ann": (1, 1)}
    listed = "select source, reason from marts.fct_unscored_items order by 1"
    assert warehouse.execute(listed) == [("outreach", "not_scoring_source"), ("salesforce", "not_scoring_source")]


def test_a_pulled_object_scores_as_it_is_now(warehouse: Warehouse) -> None:
    """A notification says only that there is something: what it is, its version does."""
    landing.employ(warehouse, "ann", identities={"hubspot": "67890"})
    landing.deliver(warehouse, vendors.hubspot_notification(88123, "0-47"))
    assert scores(warehouse, "total_events") == {"ann": (0,)}
    steps = [("SCHEDULED", False, (1, 0, 0)), ("COMPLETED", False, (1, 1, 0)), ("CANCELED", False, (0, 0, 1))]
    for number, (outcome, gone, figures) in enumerate([*steps, ("SCHEDULED", True, (0, 0, 0))]):
        at = NOON + number * DAYS
        landing.pull(warehouse, vendors.hubspot("meeting", "88123", NOON, at, is_deleted=gone, outcome=outcome))
        assert scores(warehouse, "meetings_booked, meetings_attended, meetings_lost") == {"ann": figures}, outcome
    check_marts(warehouse, LIVE, SETTLED)


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


def empty(warehouse: Warehouse) -> None:
    tables = warehouse.execute(
        "select format('%I.%I', schemaname, tablename) from pg_tables"
        " where schemaname in ('raw_hubspot', 'raw_salesforce') and tablename !~ '^_dlt'"
    )
    warehouse.execute(
        "truncate raw.webhook_events, raw_roster.sdr_versions, raw.published_ranks, raw.rejected_events,"
        " intermediate.settle_watermarks, intermediate.int_user_days_settled, intermediate.settled_totals,"
        f" intermediate.settled_weeks, staging.stg_vendor__events, {', '.join(name for (name,) in tables)};"
        " delete from raw.gamification_rules where changed_by <> 'seed'"
    )


def check_vendor_arrivals(warehouse: Warehouse, examples: int, steps: int, **how: object) -> None:
    run_state_machine_as_test(
        type("BoundVendorArrivals", (VendorArrivals,), {"warehouse": warehouse} | how),
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            print_blob=True,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.timeout(900)
def test_whatever_vendors_send_gives_what_the_oracle_computes(warehouse: Warehouse) -> None:
    check_vendor_arrivals(warehouse, examples=12, steps=20)


@pytest.mark.chaos
@pytest.mark.timeout(7200)
def test_whatever_vendors_send_at_length(warehouse: Warehouse) -> None:
    check_vendor_arrivals(warehouse, examples=400, steps=60, kill_settle=staticmethod(kill_process))
