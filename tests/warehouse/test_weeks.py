"""Weeks: what was announced, what has changed since and why, and what was known when."""

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime

import psycopg2
import pytest
from hypothesis.stateful import initialize, rule

from orchestration.lib.publication import publish
from tests import landing
from tests.conftest import Warehouse
from tests.warehouse.oracle import LIVE, SETTLED, check_marts
from tests.warehouse.test_scoring import Arrivals, check_arrivals

WEEK = date(2026, 3, 2)
NEXT = date(2026, 3, 9)
TUESDAY = "2026-03-03 12:00+00"
NIGHT = "2026-03-08 23:30+00"  # Sunday; Monday in Tokyo
FIGURES = "user_id, rank_tier, weekly_meetings_booked, weekly_rank_points, rank_position, week_start_date"
PUBLISHED = (
    "select user_id, rank_tier, weekly_meetings_booked, rank_points, rank_position, week_start_date"
    " from raw.published_ranks"
)
Rows = list[tuple[object, ...]]
# The others are compared elsewhere.
WEEKLY = {mart: LIVE[mart] for mart in ("fct_weekly_ranks", "fct_weekly_rank_restatements")} | {
    "rpt_weekly_publications": SETTLED["rpt_weekly_publications"]
}


def announce(warehouse: Warehouse) -> list[date]:
    return [week.week_start_date for week in publish(warehouse.dsn("transform"))]


def book(warehouse: Warehouse, user: str = "ann", at: str = TUESDAY, name: str | None = None) -> str:
    (event_id,) = landing.land(warehouse, landing.event(user, "meeting_booked", at, name))
    return event_id


def restatements(warehouse: Warehouse) -> Rows:
    check_marts(warehouse, WEEKLY)
    return warehouse.execute(
        "select user_id, week_start_date, from_tier, to_tier, from_points, to_points, caused_by"
        " from marts.fct_weekly_rank_restatements order by user_id, week_start_date, change_number",
        role="analyst",
    )


def causes(warehouse: Warehouse) -> list[object]:
    return [
        cause
        for (cause,) in warehouse.execute(
            "select caused_by_event_id::text from marts.fct_weekly_rank_restatements order by change_number"
        )
    ]


def test_a_late_event_restates_what_was_published(warehouse: Warehouse) -> None:
    book(warehouse)
    assert announce(warehouse) == [WEEK]
    assert restatements(warehouse) == []
    late = book(warehouse)
    assert restatements(warehouse) == [("ann", WEEK, "Bronze", "Silver", 1, 2, "event")]
    assert causes(warehouse) == [late]
    shown = warehouse.execute(
        "select rank_tier, published_rank_tier, published_rank_points, is_restated from marts.fct_weekly_ranks"
    )
    assert shown == [("Silver", "Bronze", 1, True)]
    warehouse.settle()
    assert restatements(warehouse) == [("ann", WEEK, "Bronze", "Silver", 1, 2, "event")]
    counted = "select sdr_count, restatement_count, restated_sdr_count from marts.rpt_weekly_publications"
    assert warehouse.execute(counted, role="analyst") == [(1, 1, 1)]


def test_a_reversal_after_publication_is_named_as_the_cause(warehouse: Warehouse) -> None:
    booked = book(warehouse)
    announce(warehouse)
    cancels = landing.land(
        warehouse, *(landing.event("bob", "meeting_cancelled", "2026-03-20", reverses=booked) for _ in range(2))
    )
    assert restatements(warehouse) == [("ann", WEEK, "Bronze", "Iron", 1, 0, "reversal")]
    assert causes(warehouse) == cancels[:1]


@pytest.mark.parametrize("announced_between", [True, False])
def test_what_was_taken_back_before_it_came_changes_nothing(warehouse: Warehouse, announced_between: bool) -> None:
    book(warehouse)
    if announced_between:
        landing.land(warehouse, landing.event("ann", "meeting_cancelled", TUESDAY, reverses="x"))
        announce(warehouse)
    else:
        announce(warehouse)
        landing.land(warehouse, landing.event("ann", "meeting_cancelled", TUESDAY, reverses="x"))
    book(warehouse, name="x")
    assert restatements(warehouse) == []


def test_what_came_late_and_went_again_shows_twice(warehouse: Warehouse) -> None:
    book(warehouse)
    announce(warehouse)
    late = book(warehouse)
    cancels = landing.land(warehouse, landing.event("ann", "meeting_no_show", TUESDAY, reverses=late))
    assert restatements(warehouse) == [
        ("ann", WEEK, "Bronze", "Silver", 1, 2, "event"),
        ("ann", WEEK, "Silver", "Bronze", 2, 1, "reversal"),
    ]
    assert causes(warehouse) == [late, *cancels]
    assert warehouse.execute("select is_restated from marts.fct_weekly_ranks") == [(False,)]


