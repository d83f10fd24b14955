{{ config(materialized="kept") }}

-- What staging.replace_vendor_objects keeps here (macros/interpreting.sql): the definition, for every object.
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

summed_up as (
    {{ vendor_objects_summed_up("objects") }}
)

select * from summed_up
