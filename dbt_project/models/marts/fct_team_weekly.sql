with team_weeks as (
    select * from {{ ref("int_team_weeks") }}
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
    meetings_per_head,
    gold_per_head,
    xp_per_head,
    position,
    total_position,
    is_closed,
    week_start_date,
    closes_at,
    week_start_date = {{ week_start("(now() at time zone " ~ default_time_zone() ~ ")::date") }} as is_current,
    points_per_head
from team_weeks
