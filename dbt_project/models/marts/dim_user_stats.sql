with people as (
    select * from {{ ref("int_people") }}
),

days as (
    select * from {{ ref("int_user_days") }}
),

tiers as (
    select * from {{ ref("int_rank_tiers") }}
),

labelled_days as (
    select
        days.*,
        days.activity_date = people.local_date as is_today,
        days.activity_date >= people.local_week_start_date
        and days.activity_date < people.local_week_start_date + 7 as is_this_week
    from people
    inner join days on people.user_id = days.user_id
),

activity as (
    select
        user_id,
        sum(gold_value)::bigint as total_gold,
        sum(xp_value)::bigint as total_xp,
        sum(event_count)::bigint as total_events,
        sum(event_count) filter (where is_today)::bigint as events_today,
        sum(event_count) filter (where event_type = 'call_dial')::bigint as calls_made,
        sum(event_count) filter (where event_type = 'call_connect')::bigint as calls_connected,
        sum(event_count) filter (where event_type = 'email_sent')::bigint as emails_sent,
        sum(event_count) filter (where event_type = 'meeting_booked')::bigint as meetings_booked,
        sum(event_count) filter (where event_type = 'meeting_attended')::bigint as meetings_attended,
        sum(reversed_event_count) filter (where event_type = 'meeting_booked')::bigint as meetings_lost,
        sum(event_count) filter (where is_this_week and event_type = 'meeting_booked')::bigint
            as weekly_meetings_booked,
        sum(rank_points) filter (where is_this_week)::bigint as weekly_rank_points,
        sum(event_count) filter (where is_today and event_type = 'call_dial')::bigint as calls_made_today,
        sum(event_count) filter (where is_today and event_type = 'call_connect')::bigint
            as calls_connected_today,
        sum(event_count) filter (where is_today and event_type = 'email_sent')::bigint as emails_sent_today,
        sum(event_count) filter (where is_today and event_type = 'meeting_booked')::bigint
            as meetings_booked_today,
        sum(event_count) filter (where is_today and event_type = 'meeting_attended')::bigint
            as meetings_attended_today,
        sum(gold_value) filter (where is_today)::bigint as gold_today,
        sum(xp_value) filter (where is_today)::bigint as xp_today,
        count(distinct activity_date) filter (where event_count > 0) as active_day_count,
        max(last_event_at) as last_event_at
    from labelled_days
    group by user_id
),

-- An SDR without events is a player too: level 1, Iron.
stats as (
    select
        people.user_id,
        people.display_name,
        people.team_id,
        people.team_name,
        people.time_zone,
        coalesce(activity.total_gold, 0) as total_gold,
        coalesce(activity.total_xp, 0) as total_xp,
        coalesce(activity.total_events, 0) as total_events,
        coalesce(activity.events_today, 0) as events_today,
        coalesce(activity.calls_made, 0) as calls_made,
        coalesce(activity.calls_connected, 0) as calls_connected,
        coalesce(activity.emails_sent, 0) as emails_sent,
        coalesce(activity.meetings_booked, 0) as meetings_booked,
        coalesce(activity.meetings_attended, 0) as meetings_attended,
        coalesce(activity.meetings_lost, 0) as meetings_lost,
        coalesce(activity.weekly_meetings_booked, 0) as weekly_meetings_booked,
        coalesce(activity.weekly_rank_points, 0) as weekly_rank_points,
        coalesce(activity.calls_made_today, 0) as calls_made_today,
        coalesce(activity.calls_connected_today, 0) as calls_connected_today,
        coalesce(activity.emails_sent_today, 0) as emails_sent_today,
        coalesce(activity.meetings_booked_today, 0) as meetings_booked_today,
        coalesce(activity.meetings_attended_today, 0) as meetings_attended_today,
        coalesce(activity.gold_today, 0) as gold_today,
        coalesce(activity.xp_today, 0) as xp_today,
        coalesce(activity.active_day_count, 0) as active_day_count,
        activity.last_event_at
    from people
    left join activity on people.user_id = activity.user_id
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
