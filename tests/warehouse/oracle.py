"""The marts as plain Python computes them, from nothing but raw: slow, obvious, sharing no code with the product."""

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from tests.conftest import Database

DayKey = tuple[str, date, str]


class Day(NamedTuple):
    team_id: str
    event_count: int
    gross_event_count: int
    reversed_event_count: int
    gold_value: int
    xp_value: int
    rank_points: int


class Version(NamedTuple):
    begins: date
    zone: str
    team: str


def user_days(database: Database) -> dict[DayKey, Day]:
    """The expected rows of fct_user_daily by user, local date and event type."""
    events = _dicts(database, "select * from raw.webhook_events where door = 'canonical'")
    rules = _dicts(
        database,
        "select *, effective_from = '-infinity' as for_ever from raw.gamification_rules order by rule_version_id",
    )
    roster = _roster(database)
    taken_back = _taken_back(events)
    rows: dict[DayKey, list[list[Any]]] = defaultdict(list)
    for event in events:
        local_date, team = _place(event, roster.get(event["user_id"], []))
        reversal, reversed_ = event["reverses"] is not None, event["raw_id"] in taken_back
        rule = _rule(rules, event["event_type"], event["occurred_at"])
        counts = not (reversal or reversed_)
        score = [rule[c] for c in ("gold_value", "xp_value", "rank_points")] if rule and counts else [0, 0, 0]
        rows[event["user_id"], local_date, event["event_type"]].append([team, int(counts), 1, int(reversed_), *score])
    return {
        key: Day(values[0][0], *(sum(column) for column in list(zip(*values, strict=True))[1:]))
        for key, values in rows.items()
    }


def live_user_days(database: Database, relation: str = "marts.fct_user_daily") -> dict[DayKey, Day]:
    """What the warehouse says."""
    rows = database.execute(
        "select user_id, activity_date, event_type, team_id, event_count, gross_event_count, reversed_event_count,"
        f" gold_value, xp_value, rank_points from {relation}"
    )
    found = {(row[0], row[1], row[2]): Day(*row[3:]) for row in rows}
    assert len(found) == len(rows), "the grain of user_days is broken"
    return found


def _dicts(database: Database, query: str) -> list[dict[str, Any]]:
    columns = [
        name
        for (name,) in database.execute(
            "select attname from pg_attribute where attrelid = %s::regclass and attnum > 0 order by attnum",
            query.split(" from ", 1)[1].split(None, 1)[0],
        )
    ]
    if "as for_ever" in query:
        columns.append("for_ever")
    return [dict(zip(columns, row, strict=True)) for row in database.execute(query)]


def _roster(database: Database) -> dict[str, list[Version]]:
    people: dict[str, list[tuple[date, int, Version]]] = defaultdict(list)
    for row in _dicts(database, "select * from raw_roster.sdr_versions"):
        begins = row["effective_on"] or row["loaded_at"].astimezone(UTC).date()
        team = "-".join(row["team_name"].lower().split())
        people[row["user_id"]].append((begins, row["version_id"], Version(begins, row["time_zone"], team)))
    return {user: [version for _, _, version in sorted(versions)] for user, versions in people.items()}


def _place(event: dict[str, Any], versions: list[Version]) -> tuple[date, str]:
    """The local date and the team. A version's date begins at midnight of the default zone, here UTC."""
    if not versions:
        return event["occurred_at"].astimezone(UTC).date(), "unassigned"
    begun = [
        v
        for v in versions[1:]
        if datetime(v.begins.year, v.begins.month, v.begins.day, tzinfo=UTC) <= event["occurred_at"]
    ]
    zone = (begun or versions[:1])[-1].zone
    local_date = event["occurred_at"].astimezone(ZoneInfo(zone)).date()
    teams = [v for v in versions[1:] if v.begins <= local_date]
    return local_date, (teams or versions[:1])[-1].team


def _rule(rules: list[dict[str, Any]], event_type: str, at: datetime) -> dict[str, Any] | None:
    def begins(rule: dict[str, Any]) -> datetime:
        return datetime.min.replace(tzinfo=UTC) if rule["for_ever"] else rule["effective_from"]

    begun = [rule for rule in rules if rule["event_type"] == event_type and begins(rule) <= at]
    return max(begun, key=lambda rule: (begins(rule), rule["rule_version_id"]), default=None)


def _taken_back(events: list[dict[str, Any]]) -> set[Any]:
    ids = {str(event["raw_id"]) for event in events}
    named = {(event["source"], event["external_id"]): event for event in events if event["external_id"]}
    by_id = {str(event["raw_id"]): event for event in events}
    taken = set()
    for event in events:
        target = event["reverses"]
        if target is None:
            continue
        original = by_id[target.lower()] if target.lower() in ids else named.get((event["source"], target))
        if original and original["reverses"] is None:
            taken.add(original["raw_id"])
    return taken


def monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
