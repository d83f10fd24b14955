with settled as (
    select min(activity_date) as first_date from {{ ref("int_user_days_settled") }}
),

landed as (
    select min(occurred_at)::date as first_date from {{ ref("stg_sales_events") }}
    where {{ landed_since_watermark("landed_xid", "int_user_days_settled") }}
),

-- From the first of January before the first event (a changed zone can move it by a day or two), to a year from today.
bounds as (
    select
        date_trunc(
            'year',
            greatest(least(settled.first_date - 2, landed.first_date - 2, '2020-01-01'), '1970-01-01')::timestamp
        ) as first_at,
        now() at time zone {{ default_time_zone() }} + interval '1 year' as last_at
    from settled
    cross join landed
),

dates as (
    select series.day_at::date as date
    from bounds
    cross join lateral generate_series(bounds.first_at, bounds.last_at, interval '1 day') as series (day_at)
)

select
    to_char(date, 'IYYY-"W"IW') as iso_week,
    to_char(date, 'FMDay') as weekday_name,
    extract(year from date)::integer as year,
    extract(quarter from date)::integer as quarter,
    extract(month from date)::integer as month,
    extract(isodow from date)::integer as weekday_number,
    extract(isodow from date) <= 5 as is_working_day,
    date,
    {{ week_start("date") }} as week_start_date
from dates
