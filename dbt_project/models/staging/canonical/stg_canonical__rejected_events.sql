select
    rejected_id,
    door,
    source,
    reason,
    detail,
    verified_by,
    received_at,
    landed_at,
    replayed_at,
    landed_xid
from {{ source("raw", "rejected_events") }}
