with meetings as (
    select * from {{ ref("fct_meetings") }}
    where booked_at is not null
),

counted as (
    select
        team_id,
        source,
        booked_week_start_date,
        count(*) as booked_count,
        count(*) filter (where status = 'attended') as attended_count,
        count(*) filter (where status = 'cancelled') as cancelled_count,
        count(*) filter (where status = 'no_show') as no_show_count,
        count(*) filter (where status = 'booked') as pending_count
    from meetings
    group by team_id, source, booked_week_start_date
)

select
    team_id,
    source,
    booked_count,
    attended_count,
    cancelled_count,
    no_show_count,
    pending_count,
    round(attended_count::numeric / booked_count, 4) as attended_ratio,
    round(cancelled_count::numeric / booked_count, 4) as cancelled_ratio,
    round(no_show_count::numeric / booked_count, 4) as no_show_ratio,
    booked_week_start_date
from counted
