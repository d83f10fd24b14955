"""The marts against the oracle, in any order of arrival, before and after settles."""

import json
import threading
from collections.abc import Callable, Collection
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from subprocess import TimeoutExpired

import psycopg2
import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from tests import landing
from tests.conftest import SETTLE, Warehouse
from tests.warehouse.oracle import LIVE, SETTLED, check_marts, live_user_days, user_days
from tests.warehouse.oracle.facts import TIERS
from tests.warehouse.reading import VIEWS, marts, read_all
from tests.warehouse.test_answers import post

USERS = ["ann", "bob", "nobody knows"]
TYPES = ["call_dial", "meeting_booked", "meeting_attended", "meeting_cancelled"]
# Also half an hour either side of local midnights, a DST change in Berlin and New York, and year's end.
# At this moment the ends of the world are two dates apart: 28 March in Pago Pago, 30 March in Kiritimati.
TWO_DATES_APART = datetime(2026, 3, 29, 10, 30, tzinfo=UTC)
INSTANTS = [
    TWO_DATES_APART,
    datetime(2026, 3, 28, 22, 45, tzinfo=UTC),
    datetime(2026, 3, 28, 23, 15, tzinfo=UTC),
    datetime(2026, 3, 29, 0, 59, tzinfo=UTC),
    datetime(2026, 3, 29, 21, 59, tzinfo=UTC),
    datetime(2026, 3, 29, 22, 1, tzinfo=UTC),
    datetime(2026, 11, 1, 5, 30, tzinfo=UTC),
    datetime(2026, 11, 2, 4, 59, tzinfo=UTC),
    datetime(2026, 11, 2, 5, 1, tzinfo=UTC),
    datetime(2025, 12, 31, 23, 30, tzinfo=UTC),
    # Of yesterday, today and last week, wherever the SDR is.
    *(datetime.now(UTC) - timedelta(hours=hours) for hours in (0, 11, 24, 168)),
]
ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Asia/Tokyo", "Pacific/Kiritimati", "Pacific/Pago_Pago"]
DATES = [None, "2025-12-31", "2026-03-29", "2026-11-01"]


TOTALS_OF_DAYS = """
select user_id, event_type, sum(event_count), sum(gross_event_count), sum(gold_value), sum(active_day_count),
    max(last_event_at)
from intermediate.int_user_days_settled group by user_id, event_type
except
select user_id, event_type, event_count, gross_event_count, gold_value, active_day_count, last_event_at
from intermediate.settled_totals
"""
WEEKS_OF_DAYS = """
select user_id, week_start_date, team_id, event_type, sum(event_count), sum(gross_event_count), sum(rank_points)
from intermediate.int_user_days_settled group by user_id, week_start_date, team_id, event_type
except
select user_id, week_start_date, team_id, event_type, event_count, gross_event_count, rank_points
from intermediate.settled_weeks
"""

# Other events of one content, and all rejected copies of any.
COPIES = """
select
    (select count(*) from marts.fct_sales_events where metadata ->> 'n' = %s and event_id <> %s::uuid),
    (select count(*) from marts.fct_unscored_items where reason = 'duplicate')
"""


def kill_session(warehouse: Warehouse, rebuild: bool, seconds: float) -> None:
    """Settle, and end the session in which it does so after a while: it is rolled back, or has committed."""

    def kill() -> None:
        warehouse.execute(
            "select pg_terminate_backend(pid, 5000) from pg_stat_activity"
            " where usename = 'rift_transform' and query like '%int_user_days_settled%'"
        )

    from orchestration.lib.dbt import DbtError  # noqa: PLC0415  # see Warehouse.dbt

    killer = threading.Timer(0.2 + seconds, kill)
    killer.start()
    with suppress(DbtError):
        warehouse.rebuild() if rebuild else warehouse.settle()
    killer.join()


def kill_process(warehouse: Warehouse, rebuild: bool, seconds: float) -> None:
    """The same by SIGKILL, at any moment from dbt's imports on."""
    with pytest.MonkeyPatch.context() as patch:
        if rebuild:
            patch.setenv("PGOPTIONS", "-c rift.rebuild=on")
        process = warehouse.start_dbt(*SETTLE)
    with suppress(TimeoutExpired):
        process.wait(1.5 + 6 * seconds)
    process.kill()
    process.wait()


