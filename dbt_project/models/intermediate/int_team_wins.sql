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

worked as (
    select * from {{ ref("int_user_weeks") }}
    where event_count > 0
),

-- Who was of two winning teams in one week has won it once. IN, and not a join: the planner expects one winner in all,
-- and would go through all weeks for each; as a condition in its own right (IS TRUE) it becomes a look-up in a hash.
winners as (
    select distinct
        worked.user_id,
        worked.week_start_date
    from worked
    where
        (
            (worked.team_id, worked.week_start_date) in (
                select
                    won.team_id,
                    won.week_start_date
                from won
            )
        ) is true
),

closings as (
    select distinct
        week_start_date,
        closes_at
    from won
)

select
    winners.user_id,
    row_number() over (partition by winners.user_id order by winners.week_start_date asc) as win_number,
    winners.week_start_date,
    closings.closes_at as won_at
from winners
inner join closings on winners.week_start_date = closings.week_start_date
