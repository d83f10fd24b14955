with zones as materialized (
    select time_zone from {{ ref("int_people") }}
    union
    select {{ default_time_zone() }}
),

-- As far back as the newest closed week can lie.
weeks as (
    select {{ week_start("(now() at time zone 'UTC')::date") }} - 7 * weeks_ago as week_start_date
    from generate_series(0, {{ week_grace_hours() // 168 + 3 }}) as weeks_ago
)

select max(weeks.week_start_date) + 7 as closed_until_date
from weeks
where (select {{ week_closes_at("weeks.week_start_date", "zones.time_zone") }} from zones) <= now()