class Arrivals(RuleBasedStateMachine):
    """Everything that can land, in any order; after each step the live mart equals the oracle."""

    warehouse: Warehouse
    kill_settle: Callable[[Warehouse, bool, float], None] = staticmethod(kill_session)

    @initialize()
    def empty(self) -> None:
        self.external_ids = 0
        self.event_ids: list[str] = []
        self.sent = 0
        self.copies = 0
        self.is_in_the_east = False
        self.warehouse.execute(
            "truncate raw.webhook_events, raw_roster.sdr_versions, raw.published_ranks, raw.rejected_events,"
            " intermediate.settle_watermarks, intermediate.int_user_days_settled, intermediate.settled_totals,"
            " intermediate.settled_weeks;"
            " delete from raw.gamification_rules where changed_by <> 'seed'"
        )

    def check(self) -> None:
        check_marts(self.warehouse, LIVE)

    @rule(user=st.sampled_from(USERS), kind=st.sampled_from(TYPES), at=st.sampled_from(INSTANTS), named=st.booleans())
    def work(self, user: str, kind: str, at: datetime, named: bool) -> None:
        self.external_ids += named
        name = f"x{self.external_ids}" if named else None
        self.event_ids += landing.land(self.warehouse, landing.event(user, kind, at, name))
        self.check()

    @rule(back=st.integers(0, 4), at=st.sampled_from(INSTANTS), user=st.sampled_from(USERS))
    def take_back_by_event_id(self, back: int, at: datetime, user: str) -> None:
        if self.event_ids:
            target = self.event_ids[-1 - back % len(self.event_ids)]
            cancel = landing.event(user, "meeting_cancelled", at, reverses=target.upper())
            self.event_ids += landing.land(self.warehouse, cancel)
            self.check()

    @rule(name=st.integers(0, 9), at=st.sampled_from(INSTANTS), source=st.sampled_from(["test", "test", "other"]))
    def take_back_by_external_id(self, name: int, at: datetime, source: str) -> None:
        # One in all that have come, or the next that will.
        target = f"x{1 + name % (self.external_ids + 1)}"
        cancel = landing.event("ann", "meeting_no_show", at, reverses=target, source=source)
        landing.land(self.warehouse, cancel)
        self.check()

    @rule(
        user=st.sampled_from(USERS[:2]),
        zone=st.sampled_from(ZONES),
        team=st.sampled_from(["Blue", "Deep  Red"]),
        on=st.sampled_from(DATES),
    )
    def move(self, user: str, zone: str, team: str, on: str | None) -> None:
        landing.employ(self.warehouse, user, zone, team, on)
        self.check()

    @rule()
    def move_across_the_date_line(self) -> None:
        """Back and forth, one way each time: what is settled in between lies two dates from where it is then."""
        self.is_in_the_east = not self.is_in_the_east
        zone = "Pacific/Kiritimati" if self.is_in_the_east else "Pacific/Pago_Pago"
        landing.employ(self.warehouse, "ann", zone, "Blue", str(TWO_DATES_APART.date()))
        self.event_ids += landing.land(self.warehouse, landing.event("ann", "call_dial", TWO_DATES_APART))
        self.check()

    @rule(
        user=st.sampled_from(USERS),
        kind=st.sampled_from(TYPES[:3]),
        at=st.sampled_from(INSTANTS),
        named=st.booleans(),
        seconds=st.lists(st.integers(0, 299), min_size=1, max_size=3),
        together=st.booleans(),
    )
    def send_again(self, user: str, kind: str, at: datetime, named: bool, seconds: list[int], together: bool) -> None:
        """Copies of one event through the door, in its batch or in later ones: one counts, the others are listed."""
        self.sent += 1
        self.external_ids += named
        number = f"sent {self.sent}"  # of no other event, or that would be its original
        item: dict[str, object] = {"source": "test", "event_type": kind, "user_id": user, "metadata": {"n": number}}
        item |= {"occurred_at": at.isoformat()} | ({"external_id": f"x{self.external_ids}"} if named else {})
        now = datetime.now(UTC)
        if together:
            answers = post(self.warehouse, [item] * (1 + len(seconds)), [], now)
        else:
            # A sender's own id holds for ever, content for five minutes.
            later = [timedelta(seconds=wait) * (1000 if named else 1) for wait in seconds]
            answers = [
                answer for wait in (timedelta(0), *later) for answer in post(self.warehouse, [item], [], now + wait)
            ]
        assert {answer.event_id for answer in answers} == {answers[0].event_id}
        assert [answer.duplicate for answer in answers] == [False, *(True for _ in seconds)]
        self.event_ids.append(answers[0].event_id)
        self.copies += len(seconds)
        assert self.warehouse.execute(COPIES, number, answers[0].event_id) == [(0, self.copies)]
        self.check()

    @rule(kind=st.sampled_from(TYPES[:3]), gold=st.integers(0, 9), since=st.sampled_from(INSTANTS))
    def change_rule(self, kind: str, gold: int, since: datetime) -> None:
        landing.rule(self.warehouse, kind, gold, gold * 2, gold % 3, since)
        self.check()

    def settle(self) -> None:
        self.warehouse.settle()
        self.check_settled()

    def check_settled(self) -> None:
        assert live_user_days(self.warehouse, "intermediate.int_user_days_settled") == user_days(self.warehouse)
        assert self.warehouse.execute(TOTALS_OF_DAYS) == []
        assert self.warehouse.execute(WEEKS_OF_DAYS) == []
        assert self.warehouse.execute("select tail_event_count from intermediate.int_tail") == [(0,)]
        check_marts(self.warehouse, LIVE, SETTLED)

    # Two rules of it, since most of what could go wrong takes a settle between two arrivals.
    settle_once = rule()(settle)
    settle_again = rule()(settle)

    @rule(user=st.sampled_from(USERS), kind=st.sampled_from(TYPES[:3]), at=st.sampled_from(INSTANTS))
    def settle_while_a_transaction_is_open(self, user: str, kind: str, at: datetime) -> None:
        """What is committed meanwhile lies above the horizon, and is seen by the settle all the same."""
        connection = psycopg2.connect(self.warehouse.dsn("ingest"))
        early = landing.event(user, kind, at)
        with connection, connection.cursor() as cursor:
            cursor.execute(landing.INSERT, early)
            self.event_ids += landing.land(self.warehouse, landing.event(user, kind, at))
            self.warehouse.settle()
            self.check()
        connection.close()
        self.event_ids.append(str(early[0]))
        self.check()

    @rule()
    def lose_the_watermark(self) -> None:
        self.warehouse.execute("delete from intermediate.settle_watermarks")
        self.check()

    @rule()
    def rebuild(self) -> None:
        self.warehouse.rebuild()
        self.check_settled()

    @rule(rebuild=st.booleans(), seconds=st.floats(0, 0.5))
    def kill(self, rebuild: bool, seconds: float) -> None:
        self.kill_settle(self.warehouse, rebuild, seconds)
        self.check()


