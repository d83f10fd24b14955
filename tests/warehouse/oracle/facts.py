"""What happened, read from nothing but raw, and scored event by event in plain Python: slow, obvious, no product code.

Everything is read in one transaction, the marts that are compared with it too, so that `now` is one moment for both.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from psycopg2 import extensions

from tests.warehouse.oracle.vendor_decisions import Identities, Meanings, shipped_meanings
from tests.warehouse.oracle.vendor_things import Item
from tests.warehouse.oracle.vendors import Unscored, delivered, interpret, pulled

Row = dict[str, Any]
FOR_EVER_AGO = datetime.min.replace(tzinfo=UTC)
GRACE = timedelta(hours=24)
TIERS = ["Iron", "Bronze", "Silver", "Gold", "Platinum", "Emerald", "Diamond", "Master", "Grandmaster", "Challenger"]


@dataclass(frozen=True)
class Version:
    """One roster version of a person; it begins at midnight of the default zone, here UTC (the first: for ever ago)."""

    user_id: str
    display_name: str
    email: str | None
    team_id: str
    team_name: str
    zone: str
    started_on: date | None
    ended_on: date | None
    begins: date
    row: Row


@dataclass(frozen=True)
class Event:
    """An accepted event with its place and its score."""

    event_id: str
    source: str
    external_id: str | None
    event_type: str
    user_id: str
    team_id: str
    rule_version_id: int | None
    gold_value: int
    xp_value: int
    rank_points: int
    is_reversal: bool
    is_reversed: bool
    activity_date: date
    occurred_at: datetime
    row: Row

    @property
    def counts(self) -> bool:
        return not (self.is_reversal or self.is_reversed)

    @property
    def week_start_date(self) -> date:
        return monday(self.activity_date)


@dataclass(frozen=True)
class Facts:
    now: datetime
    events: list[Event]
    # By user_id, in the order in which they hold.
    roster: dict[str, list[Version]]
    rules: list[Row]
    # What came from vendors, and of which of it no event was made.
    vendor_items: list[Item]
    unscored: list[Unscored]
    meanings: Meanings
    rejected: list[Row]
    published: list[Row]

    @property
    def people(self) -> set[str]:
        return {event.user_id for event in self.events} | set(self.roster)

    def version_now(self, user_id: str) -> Version | None:
        versions = self.roster.get(user_id, [])
        begun = [v for v in versions[1:] if _midnight(v.begins) <= self.now]
        return (begun or versions[:1])[-1] if versions else None

    def local_date(self, user_id: str) -> date:
        version = self.version_now(user_id)
        return self.now.astimezone(ZoneInfo(version.zone) if version else UTC).date()

    def closes_at(self, week: date) -> datetime:
        """When a week is over in the westernmost zone, and the grace period too."""
        current = [self.version_now(user_id) for user_id in self.roster]
        zones = {"UTC"} | {version.zone for version in current if version}
        end = datetime.combine(week + timedelta(days=7), time()) + GRACE
        return max(end.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC) for zone in zones)

    def is_closed(self, week: date) -> bool:
        return self.closes_at(week) <= self.now


def monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def ordered(events: Iterable[Event]) -> list[Event]:
    return sorted(events, key=lambda event: (event.occurred_at, event.event_id))


def tier(points: int) -> str:
    return TIERS[min(points, 9)]


def begins(rule: Row) -> datetime:
    return FOR_EVER_AGO if rule["for_ever"] else rule["effective_from"]


def load(cursor: extensions.cursor, meanings: Meanings | None = None) -> Facts:
    """The facts as the cursor's transaction sees them; vendors mean what they mean as shipped, or this."""
    meanings = meanings or shipped_meanings()
    cursor.execute("select now()")
    (now,) = cursor.fetchone() or ()
    items = _rows(cursor, "select * from raw.webhook_events where door = 'canonical'")
    rules = _rows(
        cursor,
        "select *, effective_from = '-infinity' as for_ever from raw.gamification_rules order by rule_version_id",
    )
    versions = _rows(cursor, "select * from raw_roster.sdr_versions order by version_id")
    roster = _roster(versions)
    vendor_items = [*delivered(cursor), *pulled(cursor)]
    of_vendors, unscored = interpret(vendor_items, meanings, Identities(versions))
    # The one thing that raw does not tell: which transaction said that they are what they are.
    written = {
        row["event_id"]: row for row in _rows(cursor, "select event_id, landed_xid from staging.stg_vendor__events")
    }
    of_vendors = [row | written.get(row["event_id"], {}) for row in of_vendors]
    rows = [row | {"event_id": row["raw_id"]} for row in items] + of_vendors
    taken_back = _taken_back(rows)
    return Facts(
        now=now,
        events=[_score(row, rules, roster, taken_back) for row in rows],
        roster=roster,
        rules=rules,
        vendor_items=vendor_items,
        unscored=unscored,
        meanings=meanings,
        rejected=_rows(cursor, "select * from raw.rejected_events"),
        published=_rows(cursor, "select * from raw.published_ranks"),
    )


