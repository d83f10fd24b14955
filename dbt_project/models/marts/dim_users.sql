with people as (
    select * from {{ ref("int_people") }}
)

select
    user_id,
    display_name,
    email,
    team_id,
    team_name,
    time_zone,
    is_known,
    is_known
    and coalesce(started_on <= local_date, true)
    and coalesce(ended_on >= local_date, true) as is_active,
    started_on,
    ended_on
from people
