with versions as (
    select * from {{ ref("stg_roster__sdr_versions") }}
)

select
    version_id,
    user_id,
    display_name,
    email,
    team_id,
    team_name,
    time_zone,
    coalesce(identities, '{}') as identities,
    valid_from <= now() and valid_to > now() as is_current,
    started_on,
    ended_on,
    -- An open end is null: many clients cannot read an infinite date.
    nullif(effective_from_date, '-infinity') as effective_from_date,
    nullif(effective_to_date, 'infinity') as effective_to_date,
    nullif(valid_from, '-infinity') as valid_from,
    nullif(valid_to, 'infinity') as valid_to
from versions
