with events as (
    select * from {{ ref("stg_sales_events") }}
),

versions as (
    select * from {{ ref("stg_roster__sdr_versions") }}
),

located as (
    select
        events.*,
        (events.occurred_at at time zone coalesce(versions.time_zone, {{ default_time_zone() }}))::date
            as activity_date
    from events
    left join versions
        on
            events.user_id = versions.user_id
            and events.occurred_at >= versions.valid_from
            and events.occurred_at < versions.valid_to
)

select * from located
