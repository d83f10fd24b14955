with published as (
    select
        week_start_date,
        min(content_hash) as content_hash,
        count(*) as sdr_count,
        sum(weekly_meetings_booked)::bigint as meetings_booked,
        min(published_at) as published_at
    from {{ ref("stg_canonical__published_ranks") }}
    group by week_start_date
),

restated as (
    select
        week_start_date,
        count(*) as restatement_count,
        count(distinct user_id) as restated_sdr_count
    from {{ ref("fct_weekly_rank_restatements") }}
    group by week_start_date
)

select
    published.content_hash,
    published.sdr_count,
    published.meetings_booked,
    coalesce(restated.restatement_count, 0) as restatement_count,
    coalesce(restated.restated_sdr_count, 0) as restated_sdr_count,
    published.week_start_date,
    published.published_at
from published
left join restated on published.week_start_date = restated.week_start_date
