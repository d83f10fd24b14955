with people as not materialized (
    select * from {{ ref("int_people") }}
),

user_weeks as (
    select * from {{ ref("int_user_weeks") }}
),

tiers as (
    select * from {{ ref("int_rank_tiers") }}
),

published as not materialized (
    select * from {{ ref("stg_canonical__published_ranks") }}
),

published_weeks as (
    select * from {{ ref("int_published_weeks") }}
),

worked as (
    select
        user_id,
        week_start_date,
        sum(event_count) filter (where event_type = 'meeting_booked')::bigint as weekly_meetings_booked,
        sum(rank_points)::bigint as weekly_rank_points
    from user_weeks
    group by user_id, week_start_date
),

-- Employed without a single event in the week: an Iron row.
employed as (
    select
        people.user_id,
        weeks.week_start_at::date as week_start_date,
        0::bigint as weekly_meetings_booked,
        0::bigint as weekly_rank_points
    from people
    cross join
        lateral generate_series(
            {{ week_start("coalesce(people.started_on, people.local_date)") }}::timestamp,
            least(people.local_week_start_date, coalesce(people.ended_on, people.local_date))::timestamp,
            interval '7 days'
        ) as weeks (week_start_at)
    where people.is_known
),

weeks as (
    select
        user_id,
        week_start_date,
        coalesce(sum(weekly_meetings_booked), 0)::bigint as weekly_meetings_booked,
        coalesce(sum(weekly_rank_points), 0)::bigint as weekly_rank_points
    from (
        select * from worked
        union all
        select * from employed
        union all
        -- Announced, even if everything has left the week since.
        select
            user_id,
            week_start_date,
            0::bigint as weekly_meetings_booked,
            0::bigint as weekly_rank_points
        from published
    ) as active
    group by user_id, week_start_date
),

closed as (
    select * from {{ ref("int_closed_until") }}
),

ranked as (
    select
        weeks.user_id,
        tiers.rank_tier,
        weeks.weekly_meetings_booked,
        weeks.weekly_rank_points,
        weeks.week_start_date,
        rank() over (
            partition by weeks.week_start_date order by weeks.weekly_rank_points desc
        )::integer as rank_position,
        weeks.week_start_date + 7 <= closed.closed_until_date as is_closed
    from weeks
    cross join closed
    inner join tiers
        on
            weeks.weekly_rank_points >= tiers.minimum_rank_points
            and (weeks.weekly_rank_points < tiers.next_minimum_rank_points or tiers.next_minimum_rank_points is null)
)

select
    ranked.user_id,
    ranked.rank_tier,
    published.rank_tier as published_rank_tier,
    ranked.weekly_meetings_booked,
    ranked.weekly_rank_points,
    ranked.rank_position,
    ranked.is_closed,
    ranked.week_start_date,
    published.weekly_meetings_booked as published_meetings_booked,
    published.rank_points as published_rank_points,
    published.rank_position as published_rank_position,
    published_weeks.week_start_date is not null
    and ranked.weekly_rank_points <> coalesce(published.rank_points, 0) as is_restated
from ranked
left join published_weeks on ranked.week_start_date = published_weeks.week_start_date
left join published
    on
        ranked.user_id = published.user_id
        and ranked.week_start_date = published.week_start_date
