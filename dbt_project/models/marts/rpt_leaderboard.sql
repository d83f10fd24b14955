with people as (
    select * from {{ ref("int_people") }}
),

-- Added up by day first: a fifth of the rows then goes through the many sums below.
figures as (
    select
        user_id,
        activity_date,
        week_start_date,
        is_of_life,
        {{ total("gold_value") }} as gold,
        {{ total("xp_value") }} as xp,
        {{ total("rank_points") }} as rank_points,
        {{ total("event_count", "event_type = 'meeting_booked'") }} as meetings
    from {{ ref("int_user_figures") }}
    group by user_id, activity_date, week_start_date, is_of_life
),

tiers as (
    select * from {{ ref("int_rank_tiers") }}
),

-- Today is where the SDR is; the week is one week for all, that of the default zone.
labelled as (
    select
        people.user_id,
        people.display_name,
        people.team_name,
        figures.gold,
        figures.xp,
        figures.rank_points,
        figures.meetings,
        figures.is_of_life,
        figures.activity_date = people.local_date as is_today,
        figures.activity_date = people.local_date - 1 as is_yesterday,
        figures.activity_date >= people.local_date as is_not_before_today,
        figures.week_start_date = boards.week_start_date as is_this_week,
        figures.week_start_date = boards.week_start_date - 7 as is_last_week
    from people
    cross join (
        select {{ week_start("(now() at time zone " ~ default_time_zone() ~ ")::date") }} as week_start_date
    ) as boards
    left join figures on people.user_id = figures.user_id
),

-- One pass over the figures; the periods are cut out of it.
totals as (
    select
        user_id,
        display_name,
        team_name,
        {{ total("gold", "is_today") }} as today_gold,
        {{ total("xp", "is_today") }} as today_xp,
        {{ total("meetings", "is_today") }} as today_meetings,
        {{ total("rank_points", "is_today") }} as today_points,
        {{ total("gold", "is_yesterday") }} as yesterday_gold,
        {{ total("gold", "is_this_week") }} as week_gold,
        {{ total("xp", "is_this_week") }} as week_xp,
        {{ total("meetings", "is_this_week") }} as week_meetings,
        {{ total("rank_points", "is_this_week") }} as week_points,
        {{ total("gold", "is_last_week") }} as last_week_gold,
        {{ total("rank_points", "is_last_week") }} as last_week_points,
        {{ total("gold", "is_of_life") }} as all_gold,
        {{ total("xp", "is_of_life") }} as all_xp,
        {{ total("meetings", "is_of_life") }} as all_meetings,
        {{ total("rank_points", "is_of_life") }} as all_points,
        {{ total("xp", "is_of_life") }} - {{ total("xp", "is_not_before_today") }} as all_xp_before_today
    from labelled
    group by user_id, display_name, team_name
),

-- The week is played for rank points (then gold), a day for gold, a career for XP.
filled as (
    select
        totals.user_id,
        totals.display_name,
        totals.team_name,
        totals.week_points,
        boards.*
    from totals
    cross join lateral (
        values
        (
            'today', totals.today_gold, totals.today_xp, totals.today_meetings, totals.today_points,
            totals.today_gold, 0, totals.yesterday_gold, 0
        ),
        (
            'week', totals.week_gold, totals.week_xp, totals.week_meetings, totals.week_points,
            totals.week_points, totals.week_gold, totals.last_week_points, totals.last_week_gold
        ),
        (
            'all_time', totals.all_gold, totals.all_xp, totals.all_meetings, totals.all_points,
            totals.all_xp, 0, totals.all_xp_before_today, 0
        )
    ) as boards (
        period, gold, xp, meetings_booked, rank_points,
        score, tie_break, previous_score, previous_tie_break
    )
),

-- Equal scores share a position.
positioned as (
    select
        *,
        rank() over (partition by period order by score desc, tie_break desc)::integer as position,
        rank() over (partition by period order by previous_score desc, previous_tie_break desc)::integer
            as previous_position
    from filled
)

select
    positioned.user_id,
    positioned.period,
    positioned.display_name,
    positioned.team_name,
    tiers.rank_tier as current_rank,
    positioned.position,
    positioned.previous_position,
    positioned.previous_position - positioned.position as movement,
    positioned.gold,
    positioned.xp,
    positioned.meetings_booked,
    positioned.rank_points
from positioned
inner join tiers
    on
        positioned.week_points >= tiers.minimum_rank_points
        and (positioned.week_points < tiers.next_minimum_rank_points or tiers.next_minimum_rank_points is null)
