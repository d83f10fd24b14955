"""Rejected events read again, by today's rules and code, and landed where that succeeds: once, as of when they arrived.

What is landed and that it was are one transaction, so neither a crash nor two replays at once land anything twice.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final, Literal

import psycopg2
from psycopg2 import errors, extensions

from ingestion.rejected.listing import COPY, Filter, waiting_ids
from ingestion.rejected.reading import Reading, read_again
from ingestion.webhooks.events import Event, Rejection
from ingestion.webhooks.items import Item
from ingestion.webhooks.landing import Landed, Outcome, Refused, land, lock_keys
from ingestion.webhooks.parser import UnusableError
from ingestion.webhooks.session import REFUSALS
from ingestion.webhooks.statements import SESSION
from ingestion.webhooks.vendors.items import VendorItem

# Bounds the locks that one transaction holds, and what a killed replay has to do again.
AT_ONCE: Final = 50
MOST_ITEMS: Final = 500
TIMEOUTS: Final = "set lock_timeout = '5s'; set statement_timeout = '30s'"

# In the order of their ids, or two replays could each wait for the other.
LOCKED: Final = """
select rejected_id::text, door, source, reason, verified_by, event_type, external_id, received_at, replayed_at, body
from raw.rejected_events
where rejected_id = any(%s::uuid[])
order by rejected_id
for update
"""
NOTE: Final = "update raw.rejected_events set replayed_at = clock_timestamp() where rejected_id = %s::uuid"

Result = Literal["landed", "duplicate", "refused", "copy", "replayed_before", "unknown"]


@dataclass(frozen=True, slots=True)
class Replayed:
    """What became of one rejected event, with the raw_ids under which its content is now."""

    rejected_id: str
    result: Result
    detail: str
    raw_ids: list[str] = field(default_factory=list)


def replay(dsn: str, ids: Sequence[str], reading: Reading) -> Iterator[Replayed]:
    """Replay these, some in each transaction; yields what became of each when that is durable."""
    with _connection(dsn) as connection:
        for start in range(0, len(ids), AT_ONCE):
            yield from _replay_some(connection, ids[start : start + AT_ONCE], reading)


def replay_waiting(dsn: str, chosen: Filter, reading: Reading, limit: int | None = None) -> Iterator[Replayed]:
    """Replay those that wait and pass the filter, oldest first, each once; `limit` is how many at most."""
    last = None
    done = 0
    with _connection(dsn) as connection:
        while limit is None or done < limit:
            with connection, connection.cursor() as cursor:
                at_once = AT_ONCE if limit is None else min(AT_ONCE, limit - done)
                ids = waiting_ids(cursor, chosen, limit=at_once, after=last)
            if not ids:
                return
            yield from _replay_some(connection, ids, reading)
            last = ids[-1]
            done += len(ids)


@contextmanager
def _connection(dsn: str) -> Iterator[extensions.connection]:
    connection: extensions.connection = psycopg2.connect(
        dsn, connect_timeout=2, tcp_user_timeout=10_000, application_name="rift rejected"
    )
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(f"{TIMEOUTS};{SESSION}")
        yield connection
    finally:
        connection.close()


def _replay_some(connection: extensions.connection, ids: Sequence[str], reading: Reading) -> list[Replayed]:
    with connection, connection.cursor() as cursor:
        cursor.execute(LOCKED, [list(ids)])
        names = [column.name for column in cursor.description or ()]
        rows = {row[0]: dict(zip(names, row, strict=True)) for row in cursor.fetchall()}
        found: dict[str, Replayed | list[Item]] = {
            rejected_id: _read(rejected_id, rows.get(rejected_id), reading) for rejected_id in ids
        }
        items = [item for one in found.values() if isinstance(one, list) for item in one]
        if len(items) > MOST_ITEMS and len(ids) > 1:
            connection.rollback()
            half = len(ids) // 2
            return [one for part in (ids[:half], ids[half:]) for one in _replay_some(connection, part, reading)]
        # All locks before anything is landed, in the one order that the doors keep, too.
        keys = {item.lock_key for item in items if isinstance(item, VendorItem)}
        keys.update(lock_keys([item for item in items if isinstance(item, Event)]))
        cursor.execute("select pg_advisory_xact_lock(key) from unnest(%s::bigint[]) as key", [sorted(keys)])
        return [
            one if isinstance(one, Replayed) else _land(cursor, rejected_id, one) for rejected_id, one in found.items()
        ]


def _read(rejected_id: str, row: dict[str, Any] | None, reading: Reading) -> Replayed | list[Item]:
    """The items of a rejected event, or why there is nothing to land."""
    if row is None:
        return Replayed(rejected_id, "unknown", "There is no rejected event with this id.")
    if row["replayed_at"] is not None:
        return Replayed(rejected_id, "replayed_before", f"It was replayed at {row['replayed_at'].isoformat()}.")
    if row["reason"] == COPY:
        return Replayed(rejected_id, "copy", "It is a copy of what has landed: there is nothing to land.")
    try:
        items = read_again(row, reading)
    except UnusableError as error:
        return Replayed(rejected_id, "refused", f"{error.reason}: {error.detail}")
    if all(isinstance(item, Rejection) for item in items):
        first = items[0]
        return Replayed(rejected_id, "refused", f"{getattr(first, 'reason', '')}: {getattr(first, 'detail', '')}")
    return items


def _land(cursor: extensions.cursor, rejected_id: str, items: list[Item]) -> Replayed:
    """Land one rejected event whole, or leave everything as it was."""
    try:
        outcomes = _try(cursor, items)
    except REFUSALS as error:
        return Replayed(rejected_id, "refused", f"unstorable: the database refuses it ({type(error).__name__}).")
    refusal = _refusal(items, outcomes)
    if refusal is not None:
        # Refused again, it stays the one row that it is.
        cursor.execute("rollback to savepoint one")
        return Replayed(rejected_id, "refused", f"{refusal.reason}: {refusal.detail}")
    landed = [outcome for outcome in outcomes if isinstance(outcome, Landed)]
    raw_ids = [outcome.event_id for outcome in landed]
    is_copy = len(landed) == len(outcomes) and all(outcome.duplicate for outcome in landed)
    if is_copy:
        # That it is a copy is said here; it is no second rejected event.
        cursor.execute("rollback to savepoint one")
    cursor.execute(NOTE, [rejected_id])
    if is_copy:
        return Replayed(rejected_id, "duplicate", "What it holds had landed before.", raw_ids)
    rest = len(outcomes) - len(landed)
    detail = f"Landed; {rest} of its items were rejected anew." if rest else "Landed."
    return Replayed(rejected_id, "landed", detail, raw_ids)


def _try(cursor: extensions.cursor, items: list[Item]) -> list[Outcome]:
    """Land the items after a savepoint, or go back to it and raise."""
    cursor.execute("savepoint one")
    for is_last in (False, True):
        try:
            return land(cursor, items)
        except REFUSALS as error:
            cursor.execute("rollback to savepoint one")
            # What an import landed meanwhile, without our locks, is seen as the first copy the second time.
            if is_last or not isinstance(error, errors.UniqueViolation):
                raise
    raise AssertionError("the last try returns or raises")


def _refusal(items: Sequence[Item], outcomes: Sequence[Outcome]) -> Refused | None:
    """Why an event was refused; an item of a delivery that cannot be read goes its own way."""
    for item, outcome in zip(items, outcomes, strict=True):
        if isinstance(outcome, Refused) and not isinstance(item, Rejection):
            return outcome
    return None
