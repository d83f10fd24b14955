with achievements as (
    select * from {{ ref("int_achievements") }}
),

candidates as (
    select * from {{ ref("int_achievement_days") }}
),

-- Of the events of the days found, the one with which the sum reached what was missing. The range on occurred_at
-- follows from the local days (zones lie within a day of UTC) and lets the index on (user_id, occurred_at) find them.
running as (
    select
        candidates.user_id,
        candidates.achievement_id,
        candidates.missing_value,
        events.occurred_at,
        events.summed_value
    from candidates
    cross join lateral (
        select
            scored.occurred_at,
            sum(
                {{ event_metric_value("candidates.metric", "scored") }}
            ) over (order by scored.occurred_at, scored.event_id) as summed_value
        from {{ ref("int_events_scored") }} as scored
        where
            scored.user_id = candidates.user_id
            and (candidates.event_type is null or scored.event_type = candidates.event_type)
            and scored.activity_date between candidates.first_date and candidates.last_date
            and scored.occurred_at >= (candidates.first_date - 1)::timestamp at time zone 'UTC'
            and scored.occurred_at < (candidates.last_date + 2)::timestamp at time zone 'UTC'
    ) as events
),

reached as (
    select
        user_id,
        achievement_id,
        min(occurred_at) as earned_at
    from running
    where summed_value >= missing_value
    group by user_id, achievement_id
),

wins as (
    select * from {{ ref("int_team_wins") }}
)

select
    reached.user_id,
    reached.achievement_id,
    achievements.kind,
    reached.earned_at,
    now() as as_of
from reached
inner join achievements on reached.achievement_id = achievements.achievement_id
where achievements.kind <> 'team_win'
union all
select
    wins.user_id,
    achievements.achievement_id,
    -- The literal lets the planner leave the teams out where a reader wants none of this kind.
    'team_win' as kind,
    wins.won_at as earned_at,
    now() as as_of
from wins
inner join achievements on wins.win_number = achievements.required_value
where achievements.kind = 'team_win'
