"""The oracle of what is the same for everybody: dates, tiers, and what was published."""

from collections import defaultdict
from datetime import UTC, date, timedelta

from tests.warehouse.oracle.facts import TIERS, Facts, Row, monday
from tests.warehouse.oracle.weeks import fct_weekly_rank_restatements

Rows = list[tuple[object, ...]]
DATE = "iso_week, weekday_name, year, quarter, month, weekday_number, is_working_day, date, week_start_date"
TIER = "rank_tier, rank_order, minimum_rank_points"
PUBLICATION = (
    "content_hash, sdr_count, meetings_booked, restatement_count, restated_sdr_count, week_start_date, published_at"
)
WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]


def dim_dates(facts: Facts) -> Rows:
    """Columns: `DATE`."""
    today = facts.now.astimezone(UTC).date()
    day = date(min([2020, *(event.occurred_at.astimezone(UTC).year for event in facts.events)]), 1, 1)
    leap_day = (today.month, today.day) == (2, 29)
    last = today.replace(year=today.year + 1, day=28 if leap_day else today.day)
    rows: Rows = []
    while day <= last:
        year, week, weekday = day.isocalendar()
        number = (day.month + 2) // 3
        rows.append(
            (
                *(f"{year}-W{week:02}", WEEKDAYS[weekday - 1], day.year, number, day.month, weekday),
                *(weekday not in {6, 7}, day, monday(day)),
            )
        )
        day += timedelta(days=1)
    return rows


def dim_rank_tiers(_: Facts) -> Rows:
    """Columns: `TIER`. A meeting is a point, and a tier."""
    return [(name, order, order) for order, name in enumerate(TIERS)]


def rpt_weekly_publications(facts: Facts) -> Rows:
    """Columns: `PUBLICATION`."""
    weeks: dict[date, list[Row]] = defaultdict(list)
    for row in facts.published:
        weeks[row["week_start_date"]].append(row)
    changed: dict[object, list[object]] = defaultdict(list)
    for user_id, *_, week, _noticed_at in fct_weekly_rank_restatements(facts):
        changed[week].append(user_id)
    return [
        (
            *(rows[0]["content_hash"], len(rows), sum(row["weekly_meetings_booked"] for row in rows)),
            *(len(changed[week]), len(set(changed[week])), week, rows[0]["published_at"]),
        )
        for week, rows in weeks.items()
    ]
