"""Where the database holds text: every table of ours, each column by what may stand in it."""

from dataclasses import dataclass, field
from typing import Final

from psycopg2 import extensions, sql

SCHEMAS: Final = r"^(raw|raw_.*|staging|intermediate|seeds|marts)$"
# What decides what an event is and what it is worth, or says how something came about: of a closed list, or a hash.
# The name of a team is nobody's own.
STRUCTURAL: Final = frozenset({
    "door", "source", "event_type", "reason", "verified_by", "read_as", "team_id", "team_name", "time_zone",
    "rank_tier", "content_hash", "dedup_key", "definition_hash", "model", "relation", "name", "metric", "object_type",
    "value", "field", "kind", "pseudonym", "cause", "outcome", "silenced_by", "default_source", "subject_type",
    "channel", "subject",
})  # fmt: skip
USERS: Final = frozenset({"user_id", "challenger_id", "opponent_id", "subject_id"})
# What names something else: two different texts must stay two.
NAMES: Final = frozenset({"external_id", "reverses", "object_key", "object_id"})
# A vendor's names of its own objects. The canonical door's are the sender's, who may put anything into them.
VENDOR_NAMES: Final = frozenset({"object_key", "object_id"})
# Notes of ours that hold nobody, what dlt keeps for itself, and reports, which are made anew (see reports.py).
LEFT_OUT: Final = frozenset({
    "raw.schema_migrations", "raw.forgettings", "raw.cluster", "raw.import_chunks", "raw.check_runs",
    "raw.weekly_reports",
})  # fmt: skip
COLUMNS: Final = f"""
select
    schemas.nspname::text, tables.relname::text, columns.attname::text, types.typname::text
from pg_attribute as columns
inner join pg_class as tables on columns.attrelid = tables.oid
inner join pg_namespace as schemas on tables.relnamespace = schemas.oid
inner join pg_type as types on columns.atttypid = types.oid
where
    schemas.nspname ~ '{SCHEMAS}' and tables.relkind in ('r', 'p', 'm') and not tables.relispartition
    and columns.attnum > 0 and not columns.attisdropped
    and types.typname in ('text', 'varchar', 'bpchar', 'json', 'jsonb', 'bytea')
order by 1, 2, columns.attnum
"""


@dataclass
class Table:
    """A table with its columns that may hold a person, by name: what kind of text each is."""

    schema: str
    name: str
    texts: dict[str, str] = field(default_factory=dict)
    users: list[str] = field(default_factory=list)
    # These are not rewritten, whatever they say.
    structural: dict[str, str] = field(default_factory=dict)
    has_source: bool = False
    has_dedup_key: bool = False

    @property
    def path(self) -> str:
        return f"{self.schema}.{self.name}"

    @property
    def identifier(self) -> sql.Identifier:
        return sql.Identifier(self.schema, self.name)

    @property
    def source(self) -> str | None:
        """The source of all rows, of what a pipeline lands."""
        return self.schema.removeprefix("raw_") if self.schema.startswith("raw_") else None


def tables(cursor: extensions.cursor) -> list[Table]:
    """Every table in which a person may stand."""
    cursor.execute(COLUMNS)
    found: dict[str, Table] = {}
    for schema, name, column, kind in cursor.fetchall():
        table = found.setdefault(f"{schema}.{name}", Table(schema, name))
        table.has_source |= column == "source"
        table.has_dedup_key |= column == "dedup_key"
        # In staging these are names of a vendor's objects.
        is_vendors = column in VENDOR_NAMES or (schema == "staging" and column in NAMES)
        if column in USERS:
            table.users.append(column)
        elif column in STRUCTURAL or is_vendors or column.startswith("_dlt_"):
            table.structural[column] = kind
        else:
            table.texts[column] = kind
    return [table for path, table in found.items() if path not in LEFT_OUT and not table.name.startswith("_dlt_")]


def as_text(column: str, kind: str) -> sql.Composable:
    """A column as text that a regular expression can look into."""
    name = sql.Identifier(column)
    if kind == "bytea":
        return sql.SQL("raw.safe_text({})").format(name)
    return sql.SQL("{}::text").format(name)
