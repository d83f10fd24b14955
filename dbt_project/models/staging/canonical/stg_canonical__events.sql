select
    event_id,
    raw_id,
    source,
    external_id,
    user_id,
    event_type,
    reverses,
    reverses_event_id,
    verified_by,
    occurred_at,
    received_at,
    landed_at,
    landed_xid,
    raw.safe_member(payload, 'metadata') as metadata
from {{ ref("stg_canonical__items") }}
where read_as = 'canonical'
