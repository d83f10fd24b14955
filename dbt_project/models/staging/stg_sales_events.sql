-- No WITH from here up to int_events_scored: Postgres merges a plain view into the query that reads it, so that a day
-- of one SDR is found by an index; a view with a WITH is computed on its own first, whole. And one WHERE over both
-- parts, with columns that are merely named in each: a part with a WHERE or an expression of its own is not merged.
select
    events.event_id,
    events.raw_id,
    events.source,
    events.external_id,
    events.event_type,
    -- Never null, by a constraint of each: a null in a key would be counted live and lost by a settle.
    events.user_id,
    events.reverses,
    events.reverses_event_id,
    events.verified_by,
    raw.safe_member(events.payload, 'metadata') as metadata,
    events.occurred_at,
    events.received_at,
    events.landed_at,
    events.landed_xid
from (
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
        read_as,
        payload,
        occurred_at,
        received_at,
        landed_at,
        landed_xid
    from {{ ref("stg_canonical__items") }}
    union all
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
        read_as,
        payload,
        occurred_at,
        received_at,
        landed_at,
        landed_xid
    from {{ ref("stg_vendor__events") }}
) as events
where events.read_as = 'canonical'
