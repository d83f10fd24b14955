"""The game against the oracle in any order of arrival; its teams and dates by name."""

from datetime import date, timedelta
from typing import Final

import pytest

from orchestration.lib.dbt import DbtError
from tests import landing
from tests.conftest import Warehouse
from tests.warehouse.oracle import LIVE, SETTLED, play
from tests.warehouse.plays import achievement, check, duel, goal, hire, plant
from tests.warehouse.test_scoring import check_arrivals

ALWAYS: Final = date(2025, 12, 1)
# Within the reach of a few random arrivals.
SMALL: Final = play.Seeds(
    achievements=[
        achievement("first call", "count", 1, "call_dial"),
        achievement("second meeting", "count", 2, "meeting_booked"),
        achievement("some xp", "xp", 210),
        achievement("some gold", "gold", 106),
        achievement("a day", "streak", 1),
        achievement("two days", "streak", 2),
        achievement("record", "personal_best", 1),
        achievement("bronze", "weekly_rank", 1),
        achievement("silver", "weekly_rank", 2),
        achievement("win", "team_win", 1),
        achievement("wins", "team_win", 2),
    ],
    goals=[
        goal("all", ("everyone", None), "meeting_booked", 1, ALWAYS),
        goal("all dials", ("everyone", None), "call_dial", 2, ALWAYS),
        goal("ann's", ("sdr", "ann"), "meeting_booked", 2, date(2026, 3, 25), date(2026, 3, 26)),
        goal("ann's gold", ("sdr", "ann"), "gold", 106, ALWAYS),
        goal("blue's", ("team", "blue"), "call_dial", 2, ALWAYS),
        goal("nobody's", ("team", "unassigned"), "xp", 11, ALWAYS),
    ],
    duels=[
        duel("sdrs", "sdr", ("ann", "bob"), "gold", date(2026, 3, 29), date(2026, 11, 1)),
        duel("strangers", "sdr", ("nobody knows", "nobody at all"), "call_dial", date(2025, 12, 31), date(2026, 3, 28)),
        duel("teams", "team", ("blue", "deep-red"), "meeting_booked", date(2025, 12, 31), date(2026, 3, 29)),
        duel("later", "team", ("blue", "unassigned"), "xp", date(2026, 11, 1), date(2100, 1, 1)),
    ],
)


@pytest.fixture
def small(warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch) -> Warehouse:
    """A warehouse with small seeds; the oracle has the same, and compares every mart of the game after each step."""
    plant(warehouse, SMALL)
    for mart, expectation in play.registry(SMALL).items():
        monkeypatch.delitem(SETTLED, mart, raising=False)
        monkeypatch.setitem(LIVE, mart, expectation)
    return warehouse


@pytest.mark.timeout(600)
def test_any_order_of_arrival_gives_the_game_that_the_oracle_plays(small: Warehouse) -> None:
    check_arrivals(small, examples=2, steps=12)


@pytest.mark.chaos
@pytest.mark.timeout(7200)
def test_any_order_of_arrival_gives_the_game_at_length(small: Warehouse) -> None:
    check_arrivals(small, examples=200, steps=60)


def test_an_empty_warehouse_has_a_catalogue_and_no_players(warehouse: Warehouse) -> None:
    plant(warehouse, SMALL)
    check(warehouse, SMALL)
    for mart in ("fct_achievement_progress", "fct_streaks", "fct_goal_progress", "fct_team_weekly", "dim_teams"):
        assert warehouse.execute(f"select * from marts.{mart}", role="hud") == []
    assert len(warehouse.execute("select 1 from marts.fct_duels", role="hud")) == len(SMALL.duels)
    assert len(play.shipped("achievements")) >= 14


def team_weeks(warehouse: Warehouse, columns: str) -> list[tuple[object, ...]]:
    return warehouse.execute(
        f"select team_id, {columns} from marts.fct_team_weekly where week_start_date = '2026-03-02' order by 1",
        role="hud",
    )


def test_teams_of_different_size_are_compared_per_head(warehouse: Warehouse) -> None:
    for user, team in (("ann", "Blue"), ("bob", "Blue"), ("cyd", "Red")):
        hire(warehouse, user, team, "2026-03-04")
    for user, meetings in (("ann", 3), ("cyd", 2), ("stranger", 9)):
        landing.land(
            warehouse, *(landing.event(user, "meeting_booked", "2026-03-05 12:00+00") for _ in range(meetings))
        )
    assert team_weeks(warehouse, "headcount, rank_points, meetings_per_head::text, position, total_position") == [
        ("blue", 2, 3, "1.50", 2, 1),
        ("red", 1, 2, "2.00", 1, 2),
        ("unassigned", 1, 9, "9.00", None, None),
    ]
    check(warehouse, play.Seeds(play.shipped("achievements"), play.shipped("weekly_goals"), []))


def test_who_changes_team_within_a_week_works_for_both(warehouse: Warehouse) -> None:
    hire(warehouse, "ann", "Blue", "2026-01-01")
    landing.employ(warehouse, "ann", "UTC", "Red", "2026-03-05")
    for day in (3, 5, 6):
        landing.land(warehouse, landing.event("ann", "meeting_booked", f"2026-03-0{day} 12:00+00"))
    assert team_weeks(warehouse, "headcount, rank_points") == [("blue", 1, 1), ("red", 1, 2)]


