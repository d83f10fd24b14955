"""Personal bests, weekly goals and duels by name."""

from datetime import UTC, date, datetime, timedelta

from tests import landing
from tests.conftest import Warehouse
from tests.warehouse.oracle import play
from tests.warehouse.plays import check, duel, goal, hire, plant

DAY = timedelta(days=1)
SINCE = date(2026, 3, 2)


def test_a_personal_best_is_dated_when_first_reached(warehouse: Warehouse) -> None:
    for day, calls in (("03-02", 2), ("03-03", 3), ("03-04", 3), ("03-10", 1)):
        landing.land(warehouse, *(landing.event("ann", "call_dial", f"2026-{day} 12:00+00") for _ in range(calls)))
    rows = warehouse.execute(
        "select period, best_value, previous_best_value, reached_date from marts.fct_personal_bests"
        " where user_id = 'ann' and metric = 'calls_made' order by 1",
        role="hud",
    )
    assert rows == [("day", 3, 2, date(2026, 3, 3)), ("week", 8, None, date(2026, 3, 2))]
    check(warehouse, play.Seeds(play.shipped("achievements"), play.shipped("weekly_goals"), []))


def test_a_goal_of_ones_own_or_of_the_team_replaces_one_for_everyone(warehouse: Warehouse) -> None:
    seeds = play.Seeds(
        [],
        [
            goal("all", ("everyone", None), "call_dial", 1, SINCE),
            goal("ann's", ("sdr", "ann"), "call_dial", 3, date(2026, 3, 4), date(2026, 3, 8)),
            goal("red's", ("team", "red"), "call_dial", 2, SINCE),
        ],
        [],
    )
    plant(warehouse, seeds)
    for user, team in (("ann", "Blue"), ("bob", "Blue"), ("cyd", "Red"), ("dan", "Red")):
        hire(warehouse, user, team, "2026-03-02")
    for user, at in (("ann", "03 12"), ("cyd", "03 10"), ("dan", "05 11"), ("bob", "04 10"), ("dan", "05 12")):
        landing.land(warehouse, landing.event(user, "call_dial", f"2026-03-{at}:00+00"))
    rows = warehouse.execute(
        "select goal_id, subject_type, subject_id, actual, target, progress_ratio::text,"
        " to_char(reached_at at time zone 'UTC', 'DD HH24') from marts.fct_goal_progress"
        " where week_start_date = '2026-03-02' order by 1, 3",
        role="hud",
    )
    assert rows == [
        ("all", "sdr", "bob", 1, 1, "1.0000", "04 10"),
        ("ann's", "sdr", "ann", 1, 3, "0.3333", None),
        ("red's", "team", "red", 3, 2, "1.0000", "05 11"),
    ]
    assert warehouse.execute(
        "select goal_id, subject_id from marts.fct_goal_progress where week_start_date = '2026-03-09' order by 1, 2"
    ) == [("all", "ann"), ("all", "bob"), ("red's", "red")]
    check(warehouse, seeds)


def test_an_active_sdr_has_goals_before_any_event(warehouse: Warehouse) -> None:
    landing.employ(warehouse, "ann")
    landing.employ(warehouse, "gone", ended_on="2020-01-01")
    rows = warehouse.execute("select subject_id, metric, actual, target from marts.fct_goal_progress order by 2")
    assert rows == [("ann", "call_dial", 0, 100), ("ann", "meeting_booked", 0, 5)]


def local_dates(warehouse: Warehouse) -> tuple[date, date]:
    """Today on the last and on the first island where a day begins; never the same date."""
    rows = warehouse.execute(
        "select (now() at time zone 'Pacific/Pago_Pago')::date, (now() at time zone 'Pacific/Kiritimati')::date"
    )
    return rows[0][0], rows[0][1]


def test_a_duel_is_over_when_the_last_local_day_has_ended_for_both(warehouse: Warehouse) -> None:
    landing.employ(warehouse, "ann", "Pacific/Pago_Pago")
    landing.employ(warehouse, "bob", "Pacific/Kiritimati")
    west, east = local_dates(warehouse)
    sides = ("ann", "bob")
    seeds = play.Seeds(
        [],
        [],
        [
            duel("a", "sdr", sides, "call_dial", west - DAY, west - DAY),
            duel("b", "sdr", sides, "call_dial", west, west),
            duel("c", "sdr", sides, "call_dial", east, east),
            duel("d", "sdr", sides, "call_dial", east + DAY, east + DAY),
        ],
    )
    plant(warehouse, seeds)
    status = "select status from marts.fct_duels order by duel_id"
    assert warehouse.execute(status, role="hud") == [("over",), ("running",), ("running",), ("upcoming",)]
    # One dial of each on the last local day, and one of Ann after it.
    for user, offset, days in (("ann", 11, 0), ("bob", -14, 0), ("ann", 11, 1)):
        noon = datetime(west.year, west.month, west.day, 12, tzinfo=UTC) + (days - 1) * DAY
        landing.land(warehouse, landing.event(user, "call_dial", noon + timedelta(hours=offset)))
    assert warehouse.execute(
        "select challenger_score, opponent_score, leader, margin::text from marts.fct_duels where duel_id = 'a'"
    ) == [(1, 1, "tie", "0.00")]
    check(warehouse, seeds)


def test_a_duel_of_teams_is_decided_per_head(warehouse: Warehouse) -> None:
    seeds = play.Seeds([], [], [duel("d", "team", ("blue", "red"), "gold", SINCE, SINCE + 6 * DAY)])
    plant(warehouse, seeds)
    for user, team in (("ann", "Blue"), ("bob", "Blue"), ("cyd", "Red")):
        hire(warehouse, user, team, "2026-03-02")
    for user, calls in (("ann", 3), ("cyd", 2)):
        landing.land(warehouse, *(landing.event(user, "call_dial", "2026-03-05 12:00+00") for _ in range(calls)))
    assert warehouse.execute(
        "select challenger_score, opponent_score, challenger_score_per_head::text, leader, margin::text, status"
        " from marts.fct_duels",
        role="hud",
    ) == [(15, 10, "7.50", "opponent", "2.50", "over")]
    check(warehouse, seeds)
