with people as (
    select * from {{ ref("int_people") }}
),

figures as (
    select * from {{ ref("int_user_figures") }}
),

tiers as (
    select * from {{ ref("int_rank_tiers") }}
),

-- An SDR without events is a player too: level 1, Iron.
labelled as (
    select
        people.user_id,
        people.display_name,
        people.team_id,
        people.team_name,
        people.time_zone,
        figures.event_type,
        figures.event_count,
        figures.reversed_event_count,
        figures.gold_value,
        figures.xp_value,
        figures.rank_points,
        figures.active_day_count,
        figures.last_event_at,
        figures.is_of_life,
        figures.activity_date = people.local_date as is_today,
        figures.week_start_date = people.local_week_start_date as is_this_week
    from people
    left join figures on people.user_id = figures.user_id
),

stats as (
    select
        user_id,
        display_name,
        team_id,
        team_name,
        time_zone,
        {{ total("gold_value", "is_of_life") }} as total_gold,
        {{ total("xp_value", "is_of_life") }} as total_xp,
        {{ total("event_count", "is_of_life") }} as total_events,
        {{ total("event_count", "is_today") }} as events_today,
        {{ total("event_count", "is_of_life and event_type = 'call_dial'") }} as calls_made,
        {{ total("event_count", "is_of_life and event_type = 'call_connect'") }} as calls_connected,
        {{ total("event_count", "is_of_life and event_type = 'email_sent'") }} as emails_sent,
        {{ total("event_count", "is_of_life and event_type = 'meeting_booked'") }} as meetings_booked,
        {{ total("event_count", "is_of_life and event_type = 'meeting_attended'") }} as meetings_attended,
        {{ total("reversed_event_count", "is_of_life and event_type = 'meeting_booked'") }} as meetings_lost,
        {{ total("event_count", "is_this_week and event_type = 'meeting_booked'") }} as weekly_meetings_booked,
        {{ total("rank_points", "is_this_week") }} as weekly_rank_points,
        {{ total("event_count", "is_today and event_type = 'call_dial'") }} as calls_made_today,
        {{ total("event_count", "is_today and event_type = 'call_connect'") }} as calls_connected_today,
        {{ total("event_count", "is_today and event_type = 'email_sent'") }} as emails_sent_today,
        {{ total("event_count", "is_today and event_type = 'meeting_booked'") }} as meetings_booked_today,
        {{ total("event_count", "is_today and event_type = 'meeting_attended'") }} as meetings_attended_today,
        {{ total("gold_value", "is_today") }} as gold_today,
        {{ total("xp_value", "is_today") }} as xp_today,
        {{ total("active_day_count", "is_of_life") }} as active_day_count,
        max(last_event_at) as last_event_at
    from labelled
    group by user_id, display_name, team_id, team_name, time_zone
),

-- An XP level is 1,000 XP wide; level 1 starts at none.
ranked as (
    select
        stats.user_id,
        stats.display_name,
        stats.team_id,
        stats.team_name,
        tiers.rank_tier as current_rank,
        tiers.next_rank_tier as next_rank,
        stats.time_zone,
        stats.total_gold,
        stats.total_xp,
        (stats.total_xp / 1000 + 1)::integer as current_level,
        (stats.total_xp % 1000)::integer as xp_in_current_level,
        (1000 - stats.total_xp % 1000)::integer as xp_to_next_level,
        stats.total_events,
        stats.events_today,
        stats.calls_made,
        stats.calls_connected,
        stats.emails_sent,
        stats.meetings_booked,
        stats.meetings_attended,
        stats.meetings_lost,
        stats.weekly_meetings_booked,
        stats.weekly_rank_points,
        tiers.rank_order as current_rank_order,
        tiers.next_minimum_rank_points - stats.weekly_rank_points as points_to_next_rank,
        stats.calls_made_today,
        stats.calls_connected_today,
        stats.emails_sent_today,
        stats.meetings_booked_today,
        stats.meetings_attended_today,
        stats.gold_today,
        stats.xp_today,
        round(stats.calls_connected::numeric / nullif(stats.calls_made, 0), 4) as connect_ratio,
        round(stats.meetings_booked::numeric / nullif(stats.calls_connected, 0), 4) as meeting_ratio,
        round(stats.meetings_attended::numeric / nullif(stats.meetings_booked, 0), 4) as show_ratio,
        round(stats.total_xp::numeric / nullif(stats.active_day_count, 0), 2) as xp_per_active_day,
        round(
            (stats.meetings_booked + stats.calls_connected)::numeric / greatest(stats.meetings_lost, 1), 2
        ) as kda_ratio,
        stats.last_event_at
    from stats
    inner join tiers
        on
            stats.weekly_rank_points >= tiers.minimum_rank_points
            and (stats.weekly_rank_points < tiers.next_minimum_rank_points or tiers.next_minimum_rank_points is null)
)

select * from ranked
