"""Finding rejected events: which of them, newest first, and what was sent."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from psycopg2 import extensions

# A copy of what has landed: there is nothing to land.
COPY: Final = "duplicate"

_UNITS: Final = {"m": "minutes", "h": "hours", "d": "days"}
_SUMMARY: Final = (
    "rejected_id::text, received_at, door, source, reason, detail, verified_by, replayed_at, "
    "octet_length(body) as body_bytes"
)
_LISTED: Final = f"""
select {_SUMMARY}
from raw.rejected_events
where {{conditions}}
order by rejected_id desc
limit %(limit)s
"""
_SHOWN: Final = f"select {_SUMMARY}, event_type, landed_at, body from raw.rejected_events where rejected_id = %s::uuid"
_WAITING: Final = """
select rejected_id::text
from raw.rejected_events
where {conditions}
order by rejected_id
limit %(limit)s
"""

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Filter:
    """Which rejected events are meant; without `settled`, those that wait to be landed."""

    reason: str | None = None
    source: str | None = None
    door: str | None = None
    since: datetime | None = None
    settled: bool = False

    @property
    def is_everything(self) -> bool:
        return not (self.reason or self.source or self.door or self.since)

    def conditions(self) -> tuple[str, Mapping[str, object]]:
        """SQL and its parameters."""
        chosen = {"reason": self.reason, "source": self.source, "door": self.door}
        parts = [f"{name} = %({name})s" for name, value in chosen.items() if value is not None]
        if self.since is not None:
            parts.append("received_at >= %(since)s")
        if not self.settled and self.reason != COPY:
            parts.append(f"replayed_at is null and reason <> '{COPY}'")
        return " and ".join(parts) or "true", {**chosen, "since": self.since}


def list_rejected(cursor: extensions.cursor, chosen: Filter, *, limit: int, before: str | None = None) -> list[Row]:
    """Rejected events without their bodies, newest first; `before` is the last id of the page before."""
    conditions, parameters = chosen.conditions()
    if before is not None:
        conditions += " and rejected_id < %(before)s::uuid"
    cursor.execute(_LISTED.format(conditions=conditions), {**parameters, "limit": limit, "before": before})
    return _rows(cursor)


def show_rejected(cursor: extensions.cursor, rejected_id: str) -> Row | None:
    """One rejected event with the bytes that were sent; None when there is none with this id."""
    cursor.execute(_SHOWN, [rejected_id])
    return next(iter(_rows(cursor)), None)


def waiting_ids(cursor: extensions.cursor, chosen: Filter, *, limit: int, after: str | None = None) -> list[str]:
    """The ids of those that wait to be landed, oldest first; `after` is the last one of the page before."""
    conditions, parameters = chosen.conditions()
    conditions += f" and replayed_at is null and reason <> '{COPY}'"
    if after is not None:
        conditions += " and rejected_id > %(after)s::uuid"
    cursor.execute(_WAITING.format(conditions=conditions), {**parameters, "limit": limit, "after": after})
    return [rejected_id for (rejected_id,) in cursor.fetchall()]


def read_since(text: str) -> datetime:
    """A time with a zone, or how long ago (90m, 24h, 7d); raises `ValueError`."""
    if ago := re.fullmatch(r"([0-9]{1,5})([mhd])", text):
        return datetime.now(UTC) - timedelta(**{_UNITS[ago[2]]: int(ago[1])})
    moment = datetime.fromisoformat(text.upper())
    if moment.tzinfo is None:
        raise ValueError
    # Postgres knows no zone 16 hours or more from UTC.
    return moment.astimezone(UTC)


def _rows(cursor: extensions.cursor) -> list[Row]:
    names = [column.name for column in cursor.description or ()]
    rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    for row in rows:
        if "body" in row:
            row["body"] = bytes(row["body"])
    return rows
