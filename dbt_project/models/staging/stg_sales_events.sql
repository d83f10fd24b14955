select
    event_id,
    raw_id,
    source,
    external_id,
    event_type,
    user_id,
    reverses,
    reverses_event_id,
    verified_by,
    metadata,
    occurred_at,
    received_at,
    landed_at,
    landed_xid
from {{ ref("stg_canonical__events") }}
