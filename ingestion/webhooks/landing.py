"""One batch in one transaction: locks, then duplicates, rows and scores.

Check and insert are one statement, after the locks: a statement that took its snapshot before it had the lock would not
see what the previous holder landed.
"""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from psycopg2 import extensions
from psycopg2.extras import execute_values

from ingestion.webhooks.events import Event, Rejection, external_identity
from ingestion.webhooks.items import Item
from ingestion.webhooks.statements import KEEP, NAMED_EVENT, TAKEN_BACK
from ingestion.webhooks.vendors.items import VendorItem
from ingestion.webhooks.vendors.landing import land_items

# Reversals wait for each other: two may name one event in different ways, by our id and by the sender's.
REVERSALS_LOCK: Final = 0x52455645525345
_EVENT_ID: Final = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(slots=True)
class Landed:
    """The event is in raw; for a duplicate, `event_id` is the first one's."""

    event_id: str
    gold: int
    xp: int
    duplicate: bool = False


@dataclass(slots=True)
class Refused:
    """The item is in the rejected events."""

    reason: str
    detail: str
    field: str | None = None


Outcome = Landed | Refused


def land(cursor: extensions.cursor, items: Sequence[Item]) -> list[Outcome]:
    """Land a batch in the open transaction and say, item by item, what became of it."""
    outcomes: dict[int, Outcome] = {}
    rejections = [item for item in items if isinstance(item, Rejection)]
    events = [item for item in items if isinstance(item, Event)]
    vendor_items = [item for item in items if isinstance(item, VendorItem)]
    if rejections:
        keep(cursor, rejections)
        outcomes |= {id(item): Refused(item.reason, item.detail, item.field) for item in rejections}
    if keys := sorted({*lock_keys(events), *(item.lock_key for item in vendor_items)}):
        # In one order everywhere, or two batches could each wait for the other.
        cursor.execute("select pg_advisory_xact_lock(key) from unnest(%s) as key", [keys])
    for group in groups(events):
        outcomes |= zip(map(id, group), _land_group(cursor, group), strict=True)
    if vendor_items:
        outcomes |= zip(map(id, vendor_items), _land_vendor_items(cursor, vendor_items), strict=True)
    return [outcomes[id(item)] for item in items]


def keep(cursor: extensions.cursor, rejections: Iterable[Rejection]) -> None:
    """Write rejected items in the open transaction."""
    rows = [
        (
            item.rejected_id,
            item.door,
            item.source,
            item.reason,
            item.detail,
            item.body,
            item.verified_by,
            item.received_at,
            item.event_type,
            item.external_id,
        )
        for item in rejections
    ]
    execute_values(cursor, KEEP, rows)


def _land_vendor_items(cursor: extensions.cursor, items: Sequence[VendorItem]) -> list[Outcome]:
    first_ids = land_items(cursor, items)
    outcomes: list[Outcome] = [
        Landed(first_id, 0, 0, duplicate=first_id != item.raw_id)
        for item, first_id in zip(items, first_ids, strict=True)
    ]
    copies = [
        item.rejection("duplicate", f"Copy of item {first_id}")
        for item, first_id in zip(items, first_ids, strict=True)
        if first_id != item.raw_id
    ]
    if copies:
        keep(cursor, copies)
    return outcomes


def lock_keys(events: Iterable[Event]) -> list[int]:
    """The advisory locks, sorted, that keep batches apart which could affect each other."""
    identities = set()
    keys = set()
    for event in events:
        identities.add(event.identity)
        if event.reverses is not None:
            identities.add(external_identity(event.source, event.reverses))
            keys.add(REVERSALS_LOCK)
    keys.update(int.from_bytes(identity[:8], signed=True) for identity in identities)
    return sorted(keys)


def groups(events: Iterable[Event]) -> list[list[Event]]:
    """Split a batch, in order, so that no two events in one statement can affect each other.

    A statement does not see its own rows: copies of one event go into different groups, and each reversal into its own.
    """
    split: list[list[Event]] = []
    after_reversal = 0
    last_group: dict[bytes, int] = {}
    for event in events:
        if event.reverses is not None:
            split.append([event])
            after_reversal = len(split)
            last_group.clear()
            continue
        position = last_group.get(event.identity, after_reversal - 1) + 1
        last_group[event.identity] = position
        if position == len(split):
            split.append([])
        split[position].append(event)
    return split


def _land_group(cursor: extensions.cursor, group: Sequence[Event]) -> list[Outcome]:
    # A reversal is alone in its group.
    named = _named_event(cursor, group[0])
    taken_back = _taken_back(cursor, group[0], named)
    cursor.execute(
        "execute land(%s)", [json.dumps([_row(position, event, named) for position, event in enumerate(group)])]
    )
    outcomes: list[Outcome] = [Refused("", "")] * len(group)
    for position, earlier_id, is_known, gold, xp in cursor.fetchall():
        event = group[position]
        if earlier_id is not None:
            outcomes[position] = Landed(earlier_id, 0, 0, duplicate=True)
        elif is_known:
            outcomes[position] = Landed(event.raw_id, gold - taken_back[0], xp - taken_back[1])
        else:
            outcomes[position] = Refused(
                "unknown_event_type",
                "No rule scores this event_type at that time. Check its spelling, or add a rule for it.",
                "event_type",
            )
    return outcomes


def _named_event(cursor: extensions.cursor, event: Event) -> str | None:
    """The event_id of ours that a reversal names; None when it names an event by its sender's own id."""
    named = (event.reverses or "").lower()
    if not _EVENT_ID.fullmatch(named):
        return None
    cursor.execute(NAMED_EVENT, {"event_id": named})
    (found,) = cursor.fetchone() or (None,)
    return None if found is None else str(found)


def _taken_back(cursor: extensions.cursor, event: Event, event_id: str | None) -> tuple[int, int]:
    if event.reverses is None:
        return (0, 0)
    cursor.execute(TAKEN_BACK, {"event_id": event_id, "source": event.source, "reverses": event.reverses})
    gold, xp = cursor.fetchone() or (0, 0)
    return (gold, xp)


def _row(position: int, event: Event, reverses_event_id: str | None) -> dict[str, object]:
    return {
        "position": position,
        "raw_id": event.raw_id,
        "door": event.door,
        "source": event.source,
        "external_id": event.external_id,
        "dedup_key": event.dedup_key,
        "user_id": event.user_id,
        "event_type": event.event_type,
        "occurred_at": event.occurred_at.isoformat(),
        "reverses": event.reverses,
        "reverses_event_id": reverses_event_id,
        "received_at": event.received_at.isoformat(),
        "verified_by": event.verified_by,
        "payload": event.payload,
    }
