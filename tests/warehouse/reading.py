"""Reading marts again and again: planning one takes tens of milliseconds, reading the few rows of a test hardly any.

So each database and role has one connection here, which prepares every question once. Postgres plans it again whenever
what it reads has been changed: built, truncated or settled.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final

import psycopg2
from psycopg2 import extensions

from tests.conftest import Database

Rows = list[tuple[Any, ...]]
# What the table functions among the marts are asked.
ARGUMENTS: Final = {
    "explain_score": "'ann', (select max(activity_date) from marts.fct_user_daily where user_id = 'ann')",
    "raw_text": "(select item_id from marts.fct_unscored_items order by received_at desc limit 1)",
    "weekly_ranks_as_of": "now()",
}
VIEWS: Final = "select table_name::text from information_schema.views where table_schema = 'marts' order by 1"
FUNCTIONS: Final = "select proname::text from pg_proc where pronamespace = 'marts'::regnamespace order by 1"

# What is kept and what it is of, in one statement: no row, whoever is landing what.
DIFFERENCE = """
select count(*) from staging.stg_vendor__events as kept
full outer join staging.stg_vendor__events_defined as defined using (event_id)
where (kept.raw_id, kept.user_id, kept.occurred_at, kept.landed_at, kept.payload::text)
is distinct from (defined.raw_id, defined.user_id, defined.occurred_at, defined.landed_at, defined.payload::text)
"""


class Questions:
    """A kept connection and what it has prepared."""

    def __init__(self, dsn: str) -> None:
        self.connection: extensions.connection = psycopg2.connect(dsn)
        self.connection.set_session(isolation_level="REPEATABLE READ", readonly=True)
        self.names: dict[str, str] = {}

    def ask(self, query: str) -> Rows:
        with self.connection.cursor() as cursor:
            if query not in self.names:
                name = f"question_{len(self.names)}"
                cursor.execute(f"prepare {name} as {query}")
                self.names[query] = name
            cursor.execute(f"execute {self.names[query]}")
            return cursor.fetchall()


_kept: dict[str, Questions] = {}


@contextmanager
def snapshot(database: Database, role: str = "owner") -> Iterator[Questions]:
    """Questions that are all answered as of one moment."""
    dsn = database.dsn(role)
    if dsn in _kept:
        # Its database may have been made anew under the same name.
        with suppress(psycopg2.OperationalError, psycopg2.InterfaceError):
            _kept[dsn].ask("select 1")
    if dsn not in _kept or _kept[dsn].connection.closed:
        _kept[dsn] = Questions(dsn)
    with _kept[dsn].connection:
        yield _kept[dsn]


def marts(database: Database) -> list[str]:
    """All of the schema marts, as one writes it behind FROM: each view, and each function with sample arguments."""
    functions = [name for (name,) in database.execute(FUNCTIONS)]
    calls = [f"marts.{name}({ARGUMENTS[name]})" for name in functions]
    return [f"marts.{name}" for (name,) in database.execute(VIEWS)] + calls


def read_all(database: Database, relations: list[str], role: str = "analyst") -> None:
    """Read every row and column of these."""
    with snapshot(database, role) as questions:
        for relation in relations:
            questions.ask(f"select * from {relation}")