def rule_at(rules: list[Row], event_type: str, at: datetime) -> Row | None:
    """The rule version in force; of two with the same beginning the later one."""
    begun = [rule for rule in rules if rule["event_type"] == event_type and begins(rule) <= at]
    return max(begun, key=lambda rule: (begins(rule), rule["rule_version_id"]), default=None)


def place(versions: list[Version], at: datetime) -> tuple[date, str]:
    """The local date and the team of what a person with these versions did at an instant."""
    if not versions:
        return at.astimezone(UTC).date(), "unassigned"
    begun = [version for version in versions[1:] if _midnight(version.begins) <= at]
    local_date = at.astimezone(ZoneInfo((begun or versions[:1])[-1].zone)).date()
    teams = [version for version in versions[1:] if version.begins <= local_date]
    return local_date, (teams or versions[:1])[-1].team_id


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _rows(cursor: extensions.cursor, query: str) -> list[Row]:
    cursor.execute(query)
    names = [column.name for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _roster(rows: list[Row]) -> dict[str, list[Version]]:
    people: dict[str, list[tuple[date, int, Version]]] = {}
    for row in rows:
        begins = row["effective_on"] or row["loaded_at"].astimezone(UTC).date()
        version = Version(
            user_id=row["user_id"],
            display_name=row["display_name"],
            email=row["email"],
            team_id="-".join(row["team_name"].lower().split()),
            team_name=row["team_name"],
            zone=row["time_zone"],
            started_on=row["started_on"],
            ended_on=row["ended_on"],
            begins=begins,
            row=row,
        )
        people.setdefault(row["user_id"], []).append((begins, row["version_id"], version))
    return {
        user: [version for _, _, version in sorted(versions, key=lambda item: item[:2])]
        for user, versions in people.items()
    }


def _score(item: Row, rules: list[Row], roster: dict[str, list[Version]], taken_back: set[Any]) -> Event:
    local_date, team_id = place(roster.get(item["user_id"], []), item["occurred_at"])
    rule = rule_at(rules, item["event_type"], item["occurred_at"])
    is_reversal, is_reversed = item["reverses"] is not None, item["event_id"] in taken_back
    earns = rule if rule and not (is_reversal or is_reversed) else {}
    return Event(
        event_id=str(item["event_id"]),
        source=item["source"],
        external_id=item["external_id"],
        event_type=item["event_type"],
        user_id=item["user_id"],
        team_id=team_id,
        rule_version_id=rule["rule_version_id"] if rule else None,
        gold_value=earns.get("gold_value", 0),
        xp_value=earns.get("xp_value", 0),
        rank_points=earns.get("rank_points", 0),
        is_reversal=is_reversal,
        is_reversed=is_reversed,
        activity_date=local_date,
        occurred_at=item["occurred_at"],
        row=item,
    )


def _taken_back(items: list[Row]) -> set[Any]:
    """The event_ids of what a reversal names."""
    named = names(items)
    originals = (original_of(item, *named) for item in items)
    return {original["event_id"] for original in originals if original and original["reverses"] is None}


Named = dict[tuple[str, str], Row]


def names(items: list[Row]) -> tuple[dict[str, Row], Named]:
    """Events by event_id, and by the external_id of their source."""
    by_id = {str(item["event_id"]): item for item in items}
    return by_id, {(item["source"], item["external_id"]): item for item in items if item["external_id"]}


def original_of(item: Row, by_id: dict[str, Row], named: Named) -> Row | None:
    """What a reversal takes back, if it is there: an event of ours that was known when it landed, or an external_id."""
    if item["reverses"] is None:
        return None
    if item["reverses_event_id"] is not None:
        return by_id.get(str(item["reverses_event_id"]))
    return named.get((item["source"], item["reverses"]))
