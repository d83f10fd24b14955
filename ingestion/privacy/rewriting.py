"""Rewrites the rows of one table in which a person may stand; `landed_xid` stays, so that nothing counts as new."""

import json
from collections.abc import Iterator
from typing import Any, Final

from psycopg2 import Binary, extensions, sql
from psycopg2.extras import execute_values

from ingestion.privacy.columns import NAMES, Table, as_text
from ingestion.privacy.subjects import Person, Subject, document

BATCH: Final = 1000
# A letter or the slash of an id may be written as an escape in JSON: such rows are looked into one by one.
ESCAPED: Final = r"\\[u/]"
DOORS: Final = ("raw.webhook_events", "raw.rejected_events")
# What the roster says of a person: of a namesake, it is nobody else's to change.
OF_THE_PERSON: Final = ("display_name", "email", "identities")
ACTOR: Final = "actor_id"
# The hash of what was sent would tell whoever guesses it; that of a name which is kept says no more than the name.
FRESH_KEY: Final = """
dedup_key = case
    when old.door = 'canonical' and old.external_id = new.external_id then old.dedup_key
    else encode(sha256(convert_to(gen_random_uuid()::text, 'UTF8')), 'hex')
end
"""

Row = dict[str, Any]


def rewrite(cursor: extensions.cursor, table: Table, subject: Subject) -> int:
    """Rewrite a table in the open transaction, and return how many of its rows have changed."""
    columns = _columns(table, subject)
    if not columns:
        return 0
    count = 0
    with cursor.connection.cursor(name="forgetting") as reader:
        reader.itersize = BATCH
        reader.execute(_candidates(table, columns, subject))
        while rows := reader.fetchmany(BATCH):
            updates = []
            for values in rows:
                row = dict(zip(["ctid", "source", "door", *columns], values, strict=True))
                row |= {name: bytes(row[name]) for name in columns if isinstance(row[name], memoryview)}
                new = {name: _rewritten(subject, row, name, columns[name]) for name in columns}
                if any(new[name] != row[name] for name in columns):
                    updates.append((row["ctid"], *map(_adapted, new.values())))
            if updates:
                execute_values(cursor, _update(table, columns).as_string(cursor), updates, page_size=BATCH)
                count += len(updates)
    return count


def _columns(table: Table, subject: Subject) -> dict[str, str]:
    return table.texts | (dict.fromkeys(table.users, "user") if isinstance(subject, Person) else {})


def _adapted(value: Any) -> Any:  # noqa: ANN401  # of any column
    return Binary(value) if isinstance(value, bytes) else value


def _candidates(table: Table, columns: dict[str, str], subject: Subject) -> sql.Composable:
    """Every row that may have to change; which do, is seen when they are read."""
    conditions: list[sql.Composable] = []
    for column, kind in columns.items():
        text = as_text(column, kind)
        if kind == "user" and isinstance(subject, Person):
            conditions.append(sql.SQL("{} = {}").format(text, sql.Literal(subject.user_id)))
            conditions.append(
                sql.SQL("substr({0}, strpos({0}, ':') + 1) ~* {1}").format(text, sql.Literal(_whole(subject)))
            )
            continue
        conditions.append(sql.SQL("{} ~* {}").format(text, sql.Literal(subject.pattern())))
        if kind in {"json", "jsonb", "bytea"}:
            conditions.append(sql.SQL("{} ~ {}").format(text, sql.Literal(ESCAPED)))
        if isinstance(subject, Person):
            conditions += _by_identity(table, column, text, subject)
    return sql.SQL("select ctid::text, {source}, {door}, {columns} from {table} where {conditions}").format(
        source=sql.SQL("source::text") if table.has_source else sql.Literal(table.source),
        door=sql.SQL("door::text") if table.path in DOORS else sql.SQL("null"),
        columns=sql.SQL(", ").join(
            sql.Identifier(column) if kind == "bytea" else sql.SQL("{}::text").format(sql.Identifier(column))
            for column, kind in columns.items()
        ),
        table=table.identifier,
        conditions=sql.SQL(" or ").join(conditions),
    )


def _whole(person: Person) -> str:
    """A pattern of what a source calls a person whom the roster did not know then."""
    return "|".join(f"^({pattern})$" for pattern in person.whole_patterns())


def _by_identity(table: Table, column: str, text: sql.Composable, person: Person) -> Iterator[sql.Composable]:
    """Rows of a source in which one of the person's ids there may stand."""
    for source, names in person.identities.items():
        if not (table.has_source or table.source == source):
            continue
        of_source = sql.SQL("source = {}").format(sql.Literal(source)) if table.has_source else sql.SQL("true")
        if column == ACTOR:
            found = sql.SQL("{} = any({})").format(text, sql.Literal(sorted(names)))
        else:
            found = sql.SQL("{} ~ {}").format(text, sql.Literal(person.identity_pattern(source)))
        yield sql.SQL("({} and {})").format(of_source, found)


def _update(table: Table, columns: dict[str, str]) -> sql.Composable:
    casts = {"bytea": "bytea", "json": "json", "jsonb": "jsonb"}
    sets: list[sql.Composable] = [
        sql.SQL("{name} = new.{name}::{type}").format(
            name=sql.Identifier(column), type=sql.SQL(casts.get(kind, "text"))
        )
        for column, kind in columns.items()
    ]
    if table.has_dedup_key:
        sets.append(sql.SQL(FRESH_KEY))
    return sql.SQL("update {} as old set {} from (values %s) as new (ctid, {}) where old.ctid = new.ctid::tid").format(
        table.identifier, sql.SQL(", ").join(sets), sql.SQL(", ").join(map(sql.Identifier, columns))
    )


def _rewritten(subject: Subject, row: Row, column: str, kind: str) -> Any:  # noqa: ANN401  # text, bytes or None
    value, source = row[column], row["source"]
    if value is None:
        return None
    if isinstance(subject, Person) and (kind == "user" or column in {*OF_THE_PERSON, ACTOR}):
        return _of_a_person(subject, row, column, kind)
    if kind == "bytea":
        return _body(subject, value, source)
    if kind in {"json", "jsonb"}:
        return document(subject, value, source)
    # Of a vendor, this is an object of its own.
    is_vendors = column in NAMES and row["door"] not in {None, "canonical"}
    return value if is_vendors else subject.text(value, is_name=column in NAMES)


def _of_a_person(person: Person, row: Row, column: str, kind: str) -> str:
    value: str = row[column]
    if kind == "user":
        return person.user(value)
    if column == ACTOR:
        return person.member("user", value, row["source"])
    if "user_id" in row and row["user_id"] != person.user_id:
        return value
    if column == "display_name":
        return person.pseudonym
    if column == "email":
        return person.text(value)
    named = json.loads(value)
    return json.dumps({source: name and (person.identity(source, str(name)) or name) for source, name in named.items()})


def _body(subject: Subject, body: bytes, source: str | None) -> bytes:
    """A refused body: as JSON where it is JSON, else as text, and byte by byte where it is none."""
    try:
        text, encoding = body.decode(), "utf-8"
    except UnicodeDecodeError:
        text, encoding = body.decode("latin-1"), "latin-1"
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        new = subject.text(text)
    else:
        new = document(subject, text, source)
    return new.encode(encoding, "backslashreplace")
