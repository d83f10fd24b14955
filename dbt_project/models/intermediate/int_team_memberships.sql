with versions as (
    select * from {{ ref("stg_roster__sdr_versions") }}
),

people as (
    select * from {{ ref("int_people") }}
    where is_known
),

-- Employment is what the newest version says. Without a first day, somebody belongs from the first day that is known: a
-- later version's own, else today.
bounded as (
    select
        versions.user_id,
        versions.team_id,
        greatest(
            versions.effective_from_date,
            coalesce(people.started_on, nullif(versions.effective_from_date, '-infinity'), people.local_date)
        ) as member_from_date,
        least(versions.effective_to_date - 1, people.ended_on, people.local_date) as member_to_date
    from versions
    inner join people on versions.user_id = people.user_id
)

select
    user_id,
    team_id,
    member_from_date,
    member_to_date
from bounded
where member_from_date <= member_to_date
