"""The oracle of vendors: from the items that landed, the mappings and the roster, to events and to what is none.

An event has the shape of a row of raw.webhook_events that the canonical door landed, so that all the rest takes it in.
"""

import csv
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from psycopg2 import extensions

from tests.warehouse.oracle.vendor_meaning import actor, details, fields, normal, occurred_at
from tests.warehouse.oracle.vendor_things import LONGEST, Item, Thing, parse, things

Row = dict[str, Any]
SEEDS: Final = Path(__file__).parents[3] / "dbt_project" / "seeds"
PULLED: Final = {
    ("hubspot", "call"): "raw_hubspot.calls",
    ("hubspot", "email"): "raw_hubspot.emails",
    ("hubspot", "meeting"): "raw_hubspot.meetings",
    ("salesforce", "task"): "raw_salesforce.tasks",
    ("salesforce", "event"): "raw_salesforce.events",
}
REVERSALS: Final = {"meeting_cancelled", "meeting_no_show"}


@dataclass(frozen=True)
class Meanings:
    """What an operator decides: which values are which event, and which source scores which."""

    # source, object_type, field, value, event_type
    mappings: frozenset[tuple[str, ...]]
    # event_type, source
    scoring: frozenset[tuple[str, str]]


@dataclass(frozen=True)
class Unscored:
    """An item of which no event was made, and why."""

    item: Item
    reason: str


def shipped_meanings() -> Meanings:
    mappings = _seed("vendor_mappings")
    scoring = _seed("scoring_sources")
    return Meanings(
        frozenset(
            (row["source"], row["object_type"], row["field"], normal(row["value"]), row["event_type"])
            for row in mappings
        ),
        frozenset((row["event_type"], row["source"]) for row in scoring if row["is_scored"] == "true"),
    )


def _seed(name: str) -> list[dict[str, str]]:
    with (SEEDS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


class Identities:
    """Who is who, by the latest version of each person: an id and an address are whose who got them last."""

    def __init__(self, versions: Iterable[Row]) -> None:
        latest = {row["user_id"]: row for row in sorted(versions, key=lambda row: int(row["version_id"]))}
        self.by_id: dict[tuple[str, str], str] = {}
        self.by_email: dict[str, str] = {}
        for row in sorted(latest.values(), key=lambda row: int(row["version_id"])):
            for source, own_id in row["identities"].items():
                self.by_id[source, own_id] = row["user_id"]
            if row["email"]:
                self.by_email[row["email"].lower()] = row["user_id"]

    def user(self, source: str, actor_id: str | None, email: str | None) -> str:
        known = self.by_id.get((source, actor_id or "")) or self.by_email.get((email or "").lower())
        return known or _printable(f"{source}:{actor_id or email or 'unassigned'}")


def _printable(name: str) -> str:
    return "".join(letter for letter in name if unicodedata.category(letter) != "Cc")[:LONGEST]


def pulled(cursor: extensions.cursor) -> list[Item]:
    """Versions of objects that pipelines landed."""
    found = []
    for (source, kind), table in PULLED.items():
        cursor.execute(
            f"select raw_id::text, object_id, payload::text, landed_at, landed_xid::text, modified_at, is_deleted"
            f" from {table}"
        )
        for raw_id, object_id, payload, landed_at, xid, modified_at, is_deleted in cursor.fetchall():
            moments = (landed_at, landed_at, int(xid), modified_at, is_deleted)
            found.append(Item(raw_id, source, f"{kind}:{object_id}", parse(payload), "import", *moments))
    return found


def delivered(cursor: extensions.cursor) -> list[Item]:
    """What came in at the vendors' own doors."""
    cursor.execute(
        "select raw_id::text, source, external_id, payload::text, verified_by, received_at, landed_at, landed_xid::text"
        " from raw.webhook_events where door <> 'canonical'"
    )
    return [
        Item(raw_id, source, key or "", parse(payload), verified_by, received_at, landed_at, int(xid))
        for raw_id, source, key, payload, verified_by, received_at, landed_at, xid in cursor.fetchall()
    ]


def interpret(items: Iterable[Item], meanings: Meanings, roster: Identities) -> tuple[list[Row], list[Unscored]]:
    """The events that these items are, and what became of those that are none."""
    items = list(items)
    notifications = [item for item in items if item.source == "hubspot" and item.modified_at is None]
    events: list[Row] = []
    unscored = [Unscored(item, "notification") for item in notifications]
    for thing in things(item for item in items if item not in notifications):
        types = event_types(thing, meanings)
        scored = [kind for kind in sorted(types) if (kind, thing.source) in meanings.scoring]
        events += [_event(thing, kind, types[kind], roster) for kind in scored]
        unscored += [Unscored(item, "superseded") for item in thing.items[:-1]]
        if not scored:
            unscored.append(Unscored(thing.newest, _why_none(thing, types)))
    return events, unscored


def _why_none(thing: Thing, types: dict[str, set[str]]) -> str:
    return "deleted" if thing.is_deleted else "not_scoring_source" if types else "unmapped"


def event_types(thing: Thing, meanings: Meanings) -> dict[str, set[str]]:
    """What the object is, and of each the values that say so."""
    found: dict[str, set[str]] = {}
    is_open = (thing.source, thing.kind) == ("salesforce", "task") and thing.get("IsClosed") is not True
    if thing.is_deleted or is_open:
        return found
    told = fields(thing)
    for source, kind, field, value, event_type in meanings.mappings:
        if (source, kind) == (thing.source, thing.kind) and (value == "*" or value in told.get(field, [])):
            found.setdefault(event_type, set()).add(value)
    return found


def event_id(thing: Thing, event_type: str) -> str:
    """The same for ever, whatever is told of the object: a UUID of version 8."""
    name = chr(31).join((thing.source, thing.object_key, event_type))
    octets = bytearray(sha256(name.encode()).digest()[:16])
    octets[6] = 0x80 | octets[6] & 0x0F
    octets[8] = 0x80 | octets[8] & 0x3F
    return str(UUID(bytes=bytes(octets)))


def external_id(thing: Thing, event_type: str) -> str:
    name = f"{thing.object_key}/{event_type}"
    return name if len(name) <= LONGEST else f"{thing.source}:{event_id(thing, event_type)}"


def _event(thing: Thing, event_type: str, causes: set[str], roster: Identities) -> Row:
    reverses = event_type in REVERSALS
    return {
        "event_id": event_id(thing, event_type),
        "raw_id": thing.newest.raw_id,
        "source": thing.source,
        "external_id": external_id(thing, event_type),
        "event_type": event_type,
        "user_id": roster.user(thing.source, *actor(thing)),
        "reverses": external_id(thing, "meeting_booked") if reverses else None,
        "reverses_event_id": event_id(thing, "meeting_booked") if reverses else None,
        "verified_by": thing.newest.verified_by,
        "occurred_at": occurred_at(thing, event_type, causes),
        "received_at": thing.items[0].received_at,
        "landed_at": thing.newest.landed_at,
        "landed_xid": thing.newest.landed_xid,
        "door": thing.source,
        "payload": {"metadata": _metadata(thing, event_type)},
    }


def _metadata(thing: Thing, event_type: str) -> Row:
    found: Row = {"object_key": thing.object_key}
    if event_type.startswith("call_"):
        found["call_id"] = thing.own_id
    if event_type.startswith("meeting_"):
        found["meeting_id"] = thing.object_key
    return found | details(thing)
