"""Vendors' items in the open transaction: inserted once each, then asked for their meaning.

The caller holds the lock of each item's object, taken in an earlier statement. An item that is in raw under its own
raw_id was landed by an earlier try, and is no copy.
"""

import json
import logging
from collections.abc import Iterator, Sequence
from typing import Final

import psycopg2
from psycopg2 import extensions

from ingestion.webhooks.vendors.items import VendorItem

# In a parameter of json, a text may double; 500 items of 1 MiB would be more than Postgres takes.
PAYLOADS_AT_ONCE: Final = 16 * 1024 * 1024

INSERT: Final = """
insert into raw.webhook_events (
    raw_id, door, source, external_id, dedup_key, event_type, received_at, verified_by, payload
)
select raw_id, source, source, object_key, dedup_key, event_type, received_at, verified_by, payload::json
from json_to_recordset(%s::json) as item (
    raw_id uuid, source text, object_key text, dedup_key text, event_type text, received_at timestamptz,
    verified_by text, payload text
)
on conflict do nothing
returning raw_id::text
"""
FIRST: Final = """
select first.source, first.dedup_key, first.raw_id::text
from unnest(%s::text[], %s::text[]) as copy (source, dedup_key)
inner join raw.webhook_events as first
    on copy.source = first.source and copy.dedup_key = first.dedup_key and first.door <> 'canonical'
"""
# What landed counts once it is committed; longer than this nobody waits for what it means.
MEANING_TIMEOUT: Final = "set local statement_timeout = '1s'"

logger = logging.getLogger("rift.webhooks")


def land_items(cursor: extensions.cursor, items: Sequence[VendorItem]) -> list[str]:
    """Insert what is not there yet; returns for each item the raw_id under which it is, a copy's being the first's."""
    landed: set[str] = set()
    for group in _groups(items):
        cursor.execute(INSERT, [json.dumps([_row(item) for item in group])])
        landed.update(raw_id for (raw_id,) in cursor.fetchall())
    first = {(item.source, item.dedup_key): item.raw_id for item in items if item.raw_id in landed}
    if unknown := {(item.source, item.dedup_key) for item in items} - first.keys():
        cursor.execute(FIRST, [list(names) for names in zip(*unknown, strict=True)])
        first |= {(source, dedup_key): raw_id for source, dedup_key, raw_id in cursor.fetchall()}
    if landed:
        _interpret(cursor, {(item.source, item.object_key) for item in items if item.raw_id in landed})
    return [first.get((item.source, item.dedup_key), item.raw_id) for item in items]


def _interpret(cursor: extensions.cursor, objects: set[tuple[str, str]]) -> None:
    """Have the events of these objects brought up to date.

    While everything is brought up to date, this returns at once; whoever is at it looks again afterwards. Where it
    fails, the items land all the same, and whoever asks next makes it good.
    """
    cursor.execute("show statement_timeout")
    (timeout,) = cursor.fetchone() or ("0",)
    cursor.execute("savepoint landed")
    try:
        cursor.execute(MEANING_TIMEOUT)
        cursor.execute("select raw.interpret(%s, %s)", [list(names) for names in zip(*sorted(objects), strict=True)])
    except psycopg2.Error as error:
        if cursor.connection.closed:
            raise
        cursor.execute("rollback to savepoint landed")
        logger.warning("%d objects landed without their meaning: %s", len(objects), error.pgcode)
    else:
        cursor.execute("set local statement_timeout = %s", [timeout])


def _groups(items: Sequence[VendorItem]) -> Iterator[list[VendorItem]]:
    group: list[VendorItem] = []
    size = 0
    for item in items:
        if group and size + len(item.payload) > PAYLOADS_AT_ONCE:
            yield group
            group, size = [], 0
        group.append(item)
        size += len(item.payload)
    yield group


def _row(item: VendorItem) -> dict[str, object]:
    return {
        "raw_id": item.raw_id,
        "source": item.source,
        "object_key": item.object_key,
        "dedup_key": item.dedup_key,
        "event_type": item.event_type,
        "received_at": item.received_at.isoformat(),
        "verified_by": item.verified_by,
        "payload": item.payload,
    }
