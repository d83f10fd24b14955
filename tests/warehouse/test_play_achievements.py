"""Achievements and streaks by name: what earns one, when, and what takes it away."""

from datetime import UTC, date, datetime

import pytest

from tests import landing
from tests.conftest import Warehouse
from tests.warehouse.oracle import play
from tests.warehouse.oracle.facts import Row
from tests.warehouse.plays import achievement, check, plant

GOLDEN = 4  # working days from Thursday to Tuesday


def catalogue(warehouse: Warehouse, *rows: Row) -> play.Seeds:
    seeds = play.Seeds(list(rows), [], [])
    plant(warehouse, seeds)
    return seeds


def earned(warehouse: Warehouse) -> dict[tuple[str, str], str]:
    """By SDR and achievement: when, in UTC."""
    rows = warehouse.execute("select user_id, achievement_id, earned_at from marts.fct_achievements", role="hud")
    return {(user, name): at.astimezone(UTC).strftime("%m-%d %H:%M") for user, name, at in rows}


def dial(warehouse: Warehouse, *moments: str) -> list[str]:
    """Dials of Ann in 2026, such as at "03-05 12:00"; their event_ids."""
    return landing.land(warehouse, *(landing.event("ann", "call_dial", f"2026-{at}+00") for at in moments))


def test_a_weekend_neither_breaks_nor_extends_a_streak(warehouse: Warehouse) -> None:
    seeds = catalogue(warehouse, achievement("four", "streak", GOLDEN), achievement("five", "streak", GOLDEN + 1))
    (_, friday, *_) = dial(
        warehouse, "03-05 12:00", "03-06 12:00", "03-07 12:00", "03-09 12:00", "03-10 15:00", "03-10 13:00"
    )
    assert earned(warehouse) == {("ann", "four"): "03-10 13:00"}
    streak = "select longest_streak_days, current_streak_days, last_active_date from marts.fct_streaks"
    assert warehouse.execute(streak, role="hud") == [(4, 0, date(2026, 3, 10))]
    check(warehouse, seeds)
    landing.land(warehouse, landing.event("ann", "meeting_cancelled", reverses=friday))
    assert earned(warehouse) == {}
    assert warehouse.execute(streak, role="hud") == [(2, 0, date(2026, 3, 10))]
    check(warehouse, seeds)


def test_a_reversal_takes_an_achievement_away_and_a_late_event_moves_it(warehouse: Warehouse) -> None:
    seeds = catalogue(
        warehouse,
        achievement("two calls", "count", 2, "call_dial"),
        achievement("ten gold", "gold", 10),
        achievement("xp", "xp", 11),
    )
    (_, second) = dial(warehouse, "03-05 12:00", "03-06 12:00")
    names = ("two calls", "ten gold", "xp")
    assert earned(warehouse) == {("ann", name): "03-06 12:00" for name in names}
    warehouse.settle()
    dial(warehouse, "03-04 12:00")
    assert earned(warehouse) == {("ann", name): "03-05 12:00" for name in names}
    for _ in range(2):
        landing.land(warehouse, landing.event("bob", "meeting_cancelled", reverses=second))
    assert earned(warehouse) == {("ann", name): "03-05 12:00" for name in names}
    (first, *_) = dial(warehouse, "03-03 12:00")
    assert earned(warehouse)["ann", "two calls"] == "03-04 12:00"
    for event_id in (first, *(row[0] for row in warehouse.execute("select event_id from marts.fct_sales_events"))):
        landing.land(warehouse, landing.event("ann", "meeting_no_show", reverses=str(event_id)))
    assert earned(warehouse) == {}
    check(warehouse, seeds)


def test_events_at_one_moment_are_counted_once_each(warehouse: Warehouse) -> None:
    seeds = catalogue(warehouse, achievement("three", "count", 3, "call_dial"))
    dial(warehouse, "03-05 12:00", "03-05 12:00")
    assert earned(warehouse) == {}
    dial(warehouse, "03-05 12:00")
    assert earned(warehouse) == {("ann", "three"): "03-05 12:00"}
    check(warehouse, seeds)


