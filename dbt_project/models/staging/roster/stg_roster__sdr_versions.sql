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
        loaded_at,
        landed_xid,
        raw.safe_jsonb(identities) as identities,
        {{ team_id("team_name") }} as team_id,
        -- Of one zone for all versions, so that a later load is never the earlier version.
        coalesce(effective_on, (loaded_at at time zone {{ default_time_zone() }})::date) as effective_on
    from source
),

ranged as (
    select
        *,
        -- A person's first version holds for all time before it.
        case
            when row_number() over (partition by user_id order by effective_on, version_id) = 1
                then '-infinity'::date
            else effective_on
        end as effective_from_date,
        lead(effective_on, 1, 'infinity') over (
            partition by user_id order by effective_on, version_id
        ) as effective_to_date
    from dated
)

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
    effective_to_date,
    -- The date begins at the same instant for all zones: midnights of two zones could overlap.
    effective_from_date::timestamp at time zone {{ default_time_zone() }} as valid_from,
    effective_to_date::timestamp at time zone {{ default_time_zone() }} as valid_to,
    landed_xid,
    identities,
    effective_on,
    loaded_at
from ranged
