with keys as (
    select distinct
        items.source,
        items.object_key
    from {{ ref("stg_vendor__items") }} as items
    where items.object_key is not null
),

objects as (
    {{ vendor_objects_read("keys") }}
),

told as (
    {{ vendor_events_told("objects") }}
)

select * from told
