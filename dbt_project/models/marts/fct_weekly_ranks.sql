with people as not materialized (
    select * from {{ ref("int_people") }}
),

days as (
    select * from {{ ref("int_user_days") }}
),

tiers as (
    select * from {{ ref("int_rank_tiers") }}
),

published as (
    select * from {{ ref("stg_canonical__published_ranks") }}
),

worked as (
    select
        user_id,
        {{ week_start("activity_date") }} as week_start_date,
        sum(event_count) filter (where event_type = 'meeting_booked')::bigint as weekly_meetings_booked,
        sum(rank_points)::bigint as weekly_rank_points
    from days
    group by user_id, {{ week_start("activity_date") }}
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
    ) as active
    group by user_id, week_start_date
),

-- A week is over when it is over in the westernmost zone, and the grace period for late events has passed.
closed_until as (
    select
        min(
            now() at time zone time_zone - interval '{{ env_var("WEEK_GRACE_HOURS", "24") | int }} hours'
        )::date as closed_until_date
    from (
        select time_zone from people
        union all
        select {{ default_time_zone() }}
    ) as zones
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
        weeks.week_start_date + 7 <= closed_until.closed_until_date as is_closed
    from weeks
    cross join closed_until
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
    ranked.week_start_date
from ranked
left join published
    on
        ranked.user_id = published.user_id
        and ranked.week_start_date = published.week_start_date
