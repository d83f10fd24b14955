"""Rule changes on real marts: what is landed, what it moves, and that a preview foretells it."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg2
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ingestion.rules.change import Change
from ingestion.rules.changing import change_rule
from ingestion.rules.landing import land_change
from ingestion.rules.plan import SINCE_EVER, Values, plan, timeline
from ingestion.rules.preview import preview
from ingestion.rules.reading import snapshot
from ingestion.webhooks.parser import UnusableError
from tests import landing
from tests.conftest import Database, Warehouse
from tests.warehouse.oracle import LIVE, check_marts, live_user_days
from tests.warehouse.oracle.facts import monday

TYPES = ["call_dial", "meeting_booked"]
USERS = ["ann", "bob", "nobody knows"]
EMPTY = (
    "truncate raw.webhook_events, raw_roster.sdr_versions, intermediate.settle_watermarks,"
    " intermediate.int_user_days_settled; delete from raw.gamification_rules where changed_by <> 'seed'"
)
SCORES = "select event_id::text, gold_value, xp_value, rank_points, user_id, activity_date from marts.fct_sales_events"
STATS = "select user_id, current_level, total_gold, total_xp from marts.dim_user_stats"
RANKS = "select user_id, week_start_date, weekly_rank_points, rank_tier from marts.fct_weekly_ranks"
# Everything that a preview might write to; transaction ids and statistics move by themselves.
CONTENT = (
    "select (select json_agg(r) from raw.gamification_rules r), (select count(*) from raw.webhook_events),"
    " (select json_agg(w) from intermediate.settle_watermarks w),"
    " (select count(*) from pg_class), (select count(*) from intermediate.int_user_days_settled)"
)


def days_ago(days: float) -> datetime:
    return datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - timedelta(days=days)


def set_rule(database: Database, change: Change) -> tuple[int | None, int | None]:
    """The rows and events that it says to have moved."""
    changed = change_rule(database.dsn("ingest"), database.dsn("hud"), change)
    return changed.rows_moved, changed.events_moved


def foretold(database: Database, candidates: Sequence[Change], weeks: int = 8) -> list[dict[str, Any]]:
    with snapshot(database.dsn("analyst")) as cursor:
        return preview(cursor, candidates, weeks)


def value() -> "st.SearchStrategy[int | None]":
    return st.none() | st.integers(0, 700)


@st.composite
def changes(draw: st.DrawFn) -> Change:
    gold, xp, points = draw(value()), draw(value()), draw(st.none() | st.integers(0, 3))
    begins = draw(st.integers(-2, 40))
    ends = draw(st.none() | st.integers(-3, begins - 1))
    return Change(
        draw(st.sampled_from(TYPES)),
        1 if gold is xp is points is None else gold,
        xp,
        points,
        days_ago(begins),
        None if ends is None else days_ago(ends),
    )


@st.composite
def histories(draw: st.DrawFn) -> list[tuple[str, str, float, bool]]:
    """User, type, days ago, and whether it is taken back."""
    event = st.tuples(
        st.sampled_from(USERS),
        st.sampled_from(TYPES),
        st.integers(0, 40) | st.integers(0, 40 * 24).map(lambda hours: hours / 24),
        st.booleans(),
    )
    return draw(st.lists(event, max_size=12))


def arrive(warehouse: Warehouse, history: list[tuple[str, str, float, bool]]) -> None:
    warehouse.execute(EMPTY)
    landing.employ(warehouse, "ann", "Asia/Tokyo")
    landing.employ(warehouse, "bob", "America/New_York")
    for user, kind, days, taken_back in history:
        (event_id,) = landing.land(warehouse, landing.event(user, kind, days_ago(days)))
        if taken_back:
            landing.land(warehouse, landing.event(user, "meeting_cancelled", days_ago(0), reverses=event_id))


@given(history=histories(), earlier=st.lists(changes(), max_size=3), change=changes(), both=st.booleans())
@example(
    history=[("ann", "call_dial", 5, False)],
    earlier=[],
    change=Change("call_dial", 9, None, None, days_ago(7), days_ago(6)),
    both=True,
)
@example(
    history=[("bob", "meeting_booked", days, days == 5.5) for days in (2, 5, 5.5, 9)],
    earlier=[Change("meeting_booked", 1, 1, 1, days_ago(6))],
    change=Change("meeting_booked", 700, 700, 3, days_ago(9), days_ago(2)),
    both=False,
)
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_change_does_what_its_preview_foretold(
    warehouse: Warehouse, history: list[tuple[str, str, float, bool]], earlier: list[Change], change: Change, both: bool
) -> None:
    """Levels, gold, XP and each week's rank; and the rows that are said to move are those that do."""
    arrive(warehouse, history)
    for one in earlier:
        land_change(warehouse.dsn("ingest"), one)
    candidates = [change]
    if both:
        other = TYPES[1 - TYPES.index(change.event_type)]
        candidates.append(Change(other, 300, 300, 1, change.effective_from, change.effective_to))
    content = warehouse.execute(CONTENT)
    before, scored = foretold(warehouse, candidates), warehouse.execute(SCORES)
    assert warehouse.execute(CONTENT) == content
    assert_before(warehouse, before)
    counted = [set_rule(warehouse, candidate) for candidate in candidates]
    moved = set(warehouse.execute(SCORES)) - set(scored)
    assert sum(events or 0 for _, events in counted) == len(moved)
    kinds = dict(warehouse.execute("select event_id::text, event_type from marts.fct_sales_events"))
    assert sum(rows or 0 for rows, _ in counted) == len({(row[4], row[5], kinds[row[0]]) for row in moved})
    assert_after(warehouse, before)
    check_marts(warehouse, LIVE)
    assert all(land_change(warehouse.dsn("ingest"), candidate).versions == [] for candidate in candidates)


