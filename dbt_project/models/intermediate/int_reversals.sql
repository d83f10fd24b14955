-- No WITH: a reader that asks for one event finds its reversals by an index.
select
    originals.event_id,
    reversals.event_id as reversal_event_id,
    reversals.event_type as reversal_event_type,
    reversals.occurred_at as reversal_occurred_at
from {{ ref("stg_sales_events") }} as originals
inner join {{ ref("stg_sales_events") }} as reversals on originals.event_id = reversals.reverses_event_id
where
    originals.reverses is null
    and reversals.reverses is not null
union all
select
    originals.event_id,
    reversals.event_id as reversal_event_id,
    reversals.event_type as reversal_event_type,
    reversals.occurred_at as reversal_occurred_at
from {{ ref("stg_sales_events") }} as originals
inner join {{ ref("stg_canonical__events") }} as reversals
    on
        originals.source = reversals.source
        and originals.external_id = reversals.reverses
where
    originals.reverses is null
    and reversals.reverses is not null
    and reversals.reverses_event_id is null
