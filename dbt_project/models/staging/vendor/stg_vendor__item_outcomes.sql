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
        when objects.source is null or items.raw_id <> all(objects.raw_ids) then 'pending'
        when items.raw_id <> objects.raw_ids[cardinality(objects.raw_ids)] then 'superseded'
        else objects.outcome
    end as outcome,
    items.received_at,
    items.landed_at
from {{ ref("stg_raw__items") }} as items
left join {{ ref("stg_vendor__objects") }} as objects
    on
        items.source = objects.source
        and items.external_id = objects.object_key
where items.door <> 'canonical'