def assert_before(warehouse: Warehouse, rows: list[dict[str, Any]]) -> None:
    found = [(row["user_id"], row["level_before"], row["gold_before"], row["xp_before"]) for row in rows]
    assert sorted(found) == sorted(warehouse.execute(STATS))
    assert_weeks(warehouse, rows, "before")


def assert_after(warehouse: Warehouse, rows: list[dict[str, Any]]) -> None:
    found = [(row["user_id"], row["level_after"], row["gold_after"], row["xp_after"]) for row in rows]
    assert sorted(found) == sorted(warehouse.execute(STATS))
    assert_weeks(warehouse, rows, "after")


def assert_weeks(warehouse: Warehouse, rows: list[dict[str, Any]], when: str) -> None:
    ranks = {(user, str(week)): (int(points), tier) for user, week, points, tier in warehouse.execute(RANKS)}
    for row in rows:
        assert len(row["weeks"]) == 8
        for week in row["weeks"]:
            said = (week[f"rank_points_{when}"], week[f"rank_{when}"])
            assert said == ranks.get((row["user_id"], week["week_start_date"]), (0, "Iron"))
        assert row[f"rank_{when}"] == row["weeks"][-1][f"rank_{when}"]
        assert row["weeks_changed"] == sum(week["rank_before"] != week["rank_after"] for week in row["weeks"])


