"""Puts vendors' items into raw as their doors and pipelines do, for tests of what lies behind them."""

import json
import uuid
from datetime import UTC, datetime

import psycopg2
from psycopg2 import extensions

from tests.conftest import Database
from tests.landing import LOCK

DELIVER = """
insert into raw.webhook_events
    (raw_id, door, source, external_id, dedup_key, received_at, verified_by, payload)
values (%s, %s, %s, %s, %s, %s, 'signature', %s)
"""
PULL = """
insert into {} (object_id, modified_at, is_deleted, payload, landed_at, _dlt_load_id, _dlt_id)
values (%s, %s, %s, %s, %s, '', '') returning raw_id::text
"""


def text(document: object) -> str:
    """What a vendor sends: a document, or text as it is."""
    return document if isinstance(document, str) else json.dumps(document)


def insert(
    cursor: extensions.cursor, vendor: str, object_key: str | None, document: object, received_at: object = None
) -> str:
    """Insert one item as its door does; returns its raw_id."""
    raw_id = str(uuid.uuid4())
    at = received_at or datetime.now(UTC)
    cursor.execute(DELIVER, [raw_id, vendor, vendor, object_key, raw_id, at, text(document)])
    return raw_id


def deliver(database: Database, vendor: str, object_key: str, document: object, received_at: object = None) -> str:
    """Land one item and ask for its meaning, in one transaction, as a vendor's door does; returns its raw_id."""
    connection = psycopg2.connect(database.dsn("ingest"))
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(LOCK, [vendor, object_key])
            raw_id = insert(cursor, vendor, object_key, document, received_at)
            cursor.execute("select raw.interpret(%s, %s)", [[vendor], [object_key]])
            return raw_id
    finally:
        connection.close()


def pull(
    database: Database,
    table: str,
    object_id: str,
    document: object,
    modified_at: object,
    *,
    is_deleted: bool = False,
    landed_at: object = None,
) -> str:
    """Land a version of an object as its pipeline does. Its meaning is given by `interpret_pending`."""
    at = landed_at or datetime.now(UTC)
    rows = database.execute(PULL.format(table), object_id, modified_at, is_deleted, text(document), at, role="ingest")
    return str(rows[0][0])


def interpret_pending(database: Database) -> None:
    database.execute("select raw.interpret_pending()", role="ingest")
