"""Counts what a change moves: the rows of marts.fct_user_daily, and the events in them, that score otherwise now."""

import json
from collections.abc import Sequence
from typing import Final

from psycopg2 import extensions

from ingestion.rules.plan import FOR_EVER, SINCE_EVER, Stretch

# SDR by SDR, so that a range of some days is found by the index on (user_id, occurred_at), however long the log is.
COUNT: Final = """
select
    count(distinct (events.user_id, events.activity_date)) as row_count,
    count(*) as event_count
from json_to_recordset(%(stretches)s::json) as stretch (begins timestamptz, ends timestamptz)
cross join (select user_id from marts.dim_users) as people
cross join lateral (
    select scored.user_id, scored.activity_date
    from marts.fct_sales_events as scored
    where scored.user_id = people.user_id
    and scored.event_type = %(event_type)s
    and scored.occurred_at >= stretch.begins and scored.occurred_at < stretch.ends
    and not scored.is_reversed and not scored.is_reversal
) as events
"""


def count_moved(cursor: extensions.cursor, event_type: str, moved: Sequence[Stretch]) -> tuple[int, int]:
    """Rows (SDR, local day, type) and events, read as a role that reads the marts.

    What was taken back, or takes back, is worth nothing under any rule: it is not moved.
    """
    stretches = [{"begins": bound(stretch.begins), "ends": bound(stretch.ends)} for stretch in moved]
    cursor.execute(COUNT, {"event_type": event_type, "stretches": json.dumps(stretches)})
    row_count, event_count = cursor.fetchone() or (0, 0)
    return row_count, event_count


def bound(moment: object) -> str:
    """A beginning or end as Postgres reads it."""
    if moment in (SINCE_EVER, FOR_EVER):
        return "-infinity" if moment == SINCE_EVER else "infinity"
    return str(moment)
