with goals as (
    select
        goal_id,
        subject_type,
        subject_id,
        metric,
        target,
        {{ week_start("first_week") }} as first_week_start_date,
        coalesce({{ week_start("last_week") }}, 'infinity') as last_week_start_date
    from {{ ref("weekly_goals") }}
),

specific_goals as (
    select * from goals
    where subject_type in ('sdr', 'team')
),

people as (
    select * from {{ ref("int_people") }}
),

versions as (
    select * from {{ ref("stg_roster__sdr_versions") }}
),

active as not materialized (
    select
        user_id,
        team_id,
        event_type,
        event_count,
        gold_value,
        xp_value,
        rank_points,
        week_start_date
    from {{ ref("int_user_weeks") }}
    union all
    select
        memberships.user_id,
        memberships.team_id,
        null as event_type,
        0 as event_count,
        0 as gold_value,
        0 as xp_value,
        0 as rank_points,
        weeks.week_start_at::date as week_start_date
    from {{ ref("int_team_memberships") }} as memberships
    cross join
        lateral generate_series(
            {{ week_start("memberships.member_from_date") }}::timestamp,
            memberships.member_to_date::timestamp,
            interval '7 days'
        ) as weeks (week_start_at)
),

sdr_weeks as (
    select
        goals.goal_id,
        goals.subject_type as goal_subject_type,
        active.user_id,
        goals.metric,
        goals.target,
        active.week_start_date,
        sum({{ day_metric_value("goals.metric", "active") }})::bigint as actual
    from active
    inner join goals
        on
            (
                goals.subject_type = 'everyone'
                or (goals.subject_type = 'sdr' and active.user_id = goals.subject_id)
            )
            and active.week_start_date between goals.first_week_start_date and goals.last_week_start_date
    group by
        goals.goal_id, goals.subject_type, active.user_id, goals.metric, goals.target, active.week_start_date
),

-- The team at the week's end, or today: its goal, like one of the SDR's own, takes the place of one for everyone.
sdr_goals as (
    select sdr_weeks.*
    from sdr_weeks
    inner join people on sdr_weeks.user_id = people.user_id
    left join versions
        on
            sdr_weeks.user_id = versions.user_id
            and least(sdr_weeks.week_start_date + 6, people.local_date) >= versions.effective_from_date
            and least(sdr_weeks.week_start_date + 6, people.local_date) < versions.effective_to_date
    where
        sdr_weeks.goal_subject_type = 'sdr'
        or not exists (
            select 1 from specific_goals
            where
                specific_goals.metric = sdr_weeks.metric
                and sdr_weeks.week_start_date
                between specific_goals.first_week_start_date and specific_goals.last_week_start_date
                and specific_goals.subject_id = case specific_goals.subject_type
                    when 'sdr' then sdr_weeks.user_id
                    else coalesce(versions.team_id, 'unassigned')
                end
        )
),

team_goals as (
    select
        goals.goal_id,
        active.team_id,
        goals.metric,
        goals.target,
        active.week_start_date,
        sum({{ day_metric_value("goals.metric", "active") }})::bigint as actual
    from active
    inner join goals
        on
            goals.subject_type = 'team'
            and active.team_id = goals.subject_id
            and active.week_start_date between goals.first_week_start_date and goals.last_week_start_date
    group by goals.goal_id, active.team_id, goals.metric, goals.target, active.week_start_date
),

-- A reader who does not ask for reached_at does not pay for it: it reads the events of the week.
progress as (
    select
        sdr_goals.goal_id,
        'sdr' as subject_type,
        sdr_goals.user_id as subject_id,
        sdr_goals.metric,
        sdr_goals.actual,
        sdr_goals.target,
        sdr_goals.week_start_date,
        case
            when sdr_goals.actual >= sdr_goals.target then (
                select min(running.occurred_at)
                from (
                    select
                        events.occurred_at,
                        sum(
                            {{ event_metric_value("sdr_goals.metric", "events") }}
                        ) over (order by events.occurred_at, events.event_id) as summed_value
                    from {{ ref("int_events_scored") }} as events
                    where
                        events.user_id = sdr_goals.user_id
                        and {{ concerns_metric("sdr_goals.metric", "events") }}
                        and events.week_start_date = sdr_goals.week_start_date
                        and events.occurred_at >= (sdr_goals.week_start_date - 1)::timestamp at time zone 'UTC'
                        and events.occurred_at < (sdr_goals.week_start_date + 8)::timestamp at time zone 'UTC'
                ) as running
                where running.summed_value >= sdr_goals.target
            )
        end as reached_at
    from sdr_goals
    union all
    select
        team_goals.goal_id,
        'team' as subject_type,
        team_goals.team_id as subject_id,
        team_goals.metric,
        team_goals.actual,
        team_goals.target,
        team_goals.week_start_date,
        case
            when team_goals.actual >= team_goals.target then (
                select min(running.occurred_at)
                from (
                    select
                        events.occurred_at,
                        sum(
                            {{ event_metric_value("team_goals.metric", "events") }}
                        ) over (order by events.occurred_at, events.event_id) as summed_value
                    from (
                        select distinct user_weeks.user_id
                        from {{ ref("int_user_weeks") }} as user_weeks
                        where
                            user_weeks.team_id = team_goals.team_id
                            and user_weeks.week_start_date = team_goals.week_start_date
                    ) as members
                    inner join {{ ref("int_events_scored") }} as events
                        on
                            members.user_id = events.user_id
                            and {{ concerns_metric("team_goals.metric", "events") }}
                            and events.team_id = team_goals.team_id
                            and events.week_start_date = team_goals.week_start_date
                            and events.occurred_at >= (team_goals.week_start_date - 1)::timestamp at time zone 'UTC'
                            and events.occurred_at < (team_goals.week_start_date + 8)::timestamp at time zone 'UTC'
                ) as running
                where running.summed_value >= team_goals.target
            )
        end as reached_at
    from team_goals
)

select
    goal_id,
    subject_type,
    subject_id,
    metric,
    actual,
    target,
    round(least(actual::numeric / nullif(target, 0), 1), 4) as progress_ratio,
    actual >= target as is_reached,
    week_start_date,
    reached_at
from progress
