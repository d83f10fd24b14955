"""The oracle of vendors: from the items that landed, the mappings and the roster, to events and to what is none.

An event has the shape of a row of raw.webhook_events that the canonical door landed, so that all the rest takes it in.
"""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from psycopg2 import extensions

from tests.warehouse.oracle.vendor_decisions import Identities, Meanings
from tests.warehouse.oracle.vendor_meaning import actor, details, fields, occurred_at
from tests.warehouse.oracle.vendor_things import LONGEST, UNREADABLE, Item, Thing, parse, things

Row = dict[str, Any]
PULLED: Final = {
    ("hubspot", "call"): "raw_hubspot.calls",
    ("hubspot", "email"): "raw_hubspot.emails",
    ("hubspot", "meeting"): "raw_hubspot.meetings",
    ("salesforce", "task"): "raw_salesforce.tasks",
    ("salesforce", "event"): "raw_salesforce.events",
}
REVERSALS: Final = {"meeting_cancelled", "meeting_no_show"}


@dataclass(frozen=True)
class Unscored:
    """An item of which no event was made, and why."""

    item: Item
    reason: str


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


def is_notification(item: Item) -> bool:
    """What HubSpot's door lands says only that there is something to pull."""
    return item.source == "hubspot" and item.modified_at is None


def known_things(items: list[Item]) -> list[Thing]:
    """The objects of which something is known."""
    return things(item for item in items if item.object_key and not is_notification(item))


def interpret(items: list[Item], meanings: Meanings, who: Identities) -> tuple[list[Row], list[Unscored]]:
    """The events that these items are, and what became of those that are none."""
    events: list[Row] = []
    unscored: list[Unscored] = []
    for item in items:
        if is_notification(item):
            unscored.append(Unscored(item, "notification"))
        elif not item.object_key:
            unscored.append(Unscored(item, "unmapped"))
    for thing in known_things(items):
        types = event_types(thing, meanings)
        scored = [kind for kind in types if (kind, thing.source) in meanings.scoring]
        events += [_event(thing, kind, meanings, who) for kind in scored]
        unscored += [Unscored(item, "superseded") for item in thing.items[:-1]]
        if not scored:
            unscored.append(Unscored(thing.newest, why_none(thing, types)))
    return events, unscored


def why_none(thing: Thing, types: dict[str, set[str]]) -> str:
    if thing.is_deleted:
        return "deleted"
    if _is_open(thing):
        return "not_closed"
    if types:
        return "not_scoring_source"
    return "unreadable" if thing.newest.payload is UNREADABLE else "unmapped"


def _is_open(thing: Thing) -> bool:
    return (thing.source, thing.kind) == ("salesforce", "task") and thing.get(("IsClosed",)) is not True


def event_types(thing: Thing, meanings: Meanings) -> dict[str, set[str]]:
    """What the object is, and of each the values that say so."""
    found: dict[str, set[str]] = {}
    if thing.is_deleted or _is_open(thing):
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


def _own_name(thing: Thing, name: str, event_type: str) -> str:
    return name if len(name) <= LONGEST else f"{thing.source}:{event_id(thing, event_type)}"


def _event(thing: Thing, event_type: str, meanings: Meanings, who: Identities) -> Row:
    reverses = event_type in REVERSALS
    metadata: Row = {"object_key": thing.object_key} | details(thing, event_type)
    if event_type.startswith("call_"):
        metadata["call_id"] = _own_name(thing, thing.own_id, "call_dial")
    if event_type.startswith("meeting_"):
        metadata["meeting_id"] = _own_name(thing, thing.object_key, "meeting_booked")
    return {
        "event_id": event_id(thing, event_type),
        "raw_id": thing.newest.raw_id,
        "door": thing.source,
        "source": thing.source,
        "external_id": external_id(thing, event_type),
        "event_type": event_type,
        "user_id": who.user(thing.source, *actor(thing)),
        "reverses": external_id(thing, "meeting_booked") if reverses else None,
        "reverses_event_id": event_id(thing, "meeting_booked") if reverses else None,
        "verified_by": thing.newest.verified_by,
        "occurred_at": _when(thing, thing, event_type, meanings),
        "received_at": thing.items[0].received_at,
        "landed_at": _landed_at(thing, event_type, meanings),
        "landed_xid": thing.newest.landed_xid,
        "payload": {"metadata": metadata},
    }


def _when(told: Thing, whole: Thing, event_type: str, meanings: Meanings) -> datetime:
    return occurred_at(told, event_type, event_types(told, meanings)[event_type], whole.items[0].received_at)


def _landed_at(thing: Thing, event_type: str, meanings: Meanings) -> datetime:
    """When the first item landed that alone says the same of the event (type, time and who), else the newest."""
    moment = _when(thing, thing, event_type, meanings)
    for item in thing.items:
        alone = thing.alone(item)
        same_type = event_type in event_types(alone, meanings)
        if same_type and actor(alone) == actor(thing) and _when(alone, thing, event_type, meanings) == moment:
            return item.landed_at
    return thing.newest.landed_at
