with team_weeks as (
    select
        *,
        count(*) filter (where team_id <> 'unassigned') over (partition by week_start_date) as team_count
    from {{ ref("int_team_weeks") }}
),

won as (
    select * from team_weeks
    where is_closed and position = 1 and team_count >= 2
),

days as (
    select * from {{ ref("int_user_days") }}
    where event_count > 0
),

-- Who was of two winning teams in one week has won it once.
winners as (
    select distinct
        days.user_id,
        won.week_start_date,
        won.closes_at
    from days
    inner join won
        on
            days.team_id = won.team_id
            and {{ week_start("days.activity_date") }} = won.week_start_date
)

select
    user_id,
    row_number() over (partition by user_id order by week_start_date) as win_number,
    week_start_date,
    closes_at as won_at
from winners
