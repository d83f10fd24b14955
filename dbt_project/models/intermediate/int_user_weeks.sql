-- depends_on: {{ ref("int_user_days_settled") }}
with weeks as (
    select
        settled.user_id,
        settled.week_start_date,
        settled.team_id,
        settled.event_type,
        {{ select_measures("settled") }}
    from {{ believed("intermediate.settled_weeks") }} as settled
    union all
    select
        changes.user_id,
        changes.week_start_date,
        changes.team_id,
        changes.event_type,
        {{ select_measures("changes") }}
    from {{ ref("int_user_day_changes") }} as changes
)

select
    user_id,
    week_start_date,
    team_id,
    event_type,
    sum(event_count)::bigint as event_count,
    sum(gross_event_count)::bigint as gross_event_count,
    sum(reversed_event_count)::bigint as reversed_event_count,
    sum(gold_value)::bigint as gold_value,
    sum(xp_value)::bigint as xp_value,
    sum(rank_points)::bigint as rank_points,
    sum(active_day_count)::bigint as active_day_count
from weeks
group by user_id, week_start_date, team_id, event_type
having sum(gross_event_count) > 0
