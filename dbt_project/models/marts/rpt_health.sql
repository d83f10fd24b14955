with tail as (
    select
        count(*) as tail_event_count,
        min(landed_at) as tail_started_at
    from {{ ref("stg_sales_events") }}
    where {{ landed_since_watermark("landed_xid", "int_user_days_settled") }}
),

watermarks as (
    select max(settled_at) as watermark_settled_at
    from intermediate.settle_watermarks
    where model = 'int_user_days_settled'
),

rejected as (
    select count(*) filter (where reason <> 'duplicate' and replayed_at is null) as rejected_event_count
    from {{ ref("stg_canonical__rejected_events") }}
),

unknown_people as (
    select count(*) filter (where not is_known) as unknown_sdr_count
    from {{ ref("int_people") }}
),

newest as (
    select received_at
    from {{ ref("stg_sales_events") }}
    order by landed_xid desc
    limit 1
)

select
    tail.tail_event_count,
    rejected.rejected_event_count,
    unknown_people.unknown_sdr_count,
    extract(epoch from clock_timestamp() - watermarks.watermark_settled_at) as watermark_age_seconds,
    extract(epoch from clock_timestamp() - tail.tail_started_at) as tail_age_seconds,
    watermarks.watermark_settled_at,
    newest.received_at as last_event_received_at
from tail
cross join watermarks
cross join rejected
cross join unknown_people
left join newest on true
