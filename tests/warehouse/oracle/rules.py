"""The oracle of the rules: each version ends where the next one of its type begins."""

from tests.warehouse.oracle.facts import FOR_EVER_AGO, Facts, begins

COLUMNS = (
    "rule_version_id, event_type, changed_by, gold_value, xp_value, rank_points, is_current, is_superseded,"
    " effective_from, effective_to"
)


def dim_gamification_rules(facts: Facts) -> list[tuple[object, ...]]:
    """Columns: those of `COLUMNS`."""
    rows: list[tuple[object, ...]] = []
    for rule in facts.rules:
        start = begins(rule)
        others = [other for other in facts.rules if other["event_type"] == rule["event_type"] and other is not rule]
        is_superseded = any(
            begins(other) == start and other["rule_version_id"] > rule["rule_version_id"] for other in others
        )
        later = [begins(other) for other in others if begins(other) > start]
        ends = start if is_superseded else min(later, default=None)
        is_current = start <= facts.now and (ends is None or ends > facts.now)
        rows.append(
            (
                *(rule[name] for name in ("rule_version_id", "event_type", "changed_by")),
                *(rule[name] for name in ("gold_value", "xp_value", "rank_points")),
                is_current,
                is_superseded,
                None if start == FOR_EVER_AGO else start,
                None if ends == FOR_EVER_AGO else ends,
            )
        )
    return rows