def check_arrivals(
    warehouse: Warehouse,
    examples: int,
    steps: int,
    phases: Collection[Phase] = tuple(Phase),
    machine: type[Arrivals] = Arrivals,
    **how: object,
) -> None:
    run_state_machine_as_test(
        type("BoundArrivals", (machine,), {"warehouse": warehouse} | how),
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            phases=phases,
            deadline=None,
            print_blob=True,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.timeout(900)
def test_any_order_of_arrival_gives_what_the_oracle_computes(warehouse: Warehouse) -> None:
    check_arrivals(warehouse, examples=4, steps=25)


def test_every_mart_has_an_oracle(warehouse: Warehouse) -> None:
    # What runs of Dagster note; their own tests hold it to what they noted.
    noted = {"rpt_checks", "rpt_weekly_reports"}
    assert {name for (name,) in warehouse.execute(VIEWS)} - {*LIVE, *SETTLED} == noted


def test_dates_begin_with_the_year_of_the_first_event(warehouse: Warehouse) -> None:
    landing.land(warehouse, landing.event("ann", "call_dial", "2015-06-01 12:00+00"))
    check_marts(warehouse, {"dim_dates": SETTLED["dim_dates"]})
    warehouse.settle()
    check_marts(warehouse, {"dim_dates": SETTLED["dim_dates"]})


@pytest.mark.chaos
@pytest.mark.timeout(7200)
def test_any_order_of_arrival_at_length(warehouse: Warehouse) -> None:
    check_arrivals(warehouse, examples=400, steps=60, kill_settle=staticmethod(kill_process))


def test_of_two_loads_on_one_day_the_later_holds(warehouse: Warehouse) -> None:
    """From the zone furthest east to the one furthest west, where it is a day earlier at any hour."""
    landing.employ(warehouse, "ann", "Pacific/Kiritimati", "Wrong")
    landing.employ(warehouse, "ann", "Pacific/Pago_Pago", "Right")
    assert warehouse.execute("select team_name, time_zone from marts.dim_users", role="hud") == [
        ("Right", "Pacific/Pago_Pago")
    ]


NIGHT = "2026-03-08 23:30+00"  # the next day in Tokyo


def moved(warehouse: Warehouse) -> None:
    landing.employ(warehouse, "ann", "Asia/Tokyo")


def reversed_by_name(warehouse: Warehouse) -> None:
    landing.land(warehouse, landing.event("bob", "meeting_cancelled", reverses="x"))


def reversed_by_id(warehouse: Warehouse) -> None:
    ((event_id,),) = warehouse.execute("select raw_id from raw.webhook_events")
    landing.land(warehouse, landing.event("bob", "meeting_cancelled", reverses=str(event_id)))


def rule_backdated(warehouse: Warehouse) -> None:
    landing.rule(warehouse, "meeting_booked", 1, 1, 1, "2026-01-01 00:00+00")


@pytest.mark.parametrize("change", [moved, reversed_by_name, reversed_by_id, rule_backdated])
def test_what_lands_later_changes_a_settled_day(warehouse: Warehouse, change: Callable[[Warehouse], None]) -> None:
    landing.land(warehouse, landing.event("ann", "meeting_booked", NIGHT, "x"))
    warehouse.settle()
    before = live_user_days(warehouse)
    change(warehouse)
    assert live_user_days(warehouse) == user_days(warehouse) != before
    warehouse.settle()
    assert live_user_days(warehouse, "intermediate.int_user_days_settled") == user_days(warehouse)


def stats(warehouse: Warehouse, user: str) -> dict[str, object]:
    columns = "total_gold, total_xp, current_level, xp_in_current_level, xp_to_next_level, weekly_meetings_booked,"
    columns += " current_rank, next_rank, points_to_next_rank, meetings_lost, kda_ratio"
    rows = warehouse.execute(f"select {columns} from marts.dim_user_stats where user_id = %s", user, role="hud")
    assert len(rows) == 1
    return dict(zip([name.strip() for name in columns.split(",")], rows[0], strict=True))


@pytest.mark.parametrize(
    ("xp", "level", "within", "missing"), [(0, 1, 0, 1000), (999, 1, 999, 1), (1000, 2, 0, 1000), (1001, 2, 1, 999)]
)
def test_level_edges(warehouse: Warehouse, xp: int, level: int, within: int, missing: int) -> None:
    landing.rule(warehouse, "call_dial", 0, xp, 0, "2020-01-01 00:00+00")
    landing.land(warehouse, landing.event("ann"))
    found = stats(warehouse, "ann")
    assert [found[name] for name in ("total_xp", "current_level", "xp_in_current_level", "xp_to_next_level")] == [
        xp,
        level,
        within,
        missing,
    ]


def test_each_meeting_of_the_week_is_a_tier(warehouse: Warehouse) -> None:
    landing.employ(warehouse, "ann")
    for meetings in range(12):
        found = stats(warehouse, "ann")
        assert (found["weekly_meetings_booked"], found["current_rank"]) == (meetings, TIERS[min(meetings, 9)])
        assert found["next_rank"] == (TIERS[meetings + 1] if meetings < 9 else None)
        landing.land(warehouse, landing.event("ann", "meeting_booked"))


def test_a_week_is_local_and_late_events_count_in_their_own(warehouse: Warehouse) -> None:
    landing.employ(warehouse, "ann", "Asia/Tokyo")
    landing.employ(warehouse, "bob", "America/New_York")
    sunday_evening_utc = "2026-03-08 23:30+00"  # Monday morning in Tokyo, Sunday evening in New York
    landing.land(warehouse, *(landing.event(user, "meeting_booked", sunday_evening_utc) for user in ("ann", "bob")))
    weeks = warehouse.execute(
        "select user_id, week_start_date, rank_tier, is_closed from marts.fct_weekly_ranks"
        " where weekly_meetings_booked > 0 order by 1"
    )
    assert weeks == [("ann", date(2026, 3, 9), "Bronze", True), ("bob", date(2026, 3, 2), "Bronze", True)]


def test_an_employed_sdr_without_a_meeting_is_iron(warehouse: Warehouse) -> None:
    landing.employ(warehouse, "ann")
    (row,) = warehouse.execute("select rank_tier, weekly_meetings_booked, is_closed from marts.fct_weekly_ranks")
    assert row == ("Iron", 0, False)


def test_a_cancelled_meeting_is_a_lost_one(warehouse: Warehouse) -> None:
    (booked, _) = landing.land(warehouse, landing.event("ann", "meeting_booked"), landing.event("ann", "call_connect"))
    landing.land(warehouse, *(landing.event("ann", "meeting_cancelled", reverses=booked) for _ in range(3)))
    found = stats(warehouse, "ann")
    assert (found["total_gold"], found["current_rank"], found["meetings_lost"], found["kda_ratio"]) == (
        25,
        "Iron",
        1,
        1,
    )


def test_positions_are_shared_and_move(warehouse: Warehouse) -> None:
    now = datetime.now(UTC)
    events = [("ann", now, 2), ("bob", now, 2), ("cyd", now, 1), ("cyd", now - timedelta(days=1), 9)]
    for user, at, count in events:
        landing.land(warehouse, *(landing.event(user, "meeting_booked", at) for _ in range(count)))
    rows = warehouse.execute(
        "select user_id, position, movement from marts.rpt_leaderboard where period = 'today' order by 1", role="hud"
    )
    assert rows == [("ann", 1, 1), ("bob", 1, 1), ("cyd", 3, -2)]


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)
HOSTILE_JSON = [
    '{"metadata": {"n": 1e-999999}}',
    '{"metadata": {"n": 1e999999}}',
    '{"metadata": {"s": "\\u0000"}}',
    '{"metadata": {"s": "\\ud800"}}',
    '{"\\u0000": 1}',
    '{"metadata": 1, "metadata": 2}',
    "null",
    "[]",
    '"metadata"',
]
PAYLOADS = st.one_of(
    st.sampled_from(HOSTILE_JSON), ANY_JSON.map(json.dumps), ANY_JSON.map(lambda m: json.dumps({"metadata": m}))
)
# As a hostile sender would fill every event: all kinds in which metadata is read.
KINDS = ["call_dial", "call_connect", "meeting_booked", "meeting_attended"]


