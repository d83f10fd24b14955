-- No WITH: a look-up of one event must reach the index.
select
    events.event_id,
    events.raw_id,
    events.source,
    events.external_id,
    events.event_type,
    events.user_id,
    events.metadata,
    events.occurred_at
from {{ ref("stg_sales_events") }} as events
where
    events.reverses is null
    -- A scalar subquery, not exists(): that would become a hash of all reversals, also for the look-up of one event.
    and (
        select reversals.reversal_event_id from {{ ref("int_reversals") }} as reversals
        where reversals.event_id = events.event_id
        limit 1 -- Any of them. -- noqa: AM09
    ) is null