def test_teams_that_tie_share_a_position_and_both_win(warehouse: Warehouse) -> None:
    seeds = play.Seeds([achievement("win", "team_win", 1)], [], [])
    plant(warehouse, seeds)
    for user, team in (("ann", "Blue"), ("bob", "Red")):
        landing.employ(warehouse, user, "America/New_York", team)
        landing.land(warehouse, landing.event(user, "meeting_booked", "2026-03-05 12:00+00"))
    assert team_weeks(warehouse, "position, is_closed") == [("blue", 1, True), ("red", 1, True)]
    won = "select user_id, earned_at = '2026-03-10 00:00-04' from marts.fct_achievements order by 1"
    assert warehouse.execute(won, role="hud") == [("ann", True), ("bob", True)]
    # This week is not over, and a week in which one team plays alone is no win.
    landing.land(warehouse, landing.event("ann", "meeting_booked"))
    landing.land(warehouse, landing.event("ann", "meeting_booked", "2026-02-25 12:00+00"))
    assert warehouse.execute(won, role="hud") == [("ann", True), ("bob", True)]
    check(warehouse, seeds)


def test_a_team_has_the_spelling_that_was_loaded_last(warehouse: Warehouse) -> None:
    landing.employ(warehouse, "ann", team="Deep  RED", effective_on="2026-03-01")
    landing.employ(warehouse, "bob", team="Deep Red", effective_on="2026-01-01", ended_on="2026-02-01")
    assert warehouse.execute("select * from marts.dim_teams", role="hud") == [("deep-red", "Deep Red", 1, True)]
    landing.land(warehouse, landing.event("stranger"))
    assert warehouse.execute("select team_id, sdr_count from marts.dim_teams order by 1", role="hud") == [
        ("deep-red", 1),
        ("unassigned", 1),
    ]


def test_dates_reach_from_the_first_event_to_a_year_ahead(warehouse: Warehouse) -> None:
    bounds = "select min(date), max(date) - current_date, count(*) = max(date) - min(date) + 1 from marts.dim_dates"
    ((first, ahead, is_whole),) = warehouse.execute(bounds, role="hud")
    assert (first, is_whole) == (date(2020, 1, 1), True)
    assert timedelta(days=363) < timedelta(days=ahead) < timedelta(days=368)
    landing.land(warehouse, landing.event("ann", occurred_at="2019-06-01 12:00+00"))
    assert warehouse.execute(bounds, role="hud")[0][0] == date(2019, 1, 1)
    assert warehouse.execute(
        "select iso_week, weekday_name, weekday_number, is_working_day, week_start_date from marts.dim_dates"
        " where date in ('2027-01-01', '2027-01-03') order by date",
        role="hud",
    ) == [
        ("2026-W53", "Friday", 5, True, date(2026, 12, 28)),
        ("2026-W53", "Sunday", 7, False, date(2026, 12, 28)),
    ]


def test_a_type_with_a_rule_and_no_words_is_a_type_too(warehouse: Warehouse) -> None:
    landing.rule(warehouse, "demo_held", 7, 8, 9, "2026-01-01 00:00+00")
    landing.rule(warehouse, "demo_held", 1, 1, 1, "2100-01-01 00:00+00")
    assert warehouse.execute("select * from marts.dim_event_types where sort_order > 7", role="hud") == [
        ("demo_held", "demo_held", 1000, 7, 8, 9)
    ]


def test_nonsense_in_a_seed_is_refused_with_what_to_do_and_can_be_read(warehouse: Warehouse) -> None:
    nonsense = play.Seeds(
        [achievement("fly", "flight", 1), achievement("any", "count", 1), achievement("top", "weekly_rank", 99)],
        [goal("g", ("everyone", None), "gould", 1, date(2026, 2, 1), date(2026, 1, 1))],
        [duel("d", "sdr", ("ann", "ann"), "gold", date(2026, 2, 1), date(2026, 1, 1))],
    )
    plant(warehouse, nonsense)
    landing.land(warehouse, landing.event("ann"))
    for mart in ("fct_achievements", "fct_achievement_progress", "fct_goal_progress", "fct_duels"):
        warehouse.execute(f"select * from marts.{mart}", role="hud")
    with pytest.raises(DbtError) as refusal:
        warehouse.dbt("test", "--select", "test_type:singular")
    for problem in (
        "seeds/achievements.csv, fly: kind is none of count, xp,",
        "seeds/achievements.csv, any: event_type must be one of marts.dim_event_types.",
        "seeds/achievements.csv, top: threshold must be the rank_order",
        "seeds/weekly_goals.csv, g: metric is none of gold, xp,",
        "seeds/weekly_goals.csv, g: last_week is before first_week.",
        "seeds/duels.csv, d: challenger_id and opponent_id are the same.",
        "seeds/duels.csv, d: ends_on is before starts_on. Mend the row and run dbt again.",
    ):
        assert problem in str(refusal.value)
