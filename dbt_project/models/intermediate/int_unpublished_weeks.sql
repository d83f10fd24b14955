with weeks as (
    select distinct week_start_date
    from {{ ref("int_user_weeks") }}
)

select weeks.week_start_date
from weeks
cross join {{ ref("int_closed_until") }} as closed
where
    weeks.week_start_date + 7 <= closed.closed_until_date
    and not exists (
        select 1 from {{ ref("stg_canonical__published_ranks") }} as published
        where published.week_start_date = weeks.week_start_date
    )
