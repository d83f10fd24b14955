"""The oracle of weeks: ranks, and what changed in them after they were published."""

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any, Final

from tests.warehouse.oracle.facts import Event, Facts, Row, Version, begins, monday, names, original_of, rule_at, tier

WEEK: Final = timedelta(days=7)
Key = tuple[str, date]

RANK_COLUMNS: Final = (
    "user_id, rank_tier, published_rank_tier, weekly_meetings_booked, weekly_rank_points, rank_position, is_closed,"
    " week_start_date, published_meetings_booked, published_rank_points, published_rank_position, is_restated"
)
RESTATEMENT_COLUMNS: Final = (
    "user_id, caused_by_event_id::text, caused_by_rule_version_id, from_tier, to_tier, caused_by, change_number,"
    " from_points, to_points, is_tier_change, week_start_date, noticed_at"
)


def fct_weekly_ranks(facts: Facts) -> list[tuple[object, ...]]:
    """Columns: RANK_COLUMNS."""
    meetings: dict[Key, int] = defaultdict(int)
    points: dict[Key, int] = defaultdict(int)
    for event in facts.events:
        key = (event.user_id, event.week_start_date)
        points[key] += event.rank_points
        meetings[key] += event.counts and event.event_type == "meeting_booked"
    published = {(row["user_id"], row["week_start_date"]): row for row in facts.published}
    weeks = {week for _, week in published}
    rows: list[tuple[object, ...]] = []
    for key in {*points, *published, *_employed(facts)}:
        user, week = key
        row = published.get(key, {})
        others = [points[other] for other in list(points) if other[1] == week]
        rows.append(
            (
                user, tier(points[key]), row.get("rank_tier"), meetings[key], points[key],
                1 + sum(other > points[key] for other in others), facts.is_closed(week), week,
                row.get("weekly_meetings_booked"), row.get("rank_points"), row.get("rank_position"),
                week in weeks and points[key] != row.get("rank_points", 0),
            )
        )  # fmt: skip
    return rows


def _employed(facts: Facts) -> set[Key]:
    found = set()
    for user in facts.roster:
        version = facts.version_now(user)
        assert version
        today = facts.local_date(user)
        week = monday(version.started_on or today)
        while week <= min(monday(today), version.ended_on or today):
            found.add((user, week))
            week += WEEK
    return found


def fct_weekly_rank_restatements(facts: Facts) -> list[tuple[object, ...]]:
    """Columns: RESTATEMENT_COLUMNS. What landed since is played back in the order in which it landed."""
    published = {(row["user_id"], row["week_start_date"]): row for row in facts.published}
    moments = {row["week_start_date"]: row["published_at"] for row in facts.published}
    events: dict[Key, list[Event]] = defaultdict(list)
    for event in facts.events:
        events[event.user_id, event.week_start_date].append(event)
    taken_back = _reversals(facts)
    rows: list[tuple[object, ...]] = []
    for user, week in {*published, *events}:
        if week in moments:
            start = published.get((user, week))
            steps = _steps(facts, events[user, week], taken_back, moments[week])
            points = [start["rank_points"] if start else 0]
            running: list[tuple[Any, ...]] = []
            for cause, cause_id, noticed_at, change in steps:
                points.append(points[-1] + change)
                running.append((cause, cause_id, None, noticed_at))
            live = sum(event.rank_points for event in events[user, week])
            if live != points[-1]:
                points.append(live)
                running.append(_rest(facts, user, week, moments[week], events[user, week]))
            rows += _chain(user, week, start, [max(0, value) for value in points], running)
    return rows


