"""Counts what a change moves: the rows of marts.fct_user_daily, and the events in them, that score otherwise now."""

import json
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final

from psycopg2 import extensions

from ingestion.rules.plan import FOR_EVER, SINCE_EVER, Stretch

# A local day begins within a day of the same day in UTC, and is over within a day of its end there.
MARGIN: Final = timedelta(days=2)
# Days that lie wholly within a stretch are counted from the days, the rest event by event. OFFSET 0 makes that one
# look-up in the index on (user_id, occurred_at) for each SDR: the planner cannot know how few events lie in a window,
# and would read the whole log (measured at 1 M events: 49 ms in place of 1.1 s for a change that begins now).
COUNT: Final = """
with edges as (
    select scored.user_id, scored.activity_date
    from json_to_recordset(%(edges)s::json)
        as part (begins timestamptz, ends timestamptz, first_date date, last_date date)
    cross join (select user_id from marts.dim_users) as people
    cross join lateral (
        select events.user_id, events.activity_date
        from marts.fct_sales_events as events
        where events.user_id = people.user_id
        and events.event_type = %(event_type)s
        and events.occurred_at >= part.begins and events.occurred_at < part.ends
        and events.activity_date between part.first_date and part.last_date
        and not events.is_reversed and not events.is_reversal
        offset 0
    ) as scored
),

days as (
    select daily.event_count
    from json_to_recordset(%(days)s::json) as part (first_date date, last_date date)
    inner join marts.fct_user_daily as daily
        on daily.activity_date between part.first_date and part.last_date
    where daily.event_type = %(event_type)s and daily.event_count > 0
)

select
    (select count(distinct (user_id, activity_date)) from edges) + (select count(*) from days),
    (select count(*) from edges) + (select coalesce(sum(event_count), 0)::bigint from days)
"""
Part = dict[str, str]


def count_moved(cursor: extensions.cursor, event_type: str, moved: Sequence[Stretch]) -> tuple[int, int]:
    """Rows (SDR, local day, type) and events, read as a role that reads the marts.

    What was taken back, or takes back, is worth nothing under any rule: it is not moved.
    """
    edges: list[Part] = []
    days: list[Part] = []
    for stretch in moved:
        _cut(stretch, edges, days)
    cursor.execute(COUNT, {"event_type": event_type, "edges": json.dumps(edges), "days": json.dumps(days)})
    row_count, event_count = cursor.fetchone() or (0, 0)
    return row_count, event_count


def bound(moment: datetime) -> str:
    """A beginning or end as Postgres reads it."""
    if moment in {SINCE_EVER, FOR_EVER}:
        return "-infinity" if moment == SINCE_EVER else "infinity"
    return moment.isoformat()


def _cut(stretch: Stretch, edges: list[Part], days: list[Part]) -> None:
    """Part a stretch into whole days and the events before and after them."""
    begins, ends = stretch.begins, stretch.ends
    first = None if begins == SINCE_EVER else begins.astimezone(SINCE_EVER.tzinfo).date() + MARGIN
    last = None if ends == FOR_EVER else ends.astimezone(SINCE_EVER.tzinfo).date() - MARGIN
    if first and last and first > last:
        edges.append(_edge(bound(begins), bound(ends), None, None))
        return
    days.append(_days(first, last))
    if first:
        edges.append(_edge(bound(begins), _midnight(first + MARGIN), None, first - timedelta(days=1)))
    if last:
        edges.append(_edge(_midnight(last - MARGIN), bound(ends), last + timedelta(days=1), None))


def _edge(begins: str, ends: str, first: date | None, last: date | None) -> Part:
    return {"begins": begins, "ends": ends} | _days(first, last)


def _days(first: date | None, last: date | None) -> Part:
    return {"first_date": str(first or "-infinity"), "last_date": str(last or "infinity")}


def _midnight(day: date) -> str:
    return f"{day}T00:00:00+00:00"