@pytest.mark.parametrize("change", ["2026-03-10", "2026-03-09"])
def test_who_moves_west_earns_in_the_order_of_events_not_of_local_days(warehouse: Warehouse, change: str) -> None:
    """After the move it is the day, and on the 9th the week, before: the later event has the earlier date."""
    seeds = catalogue(
        warehouse,
        *(achievement(f"{n}. call", "count", n, "call_dial") for n in (1, 2, 3)),
        achievement("gold", "gold", 10),
        *(achievement(f"{n} points", "weekly_rank", n) for n in (1, 2)),
    )
    landing.employ(warehouse, "ann", "Pacific/Kiritimati")
    landing.employ(warehouse, "ann", "Pacific/Pago_Pago", effective_on=change)
    landing.rule(warehouse, "call_dial", 5, 5, 1, "2026-01-01 00:00+00")
    before, after = f"03-{int(change[-2:]) - 1:02} 23:00", f"{change[5:]} 01:00"
    dial(warehouse, after, before)
    assert earned(warehouse)["ann", "1. call"] == before
    assert earned(warehouse)["ann", "2. call"] == earned(warehouse)["ann", "gold"] == after
    assert earned(warehouse)["ann", "1 points"] == before
    dial(warehouse, "03-02 12:00")
    assert earned(warehouse)["ann", "3. call"] == after
    check(warehouse, seeds)


def test_a_record_must_beat_every_day_before_it(warehouse: Warehouse) -> None:
    seeds = catalogue(warehouse, achievement("record", "personal_best", 2))
    dial(warehouse, "03-02 12:00", "03-02 13:00", "03-03 09:00", "03-03 09:01", "03-03 09:02", "03-04 12:00")
    dial(warehouse, "03-05 10:00", "03-05 11:00", "03-05 12:00")
    assert earned(warehouse) == {}, "two active days must lie before it, and the same is no more"
    progress = "select current_value, threshold, progress_ratio::text, is_earned from marts.fct_achievement_progress"
    assert warehouse.execute(progress, role="hud") == [(2, 3, "0.6667", False)]
    dial(warehouse, "03-05 13:00", "03-05 14:00")
    assert earned(warehouse) == {("ann", "record"): "03-05 13:00"}
    assert warehouse.execute(progress, role="hud") == [(3, 3, "1.0000", True)]
    check(warehouse, seeds)


def test_a_tier_is_reached_within_one_week_with_23_hours_in_a_day(warehouse: Warehouse) -> None:
    seeds = catalogue(warehouse, achievement("silver", "weekly_rank", 2))
    landing.employ(warehouse, "ann", "Europe/Berlin")
    book = [landing.event("ann", "meeting_booked", f"2026-03-{at}+00") for at in ("28 23:15", "29 22:01", "29 21:59")]
    landing.land(warehouse, *book[:2])
    assert earned(warehouse) == {}, "Sunday and Monday in Berlin"
    landing.land(warehouse, book[2])
    assert earned(warehouse) == {("ann", "silver"): "03-29 21:59"}
    check(warehouse, seeds)


def test_an_sdr_without_events_has_everything_before_him(warehouse: Warehouse) -> None:
    landing.employ(warehouse, "ann")
    found = warehouse.execute(
        "select count(*), max(current_value), max(progress_ratio), bool_or(is_earned)"
        " from marts.fct_achievement_progress where user_id = 'ann'",
        role="hud",
    )
    assert found == [(len(play.shipped("achievements")), 0, 0, False)]
    assert warehouse.execute("select * from marts.fct_streaks", role="hud") == [("ann", 0, 0, None)]


def test_today_does_not_break_a_streak_before_it_is_over(warehouse: Warehouse) -> None:
    """Seen at whatever day it is: two working days before today, then the one before today is taken back."""
    ((today,),) = warehouse.execute("select (now() at time zone 'UTC')::date")
    back = {5: 1, 6: 2, 0: 3}.get(today.weekday(), 1)
    last = date.fromordinal(today.toordinal() - back)
    before = date.fromordinal(last.toordinal() - (3 if last.weekday() == 0 else 1))
    noons = [datetime(day.year, day.month, day.day, 12, tzinfo=UTC) for day in (before, last)]
    (_, event_id) = landing.land(warehouse, *(landing.event("ann", "call_dial", noon) for noon in noons))
    current = "select current_streak_days from marts.fct_streaks"
    assert warehouse.execute(current, role="hud") == [(2,)]
    landing.land(warehouse, landing.event("ann", "meeting_cancelled", noons[0], reverses=event_id))
    assert warehouse.execute(current, role="hud") == [(0,)]
