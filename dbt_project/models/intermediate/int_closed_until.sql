-- A week is over when it is over in the westernmost zone, and the grace period for late events has passed.
with zones as (
    select time_zone from {{ ref("int_people") }}
    union all
    select {{ default_time_zone() }}
)

select
    min(
        now() at time zone time_zone - interval '{{ env_var("WEEK_GRACE_HOURS", "24") | int }} hours'
    )::date as closed_until_date
from zones
