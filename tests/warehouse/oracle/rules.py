"""The oracle of the rules: each version ends where the next one of its type begins."""

from datetime import datetime

from tests.warehouse.oracle.facts import FOR_EVER_AGO, Facts, Row

COLUMNS = (
    "rule_version_id, event_type, changed_by, gold_value, xp_value, rank_points, is_current, is_superseded,"
    " effective_from, effective_to"
)


def _begins(rule: Row) -> datetime:
    return FOR_EVER_AGO if rule["for_ever"] else rule["effective_from"]


def dim_gamification_rules(facts: Facts) -> list[tuple[object, ...]]:
    """Columns: those of `COLUMNS`."""
    rows: list[tuple[object, ...]] = []
    for rule in facts.rules:
        begins = _begins(rule)
        others = [other for other in facts.rules if other["event_type"] == rule["event_type"] and other is not rule]
        is_superseded = any(
            _begins(other) == begins and other["rule_version_id"] > rule["rule_version_id"] for other in others
        )
        later = [_begins(other) for other in others if _begins(other) > begins]
        ends = begins if is_superseded else min(later, default=None)
        is_current = begins <= facts.now and (ends is None or ends > facts.now)
        rows.append(
            (
                *(rule[name] for name in ("rule_version_id", "event_type", "changed_by")),
                *(rule[name] for name in ("gold_value", "xp_value", "rank_points")),
                is_current,
                is_superseded,
                None if begins == FOR_EVER_AGO else begins,
                None if ends == FOR_EVER_AGO else ends,
            )
        )
    return rows
