with days as (
    select * from {{ ref("int_user_days") }}
)

select
    user_id,
    team_id,
    activity_date,
    event_type,
    event_count,
    gross_event_count,
    reversed_event_count,
    gold_value,
    xp_value,
    rank_points,
    last_event_at
from days
