"""What vendors send against the oracle: in any order of arrival, whatever it says, before and after settles."""

import json
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from tests import landing, vendors
from tests.conftest import Warehouse
from tests.vendors import Delivery, Version
from tests.warehouse import vendor_draws
from tests.warehouse.oracle import LIVE, SETTLED, check_marts, live_user_days, user_days
from tests.warehouse.oracle.vendor_decisions import meanings_of, seed, shipped_meanings
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
    # A settle takes as long as many other steps.
    steps_between_settles = 10

    @initialize()
    def empty(self) -> None:
        # Something landed and nobody has interpreted it yet: it is not lost, and that is all that holds.
        self.is_pending = False
        self.steps = 0
        empty(self.warehouse)
        self.meanings = shipped_meanings()

    def check(self) -> None:
        self.steps += 1
        assert self.warehouse.execute(LOST) == []
        if not self.is_pending:
            check_marts(self.warehouse, LIVE, meanings=self.meanings)

    def may_settle(self) -> bool:
        return self.steps >= self.steps_between_settles

    def landed(self, at_once: bool) -> None:
        if at_once:
            self.interpret()
        else:
            self.is_pending = True
            self.check()

    def deliver(self, one: Delivery, ago: datetime | None) -> None:
        landing.deliver(self.warehouse, one, received_at=ago)
        self.check()

    # Two rules of it: most of what could go wrong takes several items of one object.
    deliver_now = rule(one=vendor_draws.DELIVERIES, ago=st.none())(deliver)
    deliver_late = rule(one=vendor_draws.DELIVERIES, ago=st.sampled_from(INSTANTS))(deliver)

    @rule(one=vendor_draws.DELIVERIES)
    def deliver_without_meaning(self, one: Delivery) -> None:
        landing.deliver(self.warehouse, one, interpreted=False)
        self.landed(at_once=False)

    @rule(several=st.lists(vendor_draws.DELIVERIES, min_size=2, max_size=4))
    def deliver_together(self, several: list[Delivery]) -> None:
        landing.deliver(self.warehouse, *several)
        self.check()

    @rule(one=vendor_draws.VERSIONS, at_once=SOON)
    def pull(self, one: Version, at_once: bool) -> None:
        landing.pull(self.warehouse, one, interpreted=False)
        self.landed(at_once)

    @rule(several=st.lists(vendor_draws.VERSIONS, min_size=2, max_size=6), at_once=SOON)
    def pull_together(self, several: list[Version], at_once: bool) -> None:
        landing.pull(self.warehouse, *several, interpreted=False)
        self.landed(at_once)

    @rule(
        user=st.sampled_from(["ann", "bob"]),
        zone=st.sampled_from(ZONES),
        email=st.sampled_from([*vendor_draws.EMAILS, None]),
        sources=st.sets(st.sampled_from(sorted(vendor_draws.IDENTITIES))),
        at_once=SOON,
    )
    def load_the_roster(self, user: str, zone: str, email: str | None, sources: set[str], at_once: bool) -> None:
        """Somebody comes, moves, or is known to other systems under ids that were another's."""
        identities = {source: vendor_draws.IDENTITIES[source] for source in sources}
        landing.employ(self.warehouse, user, zone, email=email, identities=identities)
        self.landed(at_once)

    @rule(name=st.sampled_from(vendor_draws.NAMES), kind=st.sampled_from(["meeting_cancelled", "meeting_no_show"]))
    def take_back(self, name: tuple[str, str], kind: str) -> None:
        """By hand, on the canonical door, what a vendor said."""
        source, external_id = name
        landing.land(self.warehouse, landing.event("ann", kind, source=source, reverses=external_id))
        self.check()

    @rule(number=st.integers(0, 9), kind=st.sampled_from(["meeting_cancelled", "meeting_no_show"]))
    def take_back_by_event_id(self, number: int, kind: str) -> None:
        events = self.warehouse.execute("select event_id::text, source from marts.fct_sales_events order by 1")
        if events:
            event_id, source = events[number % len(events)]
            landing.land(self.warehouse, landing.event("ann", kind, source=source, reverses=event_id.upper()))
            self.check()

    @rule(kind=st.sampled_from(TYPES), gold=st.integers(0, 9), since=st.sampled_from(INSTANTS))
    def change_a_rule(self, kind: str, gold: int, since: datetime) -> None:
        landing.rule(self.warehouse, kind, gold, gold * 2, gold % 3, since)
        self.check()

    @rule(mapping=st.sampled_from(vendor_draws.MAPPINGS), at_once=SOON)
    def decide_what_it_means(self, mapping: tuple[str, ...], at_once: bool) -> None:
        """An operator adds a row to the seed, or takes it away."""
        match = "(source, object_type, field, value, event_type) = (%s, %s, %s, %s, %s)"
        if not self.warehouse.execute(f"delete from seeds.vendor_mappings where {match} returning 1", *mapping):
            self.warehouse.execute("insert into seeds.vendor_mappings values (%s, %s, %s, %s, %s)", *mapping)
        self.decided(at_once)

    @rule(what=st.sampled_from(vendor_draws.SCORING), at_once=SOON)
    def decide_which_source_scores(self, what: tuple[str, str], at_once: bool) -> None:
        where = "where event_type = %s and source = %s"
        flip = f"update seeds.scoring_sources set is_scored = not is_scored {where} returning 1"
        if not self.warehouse.execute(flip, *what):
            self.warehouse.execute("insert into seeds.scoring_sources values (%s, %s, true)", *what)
        self.decided(at_once)

    def decided(self, at_once: bool) -> None:
        tables = ("vendor_mappings", "scoring_sources")
        mappings, scoring = (self.warehouse.execute(f"select * from seeds.{table}") for table in tables)
        self.meanings = meanings_of(mappings, scoring)
        self.landed(at_once)

    @rule()
    def interpret(self) -> None:
        landing.interpret(self.warehouse)
        self.is_pending = False
        self.check()

    def settled(self) -> None:
        self.is_pending = False
        self.steps = 0
        assert live_user_days(self.warehouse, "intermediate.int_user_days_settled") == user_days(
            self.warehouse, self.meanings
        )
        tail = "select tail_event_count, tail_item_count from intermediate.int_tail"
        assert self.warehouse.execute(tail) == [(0, 0)]
        check_marts(self.warehouse, LIVE, SETTLED, meanings=self.meanings)

    @precondition(may_settle)
    @rule()
    def settle(self) -> None:
        self.warehouse.settle()
        self.settled()

    @precondition(may_settle)
    @rule()
    def rebuild(self) -> None:
        self.warehouse.rebuild()
        self.settled()

    @rule()
    def lose_the_watermark(self) -> None:
        self.warehouse.execute("delete from intermediate.settle_watermarks")
        self.check()

    @precondition(may_settle)
    @rule(rebuild=st.booleans(), seconds=st.floats(0, 0.5))
    def kill(self, rebuild: bool, seconds: float) -> None:
        self.kill_settle(self.warehouse, rebuild, seconds)
        self.steps = 0
        self.interpret()


