with people as (
    select * from {{ ref("int_people") }}
),

days as (
    select * from {{ ref("int_user_days") }}
),

tiers as (
    select * from {{ ref("int_rank_tiers") }}
),

-- Today is where the SDR is; the week is one week for all, that of the default zone.
boards as (
    select
        people.*,
        {{ week_start("(now() at time zone " ~ default_time_zone() ~ ")::date") }} as board_week_start_date
    from people
),

periods as (
    select
        boards.user_id,
        boards.display_name,
        boards.team_name,
        spans.period,
        spans.from_date,
        spans.to_date,
        spans.previous_from_date,
        spans.previous_to_date
    from boards
    cross join lateral (
        values
        ('today', local_date, local_date + 1, local_date - 1, local_date),
        (
            'week',
            board_week_start_date,
            board_week_start_date + 7,
            board_week_start_date - 7,
            board_week_start_date
        ),
        ('all_time', '-infinity'::date, 'infinity'::date, '-infinity'::date, local_date)
    ) as spans (period, from_date, to_date, previous_from_date, previous_to_date)
),

-- One pass over the days; the three periods are cut out of it.
totals as (
    select
        days.user_id,
        spans.period,
        sum(days.gold_value) filter (where days.activity_date >= spans.from_date) as gold,
        sum(days.xp_value) filter (where days.activity_date >= spans.from_date) as xp,
        sum(days.rank_points) filter (where days.activity_date >= spans.from_date) as rank_points,
        sum(days.event_count) filter (
            where days.activity_date >= spans.from_date and days.event_type = 'meeting_booked'
        ) as meetings_booked,
        sum(days.gold_value) filter (where days.activity_date < spans.previous_to_date) as previous_gold,
        sum(days.xp_value) filter (where days.activity_date < spans.previous_to_date) as previous_xp,
        sum(days.rank_points) filter (where days.activity_date < spans.previous_to_date) as previous_rank_points
    from periods as spans
    inner join days
        on
            spans.user_id = days.user_id
            and days.activity_date >= spans.previous_from_date
            and days.activity_date < spans.to_date
    group by days.user_id, spans.period
),

filled as (
    select
        periods.user_id,
        periods.display_name,
        periods.team_name,
        periods.period,
        coalesce(totals.gold, 0)::bigint as gold,
        coalesce(totals.xp, 0)::bigint as xp,
        coalesce(totals.meetings_booked, 0)::bigint as meetings_booked,
        coalesce(totals.rank_points, 0)::bigint as rank_points,
        coalesce(totals.previous_gold, 0)::bigint as previous_gold,
        coalesce(totals.previous_xp, 0)::bigint as previous_xp,
        coalesce(totals.previous_rank_points, 0)::bigint as previous_rank_points
    from periods
    left join totals on periods.user_id = totals.user_id and periods.period = totals.period
),

-- The week is played for rank points, a day for gold, a career for XP. Equal scores share a position.
positioned as (
    select
        *,
        rank() over (
            partition by period
            order by
                case period when 'week' then rank_points when 'today' then gold else xp end desc,
                case period when 'week' then gold else 0 end desc
        )::integer as position,
        rank() over (
            partition by period
            order by
                case period
                    when 'week' then previous_rank_points when 'today' then previous_gold else previous_xp
                end desc,
                case period when 'week' then previous_gold else 0 end desc
        )::integer as previous_position
    from filled
),

ranks as (
    select
        filled.user_id,
        tiers.rank_tier
    from filled
    inner join tiers
        on
            filled.rank_points >= tiers.minimum_rank_points
            and (filled.rank_points < tiers.next_minimum_rank_points or tiers.next_minimum_rank_points is null)
    where filled.period = 'week'
)

select
    positioned.user_id,
    positioned.period,
    positioned.display_name,
    positioned.team_name,
    ranks.rank_tier as current_rank,
    positioned.position,
    positioned.previous_position,
    positioned.previous_position - positioned.position as movement,
    positioned.gold,
    positioned.xp,
    positioned.meetings_booked,
    positioned.rank_points
from positioned
inner join ranks on positioned.user_id = ranks.user_id
