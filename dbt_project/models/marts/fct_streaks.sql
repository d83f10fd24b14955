with people as (
    select * from {{ ref("int_people") }}
),

days as (
    select * from {{ ref("int_days_totalled") }}
    where event_count > 0
),

streaks as (
    select
        people.user_id,
        days.streak_number,
        count(*) filter (where days.is_streak_day) as streak_days,
        count(*) filter (where days.is_streak_day and days.activity_date <= people.local_date) as days_until_today,
        -- Alive until the working day before today has passed without an event; today has not passed.
        coalesce(
            max(days.activity_date) filter (where days.is_streak_day and days.activity_date <= people.local_date)
            >= people.local_date - case extract(isodow from people.local_date) when 1 then 3 when 7 then 2 else 1 end,
            false
        ) as is_alive,
        max(days.activity_date) as last_active_date
    from people
    left join days on people.user_id = days.user_id
    group by people.user_id, people.local_date, days.streak_number
)

select
    user_id,
    coalesce(max(days_until_today) filter (where is_alive), 0)::integer as current_streak_days,
    max(streak_days)::integer as longest_streak_days,
    max(last_active_date) as last_active_date
from streaks
group by user_id
