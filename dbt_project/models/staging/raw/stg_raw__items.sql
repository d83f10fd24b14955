select
    raw_id,
    door,
    source,
    external_id,
    verified_by,
    payload::text as raw_text,
    received_at,
    landed_at,
    landed_xid
from {{ source("raw", "webhook_events") }}
