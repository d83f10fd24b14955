{{ config(materialized="function", arguments="item uuid") }}

select
    items.raw_id as item_id,
    'landed' as kind,
    items.door,
    items.source,
    null::text as reason,
    items.raw_text,
    items.received_at
from {{ ref("stg_raw__items") }} as items
where items.raw_id = $1
union all
select
    rejections.rejected_id as item_id,
    'rejected' as kind,
    rejections.door,
    rejections.source,
    rejections.reason,
    rejections.raw_text,
    rejections.received_at
from {{ ref("stg_canonical__rejected_events") }} as rejections
where rejections.rejected_id = $1
