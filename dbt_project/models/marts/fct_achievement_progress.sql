with people as (
    select * from {{ ref("int_people") }}
),

achievements as (
    select * from {{ ref("int_achievements") }}
),

-- Of teams below: so a reader who wants none of that kind does not pay for the work of everybody.
earned as (
    select * from {{ ref("fct_achievements") }}
    where kind <> 'team_win'
),

days as (
    select * from {{ ref("int_days_totalled") }}
),

lives as (
    select
        user_id,
        {{ total("gold") }} as gold,
        {{ total("xp") }} as xp,
        coalesce(max(streak_day), 0) as longest_streak_days,
        coalesce(max(week_rank_points), 0) as most_week_rank_points,
        count(*) filter (where event_count > 0) as active_day_count
    from days
    group by user_id
),

counts as (
    select
        user_id,
        event_type,
        {{ total("event_count") }} as event_count
    from {{ ref("int_user_weeks") }}
    group by user_id, event_type
),

wins as (
    select * from {{ ref("int_team_wins") }}
),

personal as (
    select
        people.user_id,
        achievements.achievement_id,
        achievements.kind,
        achievements.required_value,
        earned.earned_at,
        case achievements.kind
            when 'count' then coalesce(counts.event_count, 0)
            when 'gold' then coalesce(lives.gold, 0)
            when 'xp' then coalesce(lives.xp, 0)
            when 'streak' then coalesce(lives.longest_streak_days, 0)
            when 'weekly_rank' then coalesce(lives.most_week_rank_points, 0)
            -- The record is the last step, after the active days before it.
            when 'personal_best'
                then
                    case
                        when earned.earned_at is null
                            then least(coalesce(lives.active_day_count, 0), achievements.required_value - 1)
                        else achievements.required_value
                    end
            else 0
        end::bigint as current_value
    from people
    cross join achievements
    left join lives on people.user_id = lives.user_id
    left join counts
        on
            people.user_id = counts.user_id
            and achievements.event_type = counts.event_type
            and achievements.kind = 'count'
    left join earned
        on
            people.user_id = earned.user_id
            and achievements.achievement_id = earned.achievement_id
    where achievements.kind <> 'team_win'
),

of_teams as (
    select
        people.user_id,
        achievements.achievement_id,
        'team_win' as kind,
        achievements.required_value,
        min(wins.won_at) filter (where wins.win_number = achievements.required_value) as earned_at,
        count(wins.won_at) as current_value
    from people
    cross join achievements
    left join wins on people.user_id = wins.user_id
    where achievements.kind = 'team_win'
    group by people.user_id, achievements.achievement_id, achievements.required_value
),

valued as (
    select * from personal
    union all
    select * from of_teams
)

select
    user_id,
    achievement_id,
    kind,
    current_value,
    required_value as threshold,
    round(least(current_value::numeric / nullif(required_value, 0), 1), 4) as progress_ratio,
    earned_at is not null as is_earned,
    earned_at,
    now() as as_of
from valued
