with outdated as materialized (
    select * from {{ ref("int_user_days_outdated") }}
),

settled as (
    select
        settled.user_id,
        settled.activity_date,
        settled.event_type,
        settled.team_id,
        settled.week_start_date,
        {{ select_measures("settled") }}
    from {{ believed(ref("int_user_days_settled")) }} as settled
    where
        not exists (
            select 1 from outdated
            where
                settled.user_id = outdated.user_id
                and settled.activity_date = outdated.activity_date
        )
),

changed as (
    select
        changes.user_id,
        changes.activity_date,
        changes.event_type,
        changes.team_id,
        changes.week_start_date,
        {{ select_measures("changes") }}
    from {{ ref("int_user_day_changes") }} as changes
    where not changes.is_removal
),

days as (
    select * from settled
    union all
    select * from changed
)

select
    user_id,
    activity_date,
    event_type,
    max(team_id) as team_id,
    sum(event_count)::bigint as event_count,
    sum(gross_event_count)::bigint as gross_event_count,
    sum(reversed_event_count)::bigint as reversed_event_count,
    sum(gold_value)::bigint as gold_value,
    sum(xp_value)::bigint as xp_value,
    sum(rank_points)::bigint as rank_points,
    max(last_event_at) as last_event_at,
    sum(active_day_count)::bigint as active_day_count,
    week_start_date
from days
group by user_id, activity_date, event_type, week_start_date
