-- What lands comes by the hour of the week, so "late" is said in such hours: nights and weekends are no silence.
with hours as materialized (
    select
        items.table_name,
        items.door,
        items.source,
        floor(extract(epoch from items.received_at) / 3600)::bigint as hour_number,
        count(*) as item_count,
        max(items.received_at) as last_received_at
    from {{ ref("stg_raw__items") }} as items
    where items.received_at >= now() - interval '56 days' and items.received_at <= now()
    group by items.table_name, items.door, items.source, hour_number
),

-- Who has been silent for four weeks has gone.
arrivals as (
    select
        table_name,
        door,
        source,
        max(hour_number) as last_hour_number,
        max(last_received_at) as last_received_at,
        {{ total("item_count", "last_received_at >= now() - interval '1 day'") }} as day_item_count
    from hours
    group by table_name, door, source
    having max(last_received_at) >= now() - interval '28 days'
),

-- Hours of the week in which something landed in three of the four weeks that end with the last arrival.
usual as (
    select
        hours.table_name,
        hours.door,
        hours.source,
        mod(hours.hour_number, 168) as hour_of_week
    from hours
    inner join arrivals
        on
            hours.table_name = arrivals.table_name
            and hours.door = arrivals.door
            and hours.source = arrivals.source
    where hours.hour_number > arrivals.last_hour_number - 4 * 168
    group by hours.table_name, hours.door, hours.source, hour_of_week
    having count(*) >= 3
),

-- Whole hours that have gone by since.
missed as (
    select
        known.table_name,
        known.door,
        known.source,
        count(*) as missed_hour_count
    from arrivals as known
    inner join lateral generate_series(
        known.last_hour_number + 1, floor(extract(epoch from now()) / 3600)::bigint - 1
    ) as gone_by (hour_number) on true
    inner join usual
        on
            known.table_name = usual.table_name
            and known.door = usual.door
            and known.source = usual.source
            and mod(gone_by.hour_number, 168) = usual.hour_of_week
    group by known.table_name, known.door, known.source
)

select
    arrivals.table_name,
    arrivals.door,
    arrivals.source,
    arrivals.day_item_count,
    coalesce(missed.missed_hour_count, 0) as missed_hour_count,
    arrivals.last_received_at
from arrivals
left join missed
    on
        arrivals.table_name = missed.table_name
        and arrivals.door = missed.door
        and arrivals.source = missed.source
