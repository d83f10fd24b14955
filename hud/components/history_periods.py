"""Days and weeks of an SDR's past, in a row and without gaps, as the charts of History draw them."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final

# Types that have a colour of their own; the rarer ones are added up.
SHOWN_TYPES: Final = 6
OTHERS: Final = ("", "Others")


@dataclass
class Period:
    """A day or a week: what was earned, and how many events of each type count."""

    start: date
    name: str
    xp: int = 0
    points: int = 0
    counts: Counter[str] = field(default_factory=Counter)


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def short_name(day: date) -> str:
    return f"{day.day} {day:%b %Y}"


def day_name(day: date) -> str:
    return f"{day:%a} {short_name(day)}"


def of_days(found: Iterable[Sequence[Any]], first: date, last: date) -> list[Period]:
    """Every day from `first` to `last`; `found` are [date, event_type, event_count, xp_value, rank_points]."""
    days = [first + timedelta(days=place) for place in range((last - first).days + 1)]
    return _filled({day: Period(day, day_name(day)) for day in days}, found)


def of_weeks(found: Iterable[Sequence[Any]], first: date, last: date) -> list[Period]:
    """Every week from that of `first` to that of `last`, by its Monday."""
    start = monday_of(first)
    weeks = [start + timedelta(weeks=place) for place in range((monday_of(last) - start).days // 7 + 1)]
    return _filled({week: Period(week, short_name(week)) for week in weeks}, found)


def _filled(periods: dict[date, Period], found: Iterable[Sequence[Any]]) -> list[Period]:
    for start, event_type, event_count, xp_value, rank_points in found:
        if period := periods.get(date.fromisoformat(start)):
            period.xp += xp_value
            period.points += rank_points
            period.counts[event_type] += event_count
    return list(periods.values())


def kinds(found: Iterable[Sequence[Any]], labels: dict[str, str]) -> list[tuple[str, str]]:
    """The types with the most events, in the order of `labels`; then what stands for all others, if there are any."""
    totals: Counter[str] = Counter()
    for _, event_type, event_count, *_ in found:
        totals[event_type] += event_count
    frequent = {event_type for event_type, count in totals.most_common(SHOWN_TYPES) if count > 0}
    places = {event_type: place for place, event_type in enumerate(labels)}
    shown = sorted(frequent, key=lambda event_type: (places.get(event_type, len(places)), event_type))
    others = [OTHERS] if any(count > 0 and kind not in frequent for kind, count in totals.items()) else []
    return [*((kind, labels.get(kind, kind)) for kind in shown), *others]


def with_others(periods: Iterable[Period], shown: Sequence[tuple[str, str]]) -> list[Period]:
    """The same periods, with the types that are not shown added up."""
    own = {kind for kind, _ in shown}
    merged = []
    for period in periods:
        counts: Counter[str] = Counter()
        for kind, count in period.counts.items():
            counts[kind if kind in own else OTHERS[0]] += count
        merged.append(Period(period.start, period.name, period.xp, period.points, counts))
    return merged
