with objects as (
    select * from {{ ref("stg_vendor__objects") }}
),

-- Mapped is what any row of the seed names, whatever comes of it.
mapped as (
    select distinct
        mappings.source,
        mappings.object_type,
        mappings.field,
        raw.comparable(mappings.value) as value
    from {{ ref("vendor_mappings") }} as mappings
),

said as (
    select
        objects.source,
        objects.object_type,
        facts.field,
        field_values.value,
        objects.newest_at
    from objects
    cross join lateral jsonb_each(objects.field_values) as facts (field, said)
    cross join lateral jsonb_array_elements_text(facts.said) as field_values (value)
    where objects.outcome not in ('deleted', 'unreadable')
),

unmapped as (
    select said.*
    from said
    where
        not exists (
            select 1 from mapped
            where
                mapped.source = said.source
                and mapped.object_type = said.object_type
                and (mapped.value = '*' or (mapped.field = said.field and mapped.value = said.value))
        )
    union all
    -- Nothing at all is mapped of some types.
    select
        objects.source,
        objects.object_type,
        'object_type' as field,
        objects.object_type as value,
        objects.newest_at
    from objects
    where
        objects.field_values = '{}'
        and not exists (
            select 1 from mapped
            where
                mapped.source = objects.source
                and mapped.object_type = objects.object_type
        )
)

select
    source,
    object_type,
    field,
    value,
    count(*) as item_count,
    max(newest_at) as newest_at
from unmapped
group by source, object_type, field, value
