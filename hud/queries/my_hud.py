"""What My HUD asks: one SDR with the newest events, and who there is to choose from."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import text
from sqlalchemy.engine import Engine

from hud.queries import Prepared, landings, prepared_rows, rows

FEED_LENGTH = 14
PICKER_LENGTH = 60

# Counters and feed in one statement, so in one snapshot: a figure and the event that moved it appear together.
SDR = """
    select
        stats.user_id,
        stats.display_name,
        stats.team_name,
        stats.current_rank,
        stats.next_rank,
        stats.current_level,
        stats.xp_in_current_level,
        stats.xp_to_next_level,
        stats.current_rank_order,
        stats.total_gold,
        stats.total_xp,
        stats.gold_today,
        stats.xp_today,
        stats.weekly_rank_points,
        stats.weekly_meetings_booked,
        stats.points_to_next_rank,
        stats.meetings_booked,
        stats.calls_connected,
        stats.meetings_lost,
        stats.kda_ratio::double precision as kda_ratio,
        stats.events_today,
        stats.calls_made_today,
        stats.calls_connected_today,
        stats.emails_sent_today,
        stats.meetings_booked_today,
        stats.meetings_attended_today,
        extract(epoch from stats.last_event_at)::double precision as last_event_at,
        extract(epoch from clock_timestamp())::double precision as as_of,
        (
            select coalesce(json_agg(recent order by recent.occurred_at desc, recent.received_at desc), '[]')
            from (
                select
                    events.event_id,
                    events.event_type,
                    events.event_label,
                    events.gold_value,
                    events.xp_value,
                    events.is_reversed,
                    events.is_reversal,
                    extract(epoch from events.occurred_at)::double precision as occurred_at,
                    extract(epoch from events.received_at)::double precision as received_at
                from marts.fct_sales_events as events
                where events.user_id = asked.user_id
                order by events.occurred_at desc, events.received_at desc
                limit :feed_length
            ) as recent
        ) as feed,
        date_trunc('week', now() at time zone stats.time_zone)::date::text as week
    from marts.dim_user_stats as stats
    where stats.user_id = asked.user_id
"""

# Each SDR on its own, `offset 0`: joined as a whole, the planner would read everybody's history and then choose.
# What has just landed is in it too, as a figure and its reason are seen together, however long ago the event occurred.
SDRS = Prepared(
    "hud_sdrs",
    f"""
    with {landings.NEWS}

    select
        sdr.*,
        coalesce((select events from news where user_id = sdr.user_id), '[]') as landed,
        coalesce((select max(landed_count) from newest where user_id = sdr.user_id), 0) as landed_count
    from unnest(cast(:user_ids as text[])) as asked (user_id)
    cross join lateral ({SDR} offset 0) as sdr
    """,
)

# Words are compared as they are: a percent sign in a search is a percent sign.
SDR_SEARCH = text(
    """
    select user_id, display_name, team_name, is_known, count(*) over () as match_count
    from marts.dim_users
    where
        -- Who left is not offered; who sent events and is on no roster is.
        (is_active or not is_known)
        and (
            position(lower(:words) in lower(display_name)) > 0
            or position(lower(:words) in lower(team_name)) > 0
            or position(lower(:words) in lower(user_id)) > 0
        )
    order by is_known desc, display_name, user_id
    limit :picker_length
    """
)


def sdrs(engine: Engine, user_ids: Sequence[str], interval_seconds: float = 1.0) -> dict[str, dict[str, Any]]:
    """All that moves on My HUD of each of these SDRs, the newest events, and what has landed within the last moments.

    Who does not exist is absent.
    """
    asked = {
        "user_ids": list(user_ids),
        "feed_length": FEED_LENGTH,
        "news_length": landings.NEWS_LENGTH,
        "news_seconds": landings.news_seconds(interval_seconds),
    }
    return {row["user_id"]: row for row in prepared_rows(engine, SDRS, asked)}


def sdr(engine: Engine, user_id: str) -> dict[str, Any] | None:
    """The same of one SDR; None when there is no such SDR."""
    return sdrs(engine, [user_id]).get(user_id)


def sdr_search(engine: Engine, words: str) -> list[dict[str, Any]]:
    """SDRs at work whose name, team or id holds `words`, by name, and after them ids that no roster knows.

    `match_count` counts those beyond the limit too.
    """
    return rows(engine, SDR_SEARCH, {"words": words.strip(), "picker_length": PICKER_LENGTH})
