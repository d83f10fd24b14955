"""What the HUD asks the marts: a module a page, one function a question. SQL aggregates; no Streamlit here."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import TextClause
from sqlalchemy.engine import Engine


def rows(engine: Engine, statement: TextClause, parameters: Mapping[str, object] | None = None) -> list[dict[str, Any]]:
    """Every row of one statement, as a dictionary by column."""
    with engine.connect() as connection:
        return [dict(row) for row in connection.execute(statement, parameters or {}).mappings()]
