with achievements as (
    select * from {{ ref("achievements") }}
),

tiers as (
    select * from {{ ref("rank_tiers") }}
)

select
    achievements.achievement_id,
    achievements.title,
    achievements.description,
    achievements.kind,
    achievements.event_type,
    achievements.threshold,
    achievements.sort_order,
    -- A tier is reached with its points; a record needs that many active days before it.
    case achievements.kind
        when 'weekly_rank' then tiers.minimum_rank_points
        when 'personal_best' then achievements.threshold + 1
        else achievements.threshold
    end as required_value
from achievements
left join tiers
    on
        achievements.kind = 'weekly_rank'
        and achievements.threshold = tiers.rank_order
