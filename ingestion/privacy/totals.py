"""What must be the same before and after: how much was done, by whom does not matter."""

from typing import Any, Final

from psycopg2 import extensions

# Each by name; only where the marts are built.
QUESTIONS: Final = {
    "raw": """
        select count(*), count(external_id), count(reverses), count(distinct user_id) from raw.webhook_events
    """,
    "days": """
        select
            team_id, activity_date, event_type, count(*), sum(event_count), sum(gross_event_count), sum(gold_value),
            sum(xp_value)
        from marts.fct_user_daily
        group by team_id, activity_date, event_type
        order by 1, 2, 3
    """,
    "people": """
        select total_gold, total_xp, current_level, meetings_booked, current_rank, team_name, count(*)
        from marts.dim_user_stats
        group by total_gold, total_xp, current_level, meetings_booked, current_rank, team_name
        order by 1, 2, 3, 4, 5, 6
    """,
    "weeks": """
        select week_start_date, rank_position, rank_tier, published_rank_tier, weekly_meetings_booked, count(*)
        from marts.fct_weekly_ranks
        group by week_start_date, rank_position, rank_tier, published_rank_tier, weekly_meetings_booked
        order by 1, 2, 3, 4, 5
    """,
}


def totals(cursor: extensions.cursor) -> dict[str, list[tuple[Any, ...]]]:
    """All of them, as the transaction sees them."""
    cursor.execute("select to_regclass('marts.fct_weekly_ranks') is not null")
    names = QUESTIONS if cursor.fetchone() == (True,) else ["raw"]
    found = {}
    for name in names:
        cursor.execute(QUESTIONS[name])
        found[name] = cursor.fetchall()
    return found
