with tiers as (
    select * from {{ ref("rank_tiers") }}
)

select
    rank_tier,
    rank_order,
    minimum_rank_points,
    lead(minimum_rank_points) over (order by rank_order) as next_minimum_rank_points,
    lead(rank_tier) over (order by rank_order) as next_rank_tier
from tiers
