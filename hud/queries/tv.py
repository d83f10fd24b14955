"""What the TV board asks: the boards that it shows in turn."""

from typing import Any

from sqlalchemy import text
from sqlalchemy.engine import Engine

from hud.queries import rows

PLACES = 18
TEAMS = 6
NEWEST = 6
DUELS = 3

# Every board in one statement, so in one snapshot: a meeting is on all of them or on none.
BOARDS = text(
    """
    with places as materialized (
        select
            board.period,
            board.user_id,
            board.display_name as name,
            board.team_name as team,
            board.position,
            count(*) over (partition by board.period, board.position)::int as sharing,
            board.movement,
            board.gold,
            board.rank_points as points,
            board.meetings_booked as meetings,
            board.current_rank as rank,
            tiers.rank_order,
            row_number() over (
                partition by board.period order by board.position, board.display_name, board.user_id
            ) as line
        from marts.rpt_leaderboard as board
        inner join marts.dim_rank_tiers as tiers on board.current_rank = tiers.rank_tier
        where board.period in ('today', 'week')
    ),

    teams as (
        select
            weeks.team_id,
            weeks.team_name as name,
            weeks.position,
            count(*) over (partition by weeks.position)::int as sharing,
            weeks.headcount,
            weeks.meetings_booked as meetings,
            weeks.points_per_head::double precision as points_per_head,
            (
                select
                    json_agg(json_build_object('metric', metric, 'actual', actual, 'target', target) order by goal_id)
                from marts.fct_goal_progress
                where
                    subject_type = 'team'
                    and subject_id = weeks.team_id
                    and week_start_date = weeks.week_start_date
            ) as goals
        from marts.fct_team_weekly as weeks
        where weeks.is_current
        order by weeks.position, weeks.team_name
        limit :teams
    ),

    newest_events as materialized (
        select event_id, user_id, display_name as name, team_name as team, event_type, gold_value as gold,
            event_label as label, extract(epoch from occurred_at)::double precision as occurred_at
        from marts.rpt_activity_feed
        where
            event_type in ('meeting_booked', 'meeting_attended')
            and not is_reversed
            and not is_reversal
            and occurred_at > now() - interval '7 days'
        order by occurred_at desc, event_id desc
        limit :newest
    ),

    -- Joined after the limit: a handful of rows to the board's.
    newest as (
        select newest_events.*, places.rank, places.rank_order
        from newest_events
        left join places on newest_events.user_id = places.user_id and places.period = 'week'
    ),

    sides as (
        select 'sdr' as subject_type, user_id as subject_id, display_name as name from marts.dim_users
        union all
        select 'team', team_id, team_name from marts.dim_teams
    ),

    duels as (
        select
            duels.duel_id,
            duels.title,
            duels.subject_type,
            duels.metric,
            duels.leader,
            coalesce(challengers.name, duels.challenger_id) as challenger,
            coalesce(opponents.name, duels.opponent_id) as opponent,
            duels.challenger_score,
            duels.opponent_score,
            duels.challenger_score_per_head::double precision as challenger_per_head,
            duels.opponent_score_per_head::double precision as opponent_per_head,
            duels.margin::double precision as margin,
            to_char(duels.ends_on, 'FMDD FMMonth') as ends_on
        from marts.fct_duels as duels
        left join sides as challengers
            on duels.subject_type = challengers.subject_type and duels.challenger_id = challengers.subject_id
        left join sides as opponents
            on duels.subject_type = opponents.subject_type and duels.opponent_id = opponents.subject_id
        where duels.status = 'running'
        order by duels.ends_on, duels.duel_id
        limit :duels
    )

    select
        (
            select json_build_object(
                'people', count(*) filter (where period = 'week'),
                'meetings_today', coalesce(sum(meetings) filter (where period = 'today'), 0),
                'meetings_week', coalesce(sum(meetings) filter (where period = 'week'), 0)
            )
            from places
        ) as totals,
        (
            select coalesce(json_agg(places order by line), '[]') from places
            where period = 'today' and gold > 0 and line <= :places
        ) as today,
        (select coalesce(json_agg(places order by line), '[]') from places where period = 'week' and line <= :places)
            as week,
        (select coalesce(json_agg(teams order by position, name), '[]') from teams) as teams,
        (select coalesce(json_agg(newest order by occurred_at desc, event_id desc), '[]') from newest) as newest,
        (select coalesce(json_agg(duels order by ends_on, duel_id), '[]') from duels) as duels
    """
)


def boards(engine: Engine) -> dict[str, Any]:
    """What stands on each board, and the totals of everybody."""
    limits = {"places": PLACES, "teams": TEAMS, "newest": NEWEST, "duels": DUELS}
    return rows(engine, BOARDS, limits)[0]
