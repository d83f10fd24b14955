-- From one week to the next by the index: reading every row for some hundred weeks would cost each reader.
with recursive weeks as (
    (
        select
            week_start_date,
            published_at
        from {{ ref("stg_canonical__published_ranks") }}
        order by week_start_date
        limit 1
    )
    union all
    select
        later.week_start_date,
        later.published_at
    from weeks
    cross join lateral (
        select
            ranks.week_start_date,
            ranks.published_at
        from {{ ref("stg_canonical__published_ranks") }} as ranks
        where ranks.week_start_date > weeks.week_start_date
        order by ranks.week_start_date
        limit 1
    ) as later
)

select
    week_start_date,
    published_at
from weeks
