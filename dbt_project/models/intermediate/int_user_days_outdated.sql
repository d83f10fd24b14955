with outdated as (
    {{ user_days_outdated(believed(ref("int_user_days_settled"))) }}
)

select
    user_id,
    activity_date
from outdated
