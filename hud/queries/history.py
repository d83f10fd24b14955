"""What History asks: one SDR's past, the ranks week by week, and the achievements."""

from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.engine import Engine

from hud.queries import rows

# Five years: more weeks are neither drawn nor sent.
LONGEST_WEEKS: Final = 260
# A year of days, for the calendar; whatever is older is by week.
CALENDAR_WEEKS: Final = 53

# One statement, so one snapshot: the days add up to the totals beside them. An SDR's days are found by the index, and
# summed here to the weeks and days that a screen can show.
SDR = text(
    """
    with sdr as (
        select
            stats.*,
            (now() at time zone stats.time_zone)::date as local_date
        from marts.dim_user_stats as stats
        where stats.user_id = :user_id
    ),

    days as materialized (
        select
            daily.activity_date,
            date_trunc('week', daily.activity_date)::date as week_start_date,
            daily.event_type,
            daily.event_count,
            daily.xp_value,
            daily.rank_points
        from marts.fct_user_daily as daily
        where daily.user_id = :user_id and (daily.event_count, daily.xp_value, daily.rank_points) <> (0, 0, 0)
    ),

    by_week as (
        select
            days.week_start_date,
            days.event_type,
            sum(days.event_count)::bigint as event_count,
            sum(days.xp_value)::bigint as xp_value,
            sum(days.rank_points)::bigint as rank_points
        from days
        inner join sdr on days.week_start_date > sdr.local_date - 7 * :longest_weeks
        group by days.week_start_date, days.event_type
    ),

    by_day as (
        select
            days.activity_date,
            days.event_type,
            days.event_count,
            days.xp_value,
            days.rank_points
        from days
        inner join sdr on days.activity_date > sdr.local_date - 7 * :calendar_weeks
    )

    select
        sdr.user_id,
        sdr.display_name,
        sdr.team_name,
        sdr.time_zone,
        sdr.current_rank,
        sdr.current_rank_order,
        sdr.total_xp,
        sdr.xp_in_current_level + sdr.xp_to_next_level as xp_per_level,
        sdr.weekly_rank_points,
        sdr.weekly_meetings_booked,
        sdr.local_date,
        (select min(days.activity_date) from days) as first_date,
        (select count(distinct days.activity_date) from days where days.event_count > 0) as active_day_count,
        extract(epoch from sdr.last_event_at)::double precision as last_event_at,
        extract(epoch from clock_timestamp())::double precision as as_of,
        (
            select coalesce(json_agg(json_build_array(
                week_start_date, event_type, event_count, xp_value, rank_points
            )), '[]')
            from by_week
        ) as weeks,
        (
            select coalesce(json_agg(json_build_array(
                activity_date, event_type, event_count, xp_value, rank_points
            )), '[]')
            from by_day
        ) as days,
        (
            select coalesce(json_agg(bests order by bests.metric, bests.period), '[]')
            from (
                select metric, period, best_value, previous_best_value, reached_date
                from marts.fct_personal_bests
                where user_id = :user_id
            ) as bests
        ) as bests,
        (
            select row_to_json(streak)
            from (
                select current_streak_days, longest_streak_days
                from marts.fct_streaks
                where user_id = :user_id
            ) as streak
        ) as streak
    from sdr
    """
)

# The place among all needs everybody's weeks, so this is asked less often, and for a year; older weeks are known by the
# SDR's own days alone.
RANKS = text(
    """
    select
        ranks.week_start_date,
        ranks.rank_tier,
        ranks.weekly_rank_points,
        ranks.weekly_meetings_booked,
        ranks.rank_position,
        ranks.is_closed,
        ranks.published_rank_tier,
        ranks.published_rank_points,
        ranks.published_rank_position,
        ranks.is_restated
    from marts.fct_weekly_ranks as ranks
    where ranks.user_id = :user_id and ranks.week_start_date >= current_date - 7 * :calendar_weeks
    order by ranks.week_start_date
    """
)

# Whether a team has won needs the work of everybody, so those achievements are asked for apart.
PROGRESS = """
    select
        achievement_id,
        current_value,
        threshold,
        progress_ratio::double precision as progress_ratio,
        is_earned,
        earned_at
    from marts.fct_achievement_progress
    where user_id = :user_id and kind
"""
OWN = text(f"{PROGRESS} <> 'team_win'")
OF_TEAMS = text(f"{PROGRESS} = 'team_win'")

CATALOGUE = text(
    """
    select achievement_id, title, description, kind, event_type
    from marts.dim_achievements
    order by sort_order, achievement_id
    """
)

EVENT_TYPES = text("select event_type, event_label from marts.dim_event_types order by sort_order, event_type")


def sdr(engine: Engine, user_id: str) -> dict[str, Any] | None:
    """One SDR's days, weeks, bests and streaks; None when there is no such SDR."""
    limits = {"longest_weeks": LONGEST_WEEKS, "calendar_weeks": CALENDAR_WEEKS}
    found = rows(engine, SDR, {"user_id": user_id, **limits})
    return found[0] if found else None


def ranks(engine: Engine, user_id: str) -> list[dict[str, Any]]:
    """The SDR's weeks of a year, oldest first: what holds now, and what was announced."""
    return rows(engine, RANKS, {"user_id": user_id, "calendar_weeks": CALENDAR_WEEKS})


def progress(engine: Engine, user_id: str, *, of_teams: bool) -> list[dict[str, Any]]:
    """How far the SDR is with each achievement: with those of teams, or with all others."""
    statement = OF_TEAMS if of_teams else OWN
    return rows(engine, statement, {"user_id": user_id})


def names(engine: Engine) -> dict[str, list[dict[str, Any]]]:
    """What all SDRs have in common: the catalogue of achievements, the types of events."""
    return {
        "catalogue": rows(engine, CATALOGUE),
        "event_types": rows(engine, EVENT_TYPES),
    }
