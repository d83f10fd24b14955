with versions as (
    select * from {{ ref("stg_canonical__rule_versions") }}
)

select
    rule_version_id,
    event_type,
    changed_by,
    gold_value,
    xp_value,
    rank_points,
    effective_from <= now() and effective_to > now() as is_current,
    effective_from = effective_to as is_superseded,
    -- Infinity is a value that many tools cannot read: an open end is null.
    nullif(effective_from, '-infinity') as effective_from,
    case when isfinite(effective_to) then effective_to end as effective_to,
    landed_at
from versions
