with versions as not materialized (
    select * from {{ ref("stg_roster__sdr_versions") }}
),

-- Whoever has live days has settled ones, or events landed since.
-- depends_on: {{ ref("int_user_days_settled") }}
seen as (
    select totals.user_id from {{ settled_totals() }} as totals
    where
        -- An event of a vendor may have gone, and been the only one.
        totals.user_id not in ({{ users_touched() }})
        or (
            select events.event_id from {{ ref("stg_sales_events") }} as events
            where events.user_id = totals.user_id
            limit 1 -- Any of them. -- noqa: AM09
        ) is not null
    union all
    select user_id from {{ ref("stg_sales_events") }}
    where {{ landed_since_watermark("landed_xid", "int_user_days_settled") }}
),

in_force as (
    select
        user_id,
        display_name,
        email,
        team_id,
        team_name,
        time_zone,
        started_on,
        ended_on,
        true as is_known
    from versions
    where valid_from <= now() and valid_to > now()
),

unknown as (
    select distinct
        user_id,
        user_id as display_name,
        null::text as email,
        'unassigned' as team_id,
        'Unassigned' as team_name,
        {{ default_time_zone() }}::text as time_zone,
        null::date as started_on,
        null::date as ended_on,
        false as is_known
    from seen
    where
        not exists (
            select 1 from versions
            where versions.user_id = seen.user_id
        )
),

people as (
    select * from in_force
    union all
    select * from unknown
)

select
    *,
    (now() at time zone time_zone)::date as local_date,
    {{ week_start("(now() at time zone time_zone)::date") }} as local_week_start_date
from people
