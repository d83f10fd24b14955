with teams as (
    select * from {{ ref("int_teams") }}
),

people as (
    select * from {{ ref("int_people") }}
),

-- Whom the roster does not know is somebody all the same.
headcounts as (
    select
        team_id,
        count(*) filter (
            where not is_known
            or (coalesce(started_on <= local_date, true) and coalesce(ended_on >= local_date, true))
        ) as sdr_count
    from people
    group by team_id
)

select
    teams.team_id,
    teams.team_name,
    coalesce(headcounts.sdr_count, 0) as sdr_count,
    coalesce(headcounts.sdr_count, 0) > 0 as is_active
from teams
left join headcounts on teams.team_id = headcounts.team_id
-- "unassigned" is a team only while somebody is.
where teams.team_id <> 'unassigned' or headcounts.team_id is not null
