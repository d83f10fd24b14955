-- Of 100 SDRs the newest day, in which most happens, and five of any. Nothing is computed for those that are not drawn.
with drawn_people as materialized (
    select everybody.user_id
    from {{ ref("int_people") }} as everybody
    order by md5({{ sample() }} || everybody.user_id)
    limit 100
),

-- By what raw says and by what is kept: a day that is in one of them alone is to be found, too.
spans as materialized (
    select
        people.user_id,
        least((worked.first_at at time zone 'UTC')::date, kept.first_date) as first_date,
        greatest((worked.last_at at time zone 'UTC')::date, kept.last_date) as last_date
    from drawn_people as people
    inner join lateral (
        select
            min(events.occurred_at) as first_at,
            max(events.occurred_at) as last_at
        from {{ ref("stg_sales_events") }} as events
        where events.user_id = people.user_id
    ) as worked on true
    inner join lateral (
        select
            min(settled.activity_date) as first_date,
            max(settled.activity_date) as last_date
        from {{ ref("int_user_days_settled") }} as settled
        where settled.user_id = people.user_id
    ) as kept on true
),

drawn as (
    select
        spans.user_id,
        case
            when draws.number = 0 then spans.last_date
            else spans.first_date + {{ drawn_number(
                "spans.user_id || ' ' || draws.number", "spans.last_date - spans.first_date + 1"
            ) }}
        end as activity_date
    from spans
    cross join generate_series(0, 5) as draws (number)
    where spans.last_date is not null
)

select distinct
    user_id,
    activity_date
from drawn
