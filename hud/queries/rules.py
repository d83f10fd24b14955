"""What Rules asks: what each type of event is worth now and later, and the chronicle of one type."""

from typing import Any

from sqlalchemy import text
from sqlalchemy.engine import Engine

from hud.queries import rows

MOST_TYPES = 200
CHRONICLE_LENGTH = 60

BOOK = text(
    """
    select
        types.event_type,
        types.event_label,
        (
            select coalesce(json_agg(json_build_object(
                'gold_value', rules.gold_value,
                'xp_value', rules.xp_value,
                'rank_points', rules.rank_points,
                'is_current', rules.is_current,
                'effective_from', extract(epoch from rules.effective_from),
                'effective_to', extract(epoch from rules.effective_to)
            ) order by rules.effective_from nulls first), '[]')
            from marts.dim_gamification_rules as rules
            where
                rules.event_type = types.event_type
                and not rules.is_superseded
                and (rules.effective_to is null or rules.effective_to > now())
        ) as versions
    from marts.dim_event_types as types
    order by types.sort_order, types.event_type
    limit :most_types
    """
)

CHRONICLE = text(
    """
    select
        changed_by,
        gold_value,
        xp_value,
        rank_points,
        is_current,
        is_superseded,
        extract(epoch from effective_from)::double precision as effective_from,
        extract(epoch from effective_to)::double precision as effective_to,
        extract(epoch from landed_at)::double precision as landed_at,
        count(*) over () as version_count
    from marts.dim_gamification_rules
    where event_type = :event_type
    order by rule_version_id desc
    limit :chronicle_length
    """
)


def book(engine: Engine) -> list[dict[str, Any]]:
    """Each type with the version in force and those that begin later."""
    return rows(engine, BOOK, {"most_types": MOST_TYPES})


def chronicle(engine: Engine, event_type: str) -> list[dict[str, Any]]:
    """The versions of one type, newest first; `version_count` counts those beyond the limit too."""
    return rows(engine, CHRONICLE, {"event_type": event_type, "chronicle_length": CHRONICLE_LENGTH})
