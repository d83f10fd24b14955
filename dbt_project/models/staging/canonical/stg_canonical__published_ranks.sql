select
    user_id,
    rank_tier,
    content_hash,
    weekly_meetings_booked,
    rank_points,
    rank_position,
    week_start_date,
    published_at,
    landed_xid
from {{ source("raw", "published_ranks") }}