def empty(warehouse: Warehouse) -> None:
    """Nothing has landed, and the seeds are as shipped."""
    tables = warehouse.execute(
        "select format('%I.%I', schemaname, tablename) from pg_tables"
        " where schemaname in ('raw_hubspot', 'raw_salesforce') and tablename !~ '^_dlt'"
    )
    warehouse.execute(
        "truncate raw.webhook_events, raw_roster.sdr_versions, raw.published_ranks, raw.rejected_events,"
        " intermediate.settle_watermarks, intermediate.int_user_days_settled, intermediate.settled_totals,"
        " intermediate.settled_weeks, staging.stg_vendor__events, staging.stg_vendor__objects,"
        f" intermediate.vendor_days_touched, {', '.join(name for (name,) in tables)};"
        " delete from raw.gamification_rules where changed_by <> 'seed';"
        " delete from seeds.vendor_mappings; delete from seeds.scoring_sources"
    )
    for name in ("vendor_mappings", "scoring_sources"):
        rows = json.dumps(seed(name))
        warehouse.execute(
            f"insert into seeds.{name} select * from json_populate_recordset(null::seeds.{name}, %s)", rows
        )


def check_vendor_arrivals(
    warehouse: Warehouse, examples: int, steps: int, phases: Collection[Phase] = tuple(Phase), **how: object
) -> None:
    run_state_machine_as_test(
        type("BoundVendorArrivals", (VendorArrivals,), {"warehouse": warehouse} | how),
        settings=settings(
            max_examples=examples,
            phases=phases,
            stateful_step_count=steps,
            deadline=None,
            print_blob=True,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.timeout(900)
def test_whatever_vendors_send_gives_what_the_oracle_computes(warehouse: Warehouse) -> None:
    check_vendor_arrivals(warehouse, examples=16, steps=14)


SAYINGS = [
    *(vendors.nooks_call(name, disposition=said) for name in ("1", "2") for said in (None, "Connected")),
    *(vendors.calendly(event) for event in vendor_draws.CALENDLY_EVENTS),
    vendors.salesloft_meeting(1),
    vendors.salesloft_meeting(1, no_show=True),
]


def test_items_of_one_object_may_land_at_once(warehouse: Warehouse) -> None:
    """While pipelines ask for what is pending, and settles run: what a door has landed counts, without another word."""
    landing.employ(warehouse, "ann", identities={"nooks": "u-1"})

    def sender(number: int) -> None:
        for step in range(len(SAYINGS)):
            landing.deliver(warehouse, *(SAYINGS[(number * 3 + step * turn) % len(SAYINGS)] for turn in (1, 5)))

    def pipeline() -> None:
        for _ in SAYINGS:
            landing.interpret(warehouse)

    with ThreadPoolExecutor(6) as threads:
        running = [threads.submit(sender, number) for number in range(4)]
        running += [threads.submit(pipeline), threads.submit(pipeline)]
        warehouse.settle()
        for one in running:
            one.result(timeout=60)
    check_marts(warehouse, LIVE)
    warehouse.settle()
    check_marts(warehouse, LIVE, SETTLED)


@pytest.mark.chaos
@pytest.mark.timeout(7200)
def test_whatever_vendors_send_at_length(warehouse: Warehouse) -> None:
    check_vendor_arrivals(
        warehouse, examples=400, steps=60, kill_settle=staticmethod(kill_process), steps_between_settles=2
    )
