with events as (
    select * from {{ ref("int_events_scored") }}
)

select
    event_id,
    raw_id,
    external_id,
    source,
    event_type,
    user_id,
    team_id,
    rule_version_id,
    verified_by,
    gold_value,
    xp_value,
    rank_points,
    is_reversed,
    is_reversal,
    activity_date,
    week_start_date,
    occurred_at,
    received_at,
    metadata
from events
