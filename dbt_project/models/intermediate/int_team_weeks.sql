with memberships as (
    select * from {{ ref("int_team_memberships") }}
),

user_weeks as (
    select * from {{ ref("int_user_weeks") }}
),

teams as (
    select * from {{ ref("int_teams") }}
),

versions as (
    select * from {{ ref("stg_roster__sdr_versions") }}
),

-- What somebody did counts for the team of that day, so one SDR can be of two teams in a week.
worked as (
    select
        user_id,
        team_id,
        week_start_date,
        {{ total("event_count", "event_type = 'meeting_booked'") }} as meetings_booked,
        {{ total("rank_points") }} as rank_points,
        {{ total("gold_value") }} as gold,
        {{ total("xp_value") }} as xp,
        {{ total("event_count") }} as event_count
    from user_weeks
    group by user_id, team_id, week_start_date
),

belonged as (
    select
        memberships.user_id,
        memberships.team_id,
        weeks.week_start_at::date as week_start_date,
        0::bigint as meetings_booked,
        0::bigint as rank_points,
        0::bigint as gold,
        0::bigint as xp,
        0::bigint as event_count
    from memberships
    cross join
        lateral generate_series(
            {{ week_start("memberships.member_from_date") }}::timestamp,
            memberships.member_to_date::timestamp,
            interval '7 days'
        ) as weeks (week_start_at)
),

totals as (
    select
        team_id,
        week_start_date,
        count(distinct user_id) as headcount,
        {{ total("meetings_booked") }} as meetings_booked,
        {{ total("rank_points") }} as rank_points,
        {{ total("gold") }} as gold,
        {{ total("xp") }} as xp,
        {{ total("event_count") }} as event_count
    from (
        select * from worked
        union all
        select * from belonged
    ) as active
    group by team_id, week_start_date
),

zones as (
    select time_zone from versions
    where valid_from <= now() and valid_to > now()
    union
    select {{ default_time_zone() }}
),

closing as (
    select
        totals.*,
        teams.team_name,
        closings.closes_at
    from totals
    inner join teams on totals.team_id = teams.team_id
    cross join lateral (
        select {{ week_closes_at("totals.week_start_date", "zones.time_zone") }} as closes_at from zones
    ) as closings
),

-- Per head is the fair comparison. Whom the roster does not know are no team, and compete with none.
positioned as (
    select
        *,
        rank() over (
            partition by week_start_date, team_id = 'unassigned'
            order by rank_points::numeric / headcount desc, gold::numeric / headcount desc
        )::integer as place,
        rank() over (
            partition by week_start_date, team_id = 'unassigned'
            order by rank_points desc, gold desc
        )::integer as total_place
    from closing
)

select
    team_id,
    team_name,
    headcount,
    meetings_booked,
    rank_points,
    gold,
    xp,
    event_count,
    round(meetings_booked::numeric / headcount, 2) as meetings_per_head,
    round(gold::numeric / headcount, 2) as gold_per_head,
    round(xp::numeric / headcount, 2) as xp_per_head,
    case when team_id <> 'unassigned' then place end as position,
    case when team_id <> 'unassigned' then total_place end as total_position,
    closes_at <= now() as is_closed,
    week_start_date,
    closes_at,
    round(rank_points::numeric / headcount, 2) as points_per_head
from positioned
