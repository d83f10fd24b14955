-- No WITH: one person is found by an id in a source, or by an email, by an index.
select
    versions.version_id,
    versions.user_id,
    lower(versions.email) as email,
    raw.safe_jsonb(versions.identities) as identities
from {{ source("raw_roster", "sdr_versions") }} as versions
where
    not exists (
        select 1 from {{ source("raw_roster", "sdr_versions") }} as later
        where
            later.user_id = versions.user_id
            and later.version_id > versions.version_id
    )