def land_payloads(warehouse: Warehouse, payloads: list[str]) -> None:
    """Land an event of each kind with each payload, in one transaction."""
    warehouse.execute(
        "insert into raw.webhook_events (raw_id, door, source, dedup_key, user_id, event_type, occurred_at,"
        " received_at, verified_by, payload)"
        " select gen_random_uuid(), 'canonical', 's', 'k', 'ann', kind, now(), now(), 'import', payload::json"
        " from unnest(%s) as payload cross join unnest(%s) as kind",
        payloads,
        KINDS,
    )


# Payloads come in batches, since every mart is read after each.
@given(st.lists(PAYLOADS, min_size=1, max_size=20))
@example(HOSTILE_JSON)
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
def test_whatever_json_raw_holds_every_mart_can_be_read(warehouse: Warehouse, payloads: list[str]) -> None:
    count = "select count(*) from marts.fct_sales_events"
    ((before,),) = warehouse.execute(count)
    land_payloads(warehouse, payloads)
    read_all(warehouse, marts(warehouse))
    assert warehouse.execute(count, role="hud") == [(before + len(payloads) * len(KINDS),)]


def test_a_settle_reads_whatever_json_raw_holds(warehouse: Warehouse) -> None:
    land_payloads(warehouse, HOSTILE_JSON)
    warehouse.settle()
    assert live_user_days(warehouse, "intermediate.int_user_days_settled") == user_days(warehouse)
