"""What the HUD asks the marts: modules by page, one function a question. SQL aggregates; no Streamlit here."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, TextClause, text
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DBAPIError

# The result's shape is another than when it was prepared; it is not prepared here after all, or was already (as behind
# a pooler that hands each transaction to another connection).
USELESS_PLAN = {"0A000", "26000", "42P05"}


@dataclass(frozen=True)
class Prepared:
    """A statement that every poll repeats. Planning it takes ten times as long as running it, so that is paid once.

    Its plan is a generic one: made without a look at the parameters, it must suit any of them.
    """

    name: str
    sql: str

    @property
    def parameters(self) -> list[str]:
        return list(dict.fromkeys(re.findall(r"(?<!:):([a-z_]+)", self.sql)))

    @property
    def numbered(self) -> str:
        """The statement as PREPARE takes it: the first parameter is $1."""
        places = {name: place for place, name in enumerate(self.parameters, start=1)}
        return re.sub(r"(?<!:):([a-z_]+)", lambda found: f"${places[found[1]]}", self.sql)


def rows(engine: Engine, statement: TextClause, parameters: Mapping[str, object] | None = None) -> list[dict[str, Any]]:
    """Every row of one statement, as a dictionary by column."""
    with engine.connect() as connection:
        return [dict(row) for row in connection.execute(statement, parameters or {}).mappings()]


def prepared_rows(engine: Engine, statement: Prepared, parameters: Mapping[str, object]) -> list[dict[str, Any]]:
    """The same for a statement that is planned once for each connection."""
    with engine.connect() as connection:
        try:
            _prepare(connection, statement)
            values = tuple(parameters[name] for name in statement.parameters)
            places = ", ".join(["%s"] * len(values))
            return [
                dict(row)
                for row in connection.exec_driver_sql(f"execute {statement.name} ({places})", values).mappings()
            ]
        except DBAPIError as error:
            if getattr(error.orig, "pgcode", None) not in USELESS_PLAN:
                raise
            connection.invalidate()
    return rows(engine, text(statement.sql), parameters)


def _prepare(connection: Connection, statement: Prepared) -> None:
    """Prepare a statement unless this connection to the server has done so before."""
    done = connection.info.setdefault("prepared", set())
    if statement.name not in done:
        # Only what is prepared is planned so: psycopg2 sends everything else as plain text.
        connection.exec_driver_sql(
            f"set plan_cache_mode = force_generic_plan; prepare {statement.name} as {statement.numbered}"
        )
        done.add(statement.name)