def test_without_a_beginning_a_candidate_replaces_whatever_held_in_the_weeks_of_each_sdr(warehouse: Warehouse) -> None:
    """At one instant it is Monday in one place and Sunday in another."""
    this_monday = monday(datetime.now(UTC).date())
    first = datetime(this_monday.year, this_monday.month, this_monday.day, tzinfo=UTC) - timedelta(weeks=1)
    landing.employ(warehouse, "ann", "Pacific/Kiritimati")
    landing.employ(warehouse, "bob", "Pacific/Pago_Pago")
    for user in ("ann", "bob"):
        landing.land(warehouse, landing.event(user, "meeting_booked", first))
    # A change within the weeks does not shield what is behind it.
    land_change(warehouse.dsn("ingest"), Change("meeting_booked", 150, effective_from=first - timedelta(hours=1)))
    weeks = {
        user: max(1, 1 + (date - week).days // 7)
        for user, date, week in warehouse.execute(
            "select user_id, (now() at time zone time_zone)::date, week_start_date"
            " from marts.fct_sales_events join marts.dim_users using (user_id)"
        )
    }
    for user, count in weeks.items():
        for shown in (count - 1, count):
            if shown:
                (row,) = [
                    one for one in foretold(warehouse, [Change("meeting_booked", 500)], shown) if one["user_id"] == user
                ]
                assert (row["gold_before"], row["gold_after"]) == (150, 500 if shown == count else 150)
                assert row["xp_after"] == 200  # what a candidate does not say stays


@pytest.mark.parametrize("settled", [False, True])
def test_a_backdated_change_is_live_at_once_and_settled_next(warehouse: Warehouse, settled: bool) -> None:
    arrive(warehouse, [("ann", "call_dial", days, False) for days in (1.0, 5.0, 9.0)] + [("bob", "call_dial", 5, True)])
    if settled:
        warehouse.settle()
    before = live_user_days(warehouse)
    counted = set_rule(warehouse, Change("call_dial", 50, effective_from=days_ago(6), effective_to=days_ago(2)))
    after = live_user_days(warehouse)
    assert counted == (1, 1) == (sum(before[key] != after[key] for key in before), 1)
    check_marts(warehouse, LIVE)
    warehouse.settle()
    assert live_user_days(warehouse, "intermediate.int_user_days_settled") == after


def test_levels_move_at_their_edges(warehouse: Warehouse) -> None:
    arrive(warehouse, [("ann", "call_dial", 1, False)])
    for xp, level in ((999, 1), (1000, 2), (1001, 2)):
        (ann,) = [row for row in foretold(warehouse, [Change("call_dial", xp_value=xp)]) if row["user_id"] == "ann"]
        assert (ann["level_before"], ann["level_after"]) == (1, level)


def test_a_preview_cannot_write(warehouse: Warehouse) -> None:
    for role in ("hud", "analyst"):
        with snapshot(warehouse.dsn(role)) as cursor, pytest.raises(psycopg2.errors.ReadOnlySqlTransaction):
            cursor.execute("create temporary table scratch (n integer)")


# The plan alone: which versions a change takes.

NOW = datetime(2026, 3, 10, tzinfo=UTC)
OLD, LATER, NEW = Values(5, 10, 0), Values(6, 12, 0), Values(9, 10, 0)
HISTORY = timeline([(None, *OLD), (NOW + timedelta(days=5), *LATER)])


def planned(**change: Any) -> list[tuple[int, Values]]:
    made = plan(HISTORY, Change("call_dial", **change), NOW)
    return [((begins - NOW).days, values) for begins, values in made.landing]


def on(day: int) -> datetime:
    return NOW + timedelta(days=day)


@pytest.mark.parametrize(
    ("change", "landing"),
    [
        ({"gold_value": 9}, [(0, NEW)]),
        ({"gold_value": 5}, []),
        ({"gold_value": 9, "effective_from": on(-3)}, [(-3, NEW)]),
        ({"gold_value": 9, "effective_from": on(-3), "effective_to": on(-1)}, [(-3, NEW), (-1, OLD)]),
        ({"gold_value": 9, "effective_to": on(5)}, [(0, NEW)]),
        ({"gold_value": 9, "effective_to": on(6)}, [(0, NEW), (5, NEW), (6, LATER)]),
        ({"gold_value": 9, "effective_from": on(5)}, [(5, Values(9, 12, 0))]),
        ({"gold_value": 5, "xp_value": 10, "rank_points": 0, "effective_to": on(6)}, [(5, OLD), (6, LATER)]),
        ({"gold_value": 6, "xp_value": 12, "effective_to": on(6)}, [(0, LATER)]),
    ],
)
def test_a_change_takes_as_few_versions_as_can_say_it(
    change: dict[str, Any], landing: list[tuple[int, Values]]
) -> None:
    assert planned(**change) == landing


def test_all_of_time_has_a_value_or_none() -> None:
    (unscored, scored) = timeline([(NOW, *OLD)])
    assert (unscored.begins, unscored.ends, unscored.values, scored.values) == (SINCE_EVER, NOW, None, OLD)
    with pytest.raises(UnusableError, match="no rule was in force there"):
        plan([unscored, scored], Change("x", 1, 1, 1, on(-2), on(-1)), NOW)
    with pytest.raises(UnusableError, match="No rule is in force at effective_from"):
        plan([unscored, scored], Change("x", 1, effective_from=on(-2)), NOW)
    assert plan([unscored, scored], Change("x", 0, 0, 0, on(-2)), NOW).moved == []
