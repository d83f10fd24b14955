with source as (
    select * from {{ source("raw_roster", "sdr_versions") }}
),

-- The last that landed, not the last to hold: an id in another system does not move with teams and zones.
latest as (
    select distinct on (user_id)
        version_id,
        user_id,
        raw.safe_jsonb(identities) as identities
    from source
    order by user_id asc, version_id desc
),

named as (
    select
        latest.version_id,
        latest.user_id,
        identities.source,
        identities.source_user_id
    from latest
    cross join lateral jsonb_each_text(latest.identities) as identities (source, source_user_id)
    where identities.source_user_id is not null
)

-- The loader refuses an id of two people; should raw hold one nevertheless, it is the one's who got it last.
select distinct on (source, source_user_id)
    source,
    source_user_id,
    user_id
from named
order by source asc, source_user_id asc, version_id desc
