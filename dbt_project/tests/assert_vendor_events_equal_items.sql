-- It compares a cache with what it caches, over all items of vendors and in one snapshot: the events that are kept up
-- to date as items land with those computed from all items again. What only waits to be interpreted is no difference.
{{ config(tags=["audit"], meta={"dagster": {"ref": {"name": "stg_vendor__events"}}}) }}

{% set columns = kept_columns("stg_vendor__events") %}
with defined as (
    select * from {{ ref("stg_vendor__events_defined") }}
),

kept as (
    select * from {{ ref("stg_vendor__events") }}
),

pending as (
    select
        source,
        object_key
    from {{ ref("stg_vendor__item_outcomes") }}
    where outcome = 'pending'
)

select
    coalesce(kept.source, defined.source) as source,
    coalesce(kept.object_key, defined.object_key) as object_key,
    coalesce(kept.event_type, defined.event_type) as event_type
from kept
full outer join defined on kept.event_id = defined.event_id
left join pending
    on
        coalesce(kept.source, defined.source) = pending.source
        and coalesce(kept.object_key, defined.object_key) = pending.object_key
where
    pending.source is null
    and {{ comparable_row(columns, "kept") }}
    is distinct from {{ comparable_row(columns, "defined") }}