def test_somebody_who_was_not_published_starts_from_nothing(warehouse: Warehouse) -> None:
    book(warehouse)
    announce(warehouse)
    book(warehouse, "bob")
    assert restatements(warehouse) == [("bob", WEEK, None, "Bronze", 0, 1, "event")]


def test_whoever_was_employed_is_published_without_an_event(warehouse: Warehouse) -> None:
    landing.employ(warehouse, "bob", started_on="2026-03-08")
    landing.employ(warehouse, "eve", started_on="2026-01-01", ended_on="2026-03-01")
    landing.employ(warehouse, "dan", started_on="2026-03-09")
    book(warehouse)
    assert announce(warehouse) == [WEEK]
    expected = [("ann", "Bronze", 1, 1, 1, WEEK), ("bob", "Iron", 0, 0, 2, WEEK)]
    assert warehouse.execute(f"{PUBLISHED} order by user_id") == expected
    late = "select user_id from marts.fct_weekly_ranks where week_start_date = %s and published_rank_tier is null"
    assert warehouse.execute(late, WEEK) == []
    book(warehouse, "bob")
    assert restatements(warehouse) == [("bob", WEEK, "Iron", "Bronze", 0, 1, "event")]


def test_a_week_that_nobody_played_is_published_when_somebody_has(warehouse: Warehouse) -> None:
    landing.employ(warehouse, "bob", started_on="2026-03-01")
    assert announce(warehouse) == []
    book(warehouse)
    assert announce(warehouse) == [WEEK]
    assert restatements(warehouse) == []


def test_a_backdated_rule_restates_everybody_it_reaches(warehouse: Warehouse) -> None:
    book(warehouse)
    book(warehouse, "bob")
    announce(warehouse)
    landing.rule(warehouse, "meeting_booked", 1, 1, 3, "2026-01-01 00:00+00")
    landing.rule(warehouse, "meeting_booked", 9, 9, 3, "2026-03-01 00:00+00")  # other gold, the same points
    landing.rule(warehouse, "meeting_booked", 1, 1, 5, "2027-01-01 00:00+00")  # not yet in force
    assert restatements(warehouse) == [
        ("ann", WEEK, "Bronze", "Gold", 1, 3, "rule"),
        ("bob", WEEK, "Bronze", "Gold", 1, 3, "rule"),
    ]
    versions = "select distinct caused_by_rule_version_id = (select max(rule_version_id) - 2 from"
    assert warehouse.execute(f"{versions} raw.gamification_rules) from marts.fct_weekly_rank_restatements") == [(True,)]


@pytest.mark.parametrize("caused_by", ["rule", "definition"])
def test_what_moved_no_point_of_an_sdr_is_not_named(warehouse: Warehouse, caused_by: str) -> None:
    """Another type's points, the same type's before or after, another team: all are newer than the cause."""
    landing.employ(warehouse, "ann", "Europe/Berlin", team="Blue")
    book(warehouse)
    announce(warehouse)
    if caused_by == "definition":
        warehouse.execute("update raw.published_ranks set rank_points = 3, rank_tier = 'Gold'")
    else:
        landing.rule(warehouse, "meeting_booked", 1, 1, 3, "2026-01-01")
    landing.rule(warehouse, "meeting_booked", 1, 1, 4, "2026-03-04")
    landing.rule(warehouse, "meeting_attended", 1, 1, 5, "2026-01-01")
    landing.employ(warehouse, "ann", "Europe/Berlin", team="Green", effective_on="2026-03-01")
    landing.employ(warehouse, "ann", "Asia/Tokyo", team="Green", effective_on="2026-03-20")
    landing.rule(warehouse, "new", 1, 1, 0, "2026-01-01")
    points = (1, 3) if caused_by == "rule" else (3, 1)
    tiers = ("Bronze", "Gold") if caused_by == "rule" else ("Gold", "Bronze")
    assert restatements(warehouse) == [("ann", WEEK, *tiers, *points, caused_by)]


def test_the_first_roster_row_of_somebody_in_the_zone_that_was_assumed_moves_nothing(warehouse: Warehouse) -> None:
    book(warehouse)
    announce(warehouse)
    landing.rule(warehouse, "meeting_booked", 1, 1, 3, "2026-01-01")
    landing.employ(warehouse, "ann", "UTC")
    assert restatements(warehouse) == [("ann", WEEK, "Bronze", "Gold", 1, 3, "rule")]


def test_a_late_event_whose_type_lost_its_points_is_no_longer_listed(warehouse: Warehouse) -> None:
    book(warehouse)
    announce(warehouse)
    book(warehouse)
    landing.rule(warehouse, "meeting_booked", 1, 1, 0, "2026-01-01")
    assert restatements(warehouse) == [("ann", WEEK, "Bronze", "Iron", 1, 0, "rule")]


