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
    landed_xid,
    raw.safe_text(body) as raw_text
from {{ source("raw", "rejected_events") }}
