"""What the TV board asks at every poll: the meetings that somebody has just booked."""

from typing import Any

from sqlalchemy import text
from sqlalchemy.engine import Engine

from hud.queries import rows
from hud.queries.landings import news_seconds

# Longer than a screen is cut off by a restart, shorter than anybody calls news.
LEAST_NEWS_SECONDS = 120.0
# A meeting of an earlier day that lands now (an import, a pull of history) is no news.
NEWS_OCCURRED_SECONDS = 3_600
MOST_NEWS = 20

# A meeting makes a new rank when it carried this week's sum over the tier's threshold: one at most, however many land
# together, and only one that counts for this week. What was taken back is named: its moment, if it waits, is dropped.
MEETINGS = text(
    """
    with landed as materialized (
        select event_id, user_id, rank_points, week_start_date, is_reversed, received_at
        from marts.fct_sales_events
        where
            event_type = 'meeting_booked'
            and received_at > now() - :news_seconds * interval '1 second'
            and occurred_at > now() - :news_occurred_seconds * interval '1 second'
    ),

    fresh as (
        select * from landed
        where not is_reversed
        order by received_at desc, event_id desc
        limit :most_news
    ),

    placed as (
        select
            fresh.event_id,
            fresh.user_id,
            fresh.received_at,
            stats.display_name,
            stats.team_name,
            stats.current_rank,
            stats.current_rank_order,
            stats.weekly_rank_points,
            weeks.week,
            tiers.minimum_rank_points,
            case when fresh.week_start_date = weeks.week then fresh.rank_points else 0 end as rank_points,
            -- Of this week's points, those that were there once this meeting had landed.
            stats.weekly_rank_points - coalesce(
                sum(fresh.rank_points) filter (where fresh.week_start_date = weeks.week) over (
                    partition by fresh.user_id order by fresh.received_at desc, fresh.event_id desc
                    rows between unbounded preceding and 1 preceding
                ),
                0
            ) as points_then
        from fresh
        inner join marts.dim_user_stats as stats on fresh.user_id = stats.user_id
        inner join marts.dim_rank_tiers as tiers on stats.current_rank = tiers.rank_tier
        cross join lateral (select date_trunc('week', now() at time zone stats.time_zone)::date as week) as weeks
    )

    select
        extract(epoch from clock_timestamp())::double precision as as_of,
        (select extract(epoch from max(received_at))::double precision from marts.rpt_activity_feed) as last_event_at,
        (select coalesce(json_agg(event_id), '[]') from landed where is_reversed) as taken_back,
        coalesce(
            (
                select json_agg(
                    json_build_object(
                        'event_id', event_id,
                        'user_id', user_id,
                        'name', display_name,
                        'team', team_name,
                        'rank', current_rank,
                        'rank_order', current_rank_order,
                        'points', weekly_rank_points,
                        'week', week,
                        'is_new_rank',
                        minimum_rank_points > 0
                        and points_then >= minimum_rank_points
                        and points_then - rank_points < minimum_rank_points
                    )
                    order by received_at, event_id
                )
                from placed
            ),
            '[]'
        ) as meetings
    """
)


def news(engine: Engine, interval_seconds: float = 1.0) -> dict[str, Any]:
    """Meetings that somebody has just booked, the oldest first, ids of those taken back, and the database's clock."""
    limits = {
        "news_seconds": news_seconds(interval_seconds, LEAST_NEWS_SECONDS),
        "news_occurred_seconds": NEWS_OCCURRED_SECONDS,
        "most_news": MOST_NEWS,
    }
    return rows(engine, MEETINGS, limits)[0]
