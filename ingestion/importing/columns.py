"""Events in columns: which a table may have, and the JSON document that a row of them is.

A document holds what the row does, under the names of the door's fields, in their order: its text is what lands.
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Final

from ingestion.importing.rows import FileError
from ingestion.webhooks.events import FIELDS
from ingestion.webhooks.parser import UnusableError, parse, shorten

METADATA: Final = "metadata"
MEMBER: Final = "metadata."
REQUIRED: Final = ("event_type", "occurred_at")
# As many as a metadata object of the largest body could hold, and far more than anybody fills.
MOST_COLUMNS: Final = 1000
_NUMBER: Final = re.compile(r"-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,15})?")


def require_usable(names: Sequence[str], default_source: str | None) -> None:
    """Raise `FileError` that names every column that is missing, unknown or there twice."""
    if len(names) > MOST_COLUMNS:
        raise FileError(f"It has {len(names)} columns; {MOST_COLUMNS} are the most.")
    needed = (*REQUIRED, *(() if default_source else ("source",)))
    problems = [f"the column {name} is missing" for name in needed if name not in names]
    unknown = [name for name in names if name not in FIELDS and not (name.startswith(MEMBER) and name != MEMBER)]
    problems += [f"the column {shorten(name)} is unknown" for name in unknown[:10]]
    twice = dict.fromkeys(name for name in names if names.count(name) > 1)
    problems += [f"the column {shorten(name)} appears twice" for name in list(twice)[:10]]
    if METADATA in names and any(name.startswith(MEMBER) for name in names):
        problems.append("it has both a column metadata and columns metadata.<key>; give one kind")
    if problems:
        hint = "" if default_source else " (--source gives one to all rows)"
        known = f"Columns: {', '.join(FIELDS)}{hint}; metadata.<key> for a member of metadata."
        raise FileError("\n".join([*(f"row 1: {problem}" for problem in problems), known]))


def document(cells: Mapping[str, object], default_source: str | None) -> bytes:
    """The event that a row says, as JSON text; raises `UnusableError`. Cells that are None are not said."""
    parts = []
    members = {name.removeprefix(MEMBER): value for name, value in cells.items() if name.startswith(MEMBER)}
    for field in FIELDS:
        value = cells.get(field)
        if field == "source" and value is None:
            value = default_source
        if field == METADATA:
            value = _object(value) if value is not None else _text(members) if members else None
        elif value is not None:
            value = _text(value)
        if value is not None:
            parts.append(f'"{field}": {value}')
    return _bytes("{" + ", ".join(parts) + "}")


def number_or_text(cell: str) -> object:
    """A cell that is written as a JSON number is one: the marts read durations only as numbers."""
    if not _NUMBER.fullmatch(cell):
        return cell
    return float(cell) if "." in cell else int(cell)


def _object(cell: object) -> str:
    """The text of an object; kept as it stands, and parsed first, so that it says nothing but metadata."""
    if not isinstance(cell, str):
        return _text(cell)
    if not isinstance(parse(_bytes(cell)), dict):
        raise UnusableError("invalid_field", "metadata is no JSON object. Correct it and import the row again.")
    return cell


def _text(value: object) -> str:
    try:
        return json.dumps(value, ensure_ascii=False, allow_nan=False)
    except ValueError:
        raise UnusableError("invalid_number", "NaN and infinity are not JSON. Leave them out.") from None
    except (TypeError, RecursionError):
        raise UnusableError("invalid_field", "The row holds a value that JSON has no form for. Send text.") from None


def _bytes(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise UnusableError("invalid_encoding", "The row is not UTF-8. Save the file as UTF-8.") from None