def _steps(
    facts: Facts, events: list[Event], taken_back: dict[str, list[Row]], moment: datetime
) -> list[tuple[str, str, datetime, int]]:
    """What landed after the moment, in order, with the points that it brought or took."""
    landings: list[tuple[datetime, str, str, Event]] = []
    for event in events:
        if not event.is_reversal:
            landings.append((event.row["landed_at"], "event", event.event_id, event))
            landings += [
                (row["landed_at"], "reversal", str(row["event_id"]), event)
                for row in taken_back.get(event.event_id, [])
            ]
    counted: set[str] = set()
    gone: set[str] = set()
    steps = []
    for landed_at, cause, cause_id, event in sorted(landings, key=lambda landing: landing[:3]):
        rule = rule_at(facts.rules, event.event_type, event.occurred_at)
        change = rule["rank_points"] if rule else 0
        if cause == "event":
            counts = event.event_id not in gone
            counted |= {event.event_id} if counts else set()
        else:
            counts, change = event.event_id in counted, -change
            counted -= {event.event_id}
            gone.add(event.event_id)
        if landed_at > moment and counts and change:
            steps.append((cause, cause_id, landed_at, change))
    return steps


def _rest(
    facts: Facts, user: str, week: date, moment: datetime, events: list[Event]
) -> tuple[str, None, int | None, datetime | None]:
    """The newest version since the moment that gave an event its points, or an hour of the week its zone."""
    known = [event for event in events if event.row["landed_at"] <= moment and not event.is_reversal]
    given = [_giver(facts.rules, event) for event in known]
    causes: list[tuple[datetime, str, int | None]] = [
        (rule["landed_at"], "rule", rule["rule_version_id"]) for rule in given if rule and rule["landed_at"] > moment
    ]
    causes += [(loaded_at, "roster", None) for loaded_at in _moves(facts.roster.get(user, []), week, moment)]
    if not causes:
        return "definition", None, None, None
    landed_at, cause, version_id = max(causes, key=lambda found: found[0])
    return cause, None, version_id, landed_at


def _giver(rules: list[Row], event: Event) -> Row | None:
    """The rule that gave an event the points that it has: of those in force one after another, the first with them."""
    rule = rule_at(rules, event.event_type, event.occurred_at)
    if rule is None:
        return None
    while True:
        place = (begins(rule), rule["rule_version_id"])
        earlier = [other for other in rules if other["event_type"] == event.event_type]
        earlier = [other for other in earlier if (begins(other), other["rule_version_id"]) < place]
        before = max(earlier, key=lambda other: (begins(other), other["rule_version_id"]), default=None)
        if (before["rank_points"] if before else 0) != rule["rank_points"]:
            return rule
        if before is None:
            return None
        rule = before


def _moves(versions: list[Version], week: date, moment: datetime) -> set[datetime]:
    """When each version landed that is the first of its zone at an hour of the week whose zone was another."""
    known = [version for version in versions if version.row["loaded_at"] <= moment]
    midnight = datetime(week.year, week.month, week.day, tzinfo=UTC) - timedelta(days=1)
    found = set()
    for hour in range(9 * 24):
        now, then = (_in_force(ones, midnight + timedelta(hours=hour)) for ones in (versions, known))
        if now and now.zone != (then.zone if then else "UTC"):
            place = versions.index(now)
            while place and versions[place - 1].zone == now.zone:
                place -= 1
            found.add(versions[place].row["loaded_at"])
    return found


def _in_force(versions: list[Version], at: datetime) -> Version | None:
    begun = [version for version in versions[1:] if version.begins <= at.date()]
    return (begun or versions[:1])[-1] if versions else None


def _chain(
    user: str, week: date, start: Row | None, points: list[int], causes: list[tuple[Any, ...]]
) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    for (old, new), (cause, event_id, version_id, noticed_at) in zip(pairwise(points), causes, strict=True):
        if old != new:
            from_tier = tier(old) if rows else start and start["rank_tier"]
            rows.append(
                (
                    user, event_id, version_id, from_tier, tier(new), cause, len(rows) + 1, old, new,
                    from_tier != tier(new), week, noticed_at,
                )
            )  # fmt: skip
    return rows


def _reversals(facts: Facts) -> dict[str, list[Row]]:
    """What names an event, by its event_id or else by the external_id of the same source."""
    named = names([event.row for event in facts.events])
    found: dict[str, list[Row]] = defaultdict(list)
    for event in facts.events:
        original = original_of(event.row, *named)
        if original:
            found[str(original["event_id"])].append(event.row)
    return found
