-- No WITH: what came of the items of an hour is found by an index.
select
    items.raw_id,
    items.source,
    items.door,
    items.external_id as object_key,
    items.table_name,
    case
        when items.door = 'hubspot' and items.table_name = 'raw.webhook_events' then 'notification'
        when items.external_id is null then 'unmapped'
        when known.source is null or array_position(known.raw_ids, items.raw_id) is null then 'pending'
        when items.raw_id <> known.raw_id then 'superseded'
        else known.outcome
    end as outcome,
    items.received_at,
    items.landed_at
from {{ ref("stg_raw__items") }} as items
left join {{ ref("stg_vendor__objects") }} as known
    on
        items.source = known.source
        and items.external_id = known.object_key
where items.door <> 'canonical'
