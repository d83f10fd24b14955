-- Plain columns and no WHERE: Postgres then merges this and stg_vendor__events into whatever reads stg_sales_events,
-- and finds an event of either by an index. Kept apart by a WHERE, it would read all of both for a join.
select
    raw_id as event_id,
    raw_id,
    source,
    external_id,
    event_type,
    user_id,
    reverses,
    reverses_event_id,
    verified_by,
    door as read_as,
    payload,
    occurred_at,
    received_at,
    landed_at,
    landed_xid
from {{ source("raw", "webhook_events") }}
