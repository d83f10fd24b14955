-- No WITH from here up to int_events_scored: Postgres merges a plain view into the query that reads it, so that a day
-- of one SDR is found by an index; a view with a WITH is computed on its own first, whole.
select
    raw_id as event_id,
    raw_id,
    source,
    external_id,
    -- Never null, by a constraint of raw: a null in a key would be counted live and lost by a settle.
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
from {{ source("raw", "webhook_events") }}
where door = 'canonical'
