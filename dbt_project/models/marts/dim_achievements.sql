with achievements as (
    select * from {{ ref("int_achievements") }}
)

select
    achievement_id,
    title,
    description,
    kind,
    event_type,
    threshold,
    sort_order
from achievements
