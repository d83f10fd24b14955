with labels as (
    select * from {{ ref("event_types") }}
),

rules as (
    select * from {{ ref("stg_canonical__rule_versions") }}
),

in_force as (
    select * from rules
    where effective_from <= now() and effective_to > now()
),

types as (
    select event_type from labels
    union
    select event_type from rules
)

select
    types.event_type,
    coalesce(labels.event_label, types.event_type) as event_label,
    coalesce(labels.sort_order, 1000) as sort_order,
    coalesce(in_force.gold_value, 0) as gold_value,
    coalesce(in_force.xp_value, 0) as xp_value,
    coalesce(in_force.rank_points, 0) as rank_points
from types
left join labels on types.event_type = labels.event_type
left join in_force on types.event_type = in_force.event_type
