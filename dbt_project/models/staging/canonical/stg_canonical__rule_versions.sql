select
    rule_version_id,
    event_type,
    changed_by,
    gold_value,
    xp_value,
    rank_points,
    effective_from,
    effective_to,
    landed_at,
    landed_xid
from {{ source("raw", "gamification_rule_versions") }}
