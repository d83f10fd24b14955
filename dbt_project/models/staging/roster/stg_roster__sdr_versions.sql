with source as (
    select * from {{ source("raw_roster", "sdr_versions") }}
),

dated as (
    select
        version_id,
        user_id,
        display_name,
        email,
        team_name,
        time_zone,
        started_on,
        ended_on,
        landed_xid,
        regexp_replace(lower(btrim(team_name)), '\s+', '-', 'g') as team_id,
        coalesce(effective_on, (loaded_at at time zone time_zone)::date) as effective_on
    from source
),

numbered as (
    select
        *,
        row_number() over (partition by user_id order by effective_on, version_id) as version_number
    from dated
),

started as (
    select
        *,
        -- A person's first version holds for all time before it.
        case when version_number = 1 then '-infinity'::date else effective_on end as effective_from_date,
        case
            when version_number = 1 then '-infinity'::timestamptz
            else effective_on::timestamp at time zone time_zone
        end as own_midnight
    from numbered
),

ordered as (
    select
        *,
        -- Midnights of two zones may come in the other order than their dates; ranges must never overlap.
        max(own_midnight) over (
            partition by user_id order by version_number rows unbounded preceding
        ) as valid_from
    from started
),

ranged as (
    select
        version_id,
        user_id,
        display_name,
        email,
        team_id,
        team_name,
        time_zone,
        started_on,
        ended_on,
        effective_from_date,
        lead(effective_from_date, 1, 'infinity') over (
            partition by user_id order by version_number
        ) as effective_to_date,
        valid_from,
        lead(valid_from, 1, 'infinity') over (
            partition by user_id order by version_number
        ) as valid_to,
        landed_xid
    from ordered
)

select * from ranged