def test_points_are_never_below_nothing(warehouse: Warehouse) -> None:
    """The rule gives three points now, of which the published week knew one."""
    booked = book(warehouse)
    announce(warehouse)
    landing.rule(warehouse, "meeting_booked", 1, 1, 3, "2026-01-01 00:00+00")
    landing.land(warehouse, landing.event("ann", "meeting_cancelled", TUESDAY, reverses=booked))
    assert restatements(warehouse) == [("ann", WEEK, "Bronze", "Iron", 1, 0, "reversal")]


def test_a_move_to_another_zone_takes_an_event_over_the_edge_of_a_week(warehouse: Warehouse) -> None:
    landing.employ(warehouse, "ann")
    book(warehouse, at=NIGHT)
    book(warehouse, "bob", at="2026-03-10 12:00+00")
    assert announce(warehouse) == [WEEK, NEXT]
    landing.employ(warehouse, "ann", "Asia/Tokyo", "Green", "2026-01-01")
    expected = [
        ("ann", WEEK, "Bronze", "Iron", 1, 0, "roster"),
        ("ann", NEXT, None, "Bronze", 0, 1, "roster"),
    ]
    assert restatements(warehouse) == expected
    shown = "select rank_tier, published_rank_tier from marts.fct_weekly_ranks where user_id = 'ann'"
    assert warehouse.execute(f"{shown} and week_start_date = %s", WEEK) == [("Iron", "Bronze")]
    warehouse.settle()
    assert restatements(warehouse) == expected


def test_a_move_to_another_team_restates_nothing(warehouse: Warehouse) -> None:
    landing.employ(warehouse, "ann", team="Blue")
    book(warehouse)
    announce(warehouse)
    landing.employ(warehouse, "ann", team="Green", effective_on="2026-01-01")
    assert restatements(warehouse) == []


@pytest.mark.parametrize(
    ("zone", "at", "week"),
    [
        ("Europe/Berlin", "2026-03-29 21:59+00", date(2026, 3, 23)),  # a Sunday of 23 hours
        ("Europe/Berlin", "2026-03-29 22:00+00", date(2026, 3, 30)),
        ("Europe/Berlin", "2026-10-25 22:59+00", date(2026, 10, 19)),  # a Sunday of 25 hours
        ("Europe/Berlin", "2026-10-25 23:00+00", date(2026, 10, 26)),
        ("Pacific/Kiritimati", "2026-03-08 10:00+00", NEXT),
        ("Pacific/Pago_Pago", "2026-03-09 10:59+00", WEEK),
    ],
)
def test_the_edges_of_a_week_are_local(warehouse: Warehouse, zone: str, at: str, week: date) -> None:
    warehouse.execute("update raw.gamification_rules set effective_from = '-infinity'")
    landing.employ(warehouse, "ann", zone)
    book(warehouse, at=at)
    played = "select week_start_date from marts.weekly_ranks_as_of(now()) where weekly_rank_points > 0"
    assert warehouse.execute(played) == [(week,)]
    assert announce(warehouse) == [week]
    book(warehouse, at=at)
    assert restatements(warehouse) == [("ann", week, "Bronze", "Silver", 1, 2, "event")]


def test_the_current_week_is_not_published(warehouse: Warehouse) -> None:
    landing.land(warehouse, landing.event("ann", "meeting_booked"))
    assert announce(warehouse) == []


def test_publishing_again_does_nothing(warehouse: Warehouse) -> None:
    book(warehouse)
    assert announce(warehouse) == [WEEK]
    kept = warehouse.execute("select * from raw.published_ranks")
    book(warehouse, "bob")
    assert announce(warehouse) == []
    assert warehouse.execute("select * from raw.published_ranks") == kept


HASHES = """
select encode(sha256(convert_to(string_agg(json_build_array(r.user_id,
r.week_start_date, r.published_rank_tier, r.published_meetings_booked, r.published_rank_points,
r.published_rank_position, extract(epoch from w.published_at))::text, E'\\n' order by r.user_id collate "C"), 'UTF8')),
'hex') = w.content_hash from marts.fct_weekly_ranks as r join marts.rpt_weekly_publications as w using
(week_start_date) where r.published_rank_tier is not null group by week_start_date, w.content_hash
"""


