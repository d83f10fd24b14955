"""Which versions a change takes: pure, so that what is previewed and what is landed cannot differ.

A version holds until the next one of its type begins, and is never altered. So a change lands one version for each
stretch of its range that has other values now, and one more at its end that brings back what held there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, NamedTuple

from ingestion.rules.change import Change
from ingestion.webhooks.parser import UnusableError

SINCE_EVER: Final = datetime.min.replace(tzinfo=UTC)
FOR_EVER: Final = datetime.max.replace(tzinfo=UTC)


class Values(NamedTuple):
    gold_value: int
    xp_value: int
    rank_points: int


NOTHING: Final = Values(0, 0, 0)


class Stretch(NamedTuple):
    """From `begins` up to, and not including, `ends` an event has these values; None where no rule scores it."""

    begins: datetime
    ends: datetime
    values: Values | None


@dataclass(frozen=True, slots=True)
class Plan:
    """What to land, as (beginning, values), and the stretches in which an event's score becomes another one."""

    landing: Sequence[tuple[datetime, Values]]
    moved: Sequence[Stretch]


def timeline(versions: Sequence[tuple[datetime | None, int, int, int]]) -> list[Stretch]:
    """All of time, from versions in order of their beginnings (None: since ever), none of them superseded."""
    begins = [SINCE_EVER if version[0] is None else version[0] for version in versions]
    ends = [*begins[1:], FOR_EVER][: len(begins)]
    stretches = [
        Stretch(begin, end, Values(*version[1:])) for begin, end, version in zip(begins, ends, versions, strict=True)
    ]
    first = begins[0] if begins else FOR_EVER
    return stretches if first == SINCE_EVER else [Stretch(SINCE_EVER, first, None), *stretches]


def plan(stretches: Sequence[Stretch], change: Change, now: datetime) -> Plan:
    """Raises `UnusableError` for a change that cannot be expressed."""
    is_known = any(stretch.values is not None for stretch in stretches)
    if not is_known and not change.new_type:
        raise UnusableError(
            "unknown_event_type",
            "No rule knows this event_type. Check its spelling; to add a type, say so (new_type, or --new).",
            "event_type",
        )
    begins = change.effective_from or now
    first = next(stretch for stretch in stretches if stretch.begins <= begins < stretch.ends)
    ends = change.effective_to or first.ends
    if ends <= begins:
        raise UnusableError("invalid_field", "effective_to is not after effective_from. Correct it.", "effective_to")
    values = _values(change, first)
    within = [
        Stretch(max(stretch.begins, begins), min(stretch.ends, ends), stretch.values)
        for stretch in stretches
        if stretch.begins < ends and stretch.ends > begins
    ]
    landing = [(stretch.begins, values) for stretch in within if stretch.values != values]
    last = next(stretch for stretch in stretches if stretch.begins < ends <= stretch.ends)
    if ends < last.ends and last.values != values:
        landing.append((ends, _brought_back(last)))
    moved = [
        Stretch(stretch.begins, stretch.ends, values) for stretch in within if (stretch.values or NOTHING) != values
    ]
    return Plan(landing, moved)


def _values(change: Change, in_force: Stretch) -> Values:
    asked = (change.gold_value, change.xp_value, change.rank_points)
    if in_force.values is None and None in asked:
        raise UnusableError(
            "missing_field",
            "No rule is in force at effective_from whose values could be kept. Give gold, XP and rank points.",
            Values._fields[asked.index(None)],
        )
    kept = in_force.values or NOTHING
    return Values(*(old if new is None else new for new, old in zip(asked, kept, strict=True)))


def _brought_back(last: Stretch) -> Values:
    if last.values is None:
        raise UnusableError(
            "invalid_field",
            "effective_to: no rule was in force there that could be brought back. Leave it out.",
            "effective_to",
        )
    return last.values
