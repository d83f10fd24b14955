-- No generic test compares a mart with the log it comes from: every accepted event is counted once, in one snapshot.
with landed as (
    select count(*) as event_count from {{ source("raw", "webhook_events") }}
    where door = 'canonical'
),

counted as (
    select coalesce(sum(gross_event_count), 0) as event_count from {{ ref("fct_user_daily") }}
)

select
    landed.event_count as landed_event_count,
    counted.event_count as counted_event_count
from landed
cross join counted
where landed.event_count <> counted.event_count