def test_a_changed_publication_shows(warehouse: Warehouse) -> None:
    from orchestration.lib.dbt import DbtError  # noqa: PLC0415  # see Warehouse.dbt

    described = warehouse.execute("select obj_description('marts.rpt_weekly_publications'::regclass)")[0][0]
    assert " ".join(HASHES.split()) in " ".join(described.split())
    book(warehouse)
    book(warehouse, 'Zoë, "Z"\nSmith')
    announce(warehouse)
    warehouse.execute("create table raw.kept as table raw.published_ranks")
    for change in ("rank_points = 9", "user_id = 'Ann'", "published_at = published_at - '1 s'::interval"):
        assert warehouse.execute(HASHES, role="analyst") == [(True,)]
        warehouse.execute(f"update raw.published_ranks set {change} where user_id = 'ann'")
        assert warehouse.execute(HASHES, role="analyst") == [(False,)]
        warehouse.execute("truncate raw.published_ranks; insert into raw.published_ranks table raw.kept")
    check = ["test", "--select", "assert_published_weeks_are_unchanged"]
    warehouse.dbt(*check)
    warehouse.execute("update raw.published_ranks set rank_tier = 'Gold' where user_id = 'ann'")
    with pytest.raises(DbtError, match="assert_published_weeks_are_unchanged"):
        warehouse.dbt(*check)


def test_dbt_may_only_insert_publications(warehouse: Warehouse) -> None:
    for statement in ("delete from raw.published_ranks", "update raw.published_ranks set rank_points = 1"):
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            warehouse.execute(statement, role="transform")


def remembered(warehouse: Warehouse) -> tuple[datetime, Rows]:
    rows = warehouse.execute(f"select {FIGURES} from marts.fct_weekly_ranks")
    ((moment,),) = warehouse.execute("select clock_timestamp()")
    return moment, rows


def as_of(warehouse: Warehouse, moment: datetime, week: date | None = None) -> Rows:
    return warehouse.execute(f"select {FIGURES} from marts.weekly_ranks_as_of(%s, %s)", moment, week, role="analyst")


CHANGES: list[Callable[[Warehouse], object]] = [
    book,
    lambda warehouse: landing.land(warehouse, landing.event("bob", "meeting_no_show", TUESDAY, reverses="x")),
    lambda warehouse: landing.rule(warehouse, "meeting_booked", 1, 1, 3, "2026-01-01 00:00+00"),
    lambda warehouse: landing.employ(warehouse, "ann", "Asia/Tokyo", effective_on="2026-01-01"),
]


@pytest.mark.parametrize("change", CHANGES)
def test_what_was_known_stays_known(warehouse: Warehouse, change: Callable[[Warehouse], object]) -> None:
    landing.employ(warehouse, "ann")
    book(warehouse, at=NIGHT, name="x")
    book(warehouse, at=TUESDAY)
    moment, rows = remembered(warehouse)
    change(warehouse)
    assert Counter(as_of(warehouse, moment)) == Counter(rows)
    assert Counter(remembered(warehouse)[1]) != Counter(rows)


def test_before_anything_landed_nothing_was_known(warehouse: Warehouse) -> None:
    book(warehouse)
    assert warehouse.execute("select * from marts.weekly_ranks_as_of('2026-01-01')") == []


class Weeks(Arrivals):
    """Everything that can land, with weeks published and moments remembered in between."""

    @initialize()
    def nothing_published(self) -> None:
        self.warehouse.execute("truncate raw.published_ranks")
        self.moments: list[tuple[datetime, Rows]] = []

    def check(self) -> None:
        check_marts(self.warehouse, WEEKLY)

    check_settled = check

    @rule()
    def announce_weeks(self) -> None:
        shown = f"select {FIGURES} from marts.fct_weekly_ranks where week_start_date = any(%s)"
        announced = announce(self.warehouse)
        published = self.warehouse.execute(f"{PUBLISHED} where week_start_date = any(%s)", announced)
        assert Counter(published) == Counter(self.warehouse.execute(shown, announced))
        assert self.warehouse.execute("select * from intermediate.int_unpublished_weeks") == []
        self.check()

    @rule()
    def remember(self) -> None:
        self.moments.append(remembered(self.warehouse))

    @rule()
    def recall(self) -> None:
        for moment, rows in self.moments[-3:]:
            assert Counter(as_of(self.warehouse, moment)) == Counter(rows)
            for week in {row[-1] for row in rows}:
                assert isinstance(week, date)
                one_week = Counter(row for row in rows if row[-1] == week)
                assert Counter(as_of(self.warehouse, moment, week)) == one_week


@pytest.mark.timeout(900)
def test_any_order_of_arrival_and_publication_is_restated(warehouse: Warehouse) -> None:
    check_arrivals(warehouse, examples=4, steps=25, machine=Weeks)


@pytest.mark.chaos
@pytest.mark.timeout(7200)
def test_any_order_of_arrival_and_publication_at_length(warehouse: Warehouse) -> None:
    check_arrivals(warehouse, examples=200, steps=60, machine=Weeks)
