-- Of a hundred objects, whatever the number of all: from stretches of the table as it lies on the disk, so that nothing
-- is read for the rest. A table that was never analyzed is small, or will be soon: then it is read whole.
{% set object_columns, event_columns = kept_columns("stg_vendor__objects"), kept_columns("stg_vendor__events") %}
with drawn as materialized (
    select
        known.source,
        known.object_key
    from {{ ref("stg_vendor__objects") }} as known
    tablesample system ( -- sqlfluff knows no expression here. -- noqa: PRS
        least(100, 20000 / greatest((
            select tables.reltuples from pg_class as tables
            where tables.oid = 'staging.stg_vendor__objects'::regclass
        ), 1))
    ) repeatable (hashtext({{ sample() }}))
    order by md5({{ sample() }} || known.source || known.object_key)
    limit 100
),

-- What only waits to be interpreted is no difference.
keys as materialized (
    select
        drawn.source,
        drawn.object_key
    from drawn
    where
        not exists (
            select 1 from {{ ref("stg_vendor__item_outcomes") }} as items
            where
                items.source = drawn.source
                and items.object_key = drawn.object_key
                and items.outcome = 'pending'
        )
),

objects_read as materialized (
    {{ vendor_objects_read("keys") }}
),

recomputed_objects as (
    {{ vendor_objects_summed_up("objects_read") }}
),

recomputed_events as (
    {{ vendor_events_told("objects_read") }}
),

kept_objects as (
    select kept.*
    from keys
    inner join {{ ref("stg_vendor__objects") }} as kept
        on
            keys.source = kept.source
            and keys.object_key = kept.object_key
),

kept_events as (
    select kept.*
    from keys
    inner join {{ ref("stg_vendor__events") }} as kept
        on
            keys.source = kept.source
            and keys.object_key = kept.object_key
)

select
    {{ sample() }} as sample,
    'stg_vendor__objects' as table_name,
    coalesce(kept_objects.source, recomputed_objects.source) as source,
    coalesce(kept_objects.object_key, recomputed_objects.object_key) as object_key,
    null::text as event_type,
    (
        {{ comparable_row(object_columns, "kept_objects") }}
        is distinct from {{ comparable_row(object_columns, "recomputed_objects") }}
    ) as is_different
from kept_objects
full outer join recomputed_objects
    on
        kept_objects.source = recomputed_objects.source
        and kept_objects.object_key = recomputed_objects.object_key
union all
select
    {{ sample() }} as sample,
    'stg_vendor__events' as table_name,
    coalesce(kept_events.source, recomputed_events.source) as source,
    coalesce(kept_events.object_key, recomputed_events.object_key) as object_key,
    coalesce(kept_events.event_type, recomputed_events.event_type) as event_type,
    (
        {{ comparable_row(event_columns, "kept_events") }}
        is distinct from {{ comparable_row(event_columns, "recomputed_events") }}
    ) as is_different
from kept_events
full outer join recomputed_events on kept_events.event_id = recomputed_events.event_id
