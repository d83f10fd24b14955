"""What each mart says, in one number: to show that two warehouses, or one before and after a rebuild, say the same."""

from collections.abc import Collection, Mapping
from typing import Final

import psycopg2
from psycopg2 import extensions, sql

# Columns that say something about the moment of asking or settling, and not about what landed.
MOMENTARY: Final[Mapping[str, Collection[str]]] = {
    # Ages go by the clock; the watermark and the tail move with each settle.
    "rpt_health": ("tail_event_count", "watermark_age_seconds", "tail_age_seconds", "watermark_settled_at"),
}
# How far a settled mart has read: in every mart that has it.
AS_OF: Final = "as_of"

# Rows in any order: each is hashed, and the hashes are added up, so that equal rows count as often as they are there.
# As one text, ten million rows would exceed the gigabyte that a value may have.
ADDED_UP: Final = (
    "md5(count(*)::text || ' ' || coalesce(sum(('x' || left(digest, 16))::bit(64)::bigint), 0)::text"
    " || ' ' || coalesce(sum(('x' || right(digest, 16))::bit(64)::bigint), 0)::text)"
)
CHECKSUM: Final = f"select {ADDED_UP} from (select md5(row({{columns}})::text) as digest from marts.{{mart}}) as hashed"
COLUMNS: Final = """
select marts.relname::text, array_agg(columns.attname::text order by columns.attnum)
from pg_class as marts
inner join pg_attribute as columns on marts.oid = columns.attrelid and columns.attnum > 0 and not columns.attisdropped
where marts.relnamespace = 'marts'::regnamespace and marts.relkind in ('r', 'v', 'm')
group by marts.relname
order by marts.relname
"""


def checksums(dsn: str) -> dict[str, str]:
    """The checksum of every mart, all of one snapshot; the moment of asking leaves no trace in them."""
    connection = psycopg2.connect(dsn, connect_timeout=5)
    try:
        connection.set_session(isolation_level="REPEATABLE READ", readonly=True)
        with connection, connection.cursor() as cursor:
            return asked(cursor)
    finally:
        connection.close()


def asked(cursor: extensions.cursor, only: Collection[str] | None = None) -> dict[str, str]:
    """The same, or just some marts, asked in a transaction of the caller's, whose snapshot it is of."""
    show_plainly(cursor)
    cursor.execute(COLUMNS)
    return {
        mart: _checksum(cursor, mart, columns) for mart, columns in cursor.fetchall() if only is None or mart in only
    }


def show_plainly(cursor: extensions.cursor) -> None:
    """Until the transaction ends, values look the same as text whatever the session's settings."""
    cursor.execute("set local timezone = 'UTC'; set local datestyle = 'ISO'; set local extra_float_digits = 1")


def differing(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    """The marts that do not say the same."""
    return sorted(mart for mart in {*before, *after} if before.get(mart) != after.get(mart))


def _checksum(cursor: extensions.cursor, mart: str, columns: list[str]) -> str:
    lasting = [column for column in columns if column not in MOMENTARY.get(mart, ()) and column != AS_OF]
    names = sql.SQL(", ").join(map(sql.Identifier, lasting))
    cursor.execute(sql.SQL(CHECKSUM).format(columns=names, mart=sql.Identifier(mart)))
    return str(cursor.fetchall()[0][0])
