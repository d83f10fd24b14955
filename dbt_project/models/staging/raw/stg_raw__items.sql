-- No WHERE in any part: one item is then found by an index of its table.
select
    items.raw_id,
    items.door,
    items.source,
    items.external_id,
    items.verified_by,
    items.payload::text as raw_text,
    items.received_at,
    items.landed_at,
    items.landed_xid,
    items.table_name
from (
    select
        raw_id,
        door,
        source,
        external_id,
        verified_by,
        payload,
        received_at,
        landed_at,
        landed_xid,
        'raw.webhook_events' as table_name
    from {{ source("raw", "webhook_events") }}
    union all
    select
        raw_id,
        door,
        source,
        external_id,
        verified_by,
        payload,
        received_at,
        landed_at,
        landed_xid,
        table_name
    from {{ ref("stg_hubspot__versions") }}
    union all
    select
        raw_id,
        door,
        source,
        external_id,
        verified_by,
        payload,
        received_at,
        landed_at,
        landed_xid,
        table_name
    from {{ ref("stg_salesforce__versions") }}
) as items
