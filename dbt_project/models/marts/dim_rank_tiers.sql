with tiers as (
    select * from {{ ref("rank_tiers") }}
)

select
    rank_tier,
    rank_order,
    minimum_rank_points
from tiers
