with tail as (
    select * from {{ ref("int_tail") }}
),

rejected as (
    select count(*) filter (where reason <> 'duplicate' and replayed_at is null) as rejected_event_count
    from {{ ref("stg_canonical__rejected_events") }}
),

unknown_people as (
    select count(*) filter (where not is_known) as unknown_sdr_count
    from {{ ref("int_people") }}
),

unmapped as (
    select count(*) filter (where outcome = 'unmapped') as unmapped_object_count
    from {{ ref("stg_vendor__objects") }}
)

select
    tail.tail_event_count,
    rejected.rejected_event_count,
    unknown_people.unknown_sdr_count,
    extract(epoch from clock_timestamp() - tail.watermark_settled_at) as watermark_age_seconds,
    extract(epoch from clock_timestamp() - tail.tail_started_at) as tail_age_seconds,
    tail.watermark_settled_at,
    tail.last_event_received_at,
    unmapped.unmapped_object_count
from tail
cross join rejected
cross join unknown_people
cross join unmapped
