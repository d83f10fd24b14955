-- The tests of fct_sales_events for what was received within the last hour, so that it costs the same whatever the
-- history. They read all of it in the nightly audit; a mart's own tests cannot be both.
{{ config(meta={"dagster": {"ref": {"name": "int_events_scored"}}}) }}

select
    event_id,
    count(*) as row_count
from {{ ref("int_events_scored") }}
where received_at >= now() - interval '1 hour'
group by event_id
having
    count(*) > 1
    or not bool_and(user_id is not null and event_type is not null and activity_date is not null)
