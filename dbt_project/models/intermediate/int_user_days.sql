with settled as (
    select settled.*
    from {{ ref("int_user_days_settled") }} as settled
    where
        not exists (
            select 1 from {{ ref("int_user_days_touched") }} as touched
            where
                touched.user_id = settled.user_id
                and touched.activity_date = settled.activity_date
        )
),

defined as (
    {{ user_days_defined(ref("int_user_days_touched"), ref("int_events_scored")) }}
)

select
    user_id,
    activity_date,
    event_type,
    team_id,
    event_count,
    gross_event_count,
    reversed_event_count,
    gold_value,
    xp_value,
    rank_points,
    last_event_at
from settled
union all
select
    user_id,
    activity_date,
    event_type,
    team_id,
    event_count,
    gross_event_count,
    reversed_event_count,
    gold_value,
    xp_value,
    rank_points,
    last_event_at
from defined
