"""The ladder of ranks, which several pages ask."""

from typing import Any

from sqlalchemy import text
from sqlalchemy.engine import Engine

from hud.queries import rows

RANK_TIERS = text(
    """
    select rank_tier, rank_order, minimum_rank_points
    from marts.dim_rank_tiers
    order by rank_order
    """
)


def rank_tiers(engine: Engine) -> list[dict[str, Any]]:
    """The ladder, lowest tier first."""
    return rows(engine, RANK_TIERS)
