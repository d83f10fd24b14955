with days as (
    select * from {{ ref("int_user_days") }}
),

totalled as (
    select
        user_id,
        activity_date,
        {{ week_start("activity_date") }} as week_start_date,
        {{ total("event_count") }} as event_count,
        {{ total("event_count", "event_type = 'call_dial'") }} as calls_made,
        {{ total("event_count", "event_type = 'meeting_booked'") }} as meetings_booked,
        {{ total("gold_value") }} as gold,
        {{ total("xp_value") }} as xp,
        {{ total("rank_points") }} as rank_points
    from days
    group by user_id, activity_date
),

-- Working days are numbered without gaps for weekends: a streak is a run of consecutive numbers.
numbered as (
    select
        *,
        event_count > 0 and extract(isodow from activity_date) <= 5 as is_streak_day,
        (week_start_date - '2000-01-03'::date) / 7 * 5 + extract(isodow from activity_date)::integer
            as working_day_number
    from totalled
),

grouped as (
    select
        *,
        case
            when is_streak_day
                then working_day_number - row_number() over (
                    partition by user_id, is_streak_day order by activity_date
                )
        end as streak_number
    from numbered
)

select
    user_id,
    streak_number,
    event_count,
    calls_made,
    meetings_booked,
    gold,
    xp,
    rank_points,
    sum(gold) over life as life_gold,
    sum(gold) over early_life as early_gold,
    sum(xp) over life as life_xp,
    sum(xp) over early_life as early_xp,
    sum(rank_points) over week as week_rank_points,
    max(gold) over earlier as best_gold_before,
    count(*) filter (where event_count > 0) over earlier as active_days_before,
    case
        when is_streak_day
            then row_number() over (partition by user_id, streak_number order by activity_date)
    end as streak_day,
    is_streak_day,
    activity_date,
    week_start_date
from grouped
window
    life as (partition by user_id order by activity_date),
    early_life as (
        partition by user_id order by activity_date range between unbounded preceding and interval '3 days' preceding
    ),
    earlier as (
        partition by user_id order by activity_date rows between unbounded preceding and 1 preceding
    ),
    week as (partition by user_id, week_start_date order by activity_date)
