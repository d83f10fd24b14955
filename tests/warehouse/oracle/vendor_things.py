"""What is known of a vendor's object, such as one call: the items that tell of it, and what they say together."""

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from tests.warehouse.oracle.instants import instant

Path = tuple[str, ...]
UNREADABLE: Final = object()
LONGEST: Final = 200
# As the JSON of a text without escapes has them: NUL stays escaped, half of a pair stays what it is.
REFUSED: Final = re.compile(r"(?<!\\)(\\\\)*\\u0000|[\ud800-\udfff]")
FIRST_TIME: Final = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Item:
    """One row of raw that a vendor sent, or that was pulled from one."""

    raw_id: str
    source: str
    object_key: str
    payload: object
    verified_by: str
    received_at: datetime
    landed_at: datetime
    landed_xid: int
    # Of an object that was pulled: the time of its version, and whether it is gone.
    modified_at: datetime | None = None
    is_deleted: bool = False

    def get(self, *path: str) -> Any:
        """What the payload has there, or nothing."""
        found = self.payload
        for member in path:
            found = found.get(member) if isinstance(found, dict) else None
        return found

    @property
    def door(self) -> str:
        return self.source

    @property
    def version(self) -> tuple[datetime, bool, datetime, str]:
        """Later versions of an object are greater."""
        if self.modified_at:
            return (self.modified_at, self.is_deleted, FIRST_TIME, self.raw_id)
        told = None
        if self.source == "outreach":
            told = instant(self.get("data", "attributes", "updatedAt")) or instant(self.get("meta", "deliveredAt"))
        elif self.source == "salesloft":
            told = instant(self.get("updated_at"))
        elif self.source == "calendly":
            told = instant(self.get("created_at"))
        tie = self.received_at if self.source == "calendly" else FIRST_TIME
        return (told or self.received_at, False, tie, self.raw_id)


@dataclass(frozen=True)
class Thing:
    """An object of a vendor."""

    source: str
    object_key: str
    # By version, the newest last.
    items: list[Item]

    @property
    def kind(self) -> str:
        return self.object_key.split(":")[0]

    @property
    def own_id(self) -> str:
        """What the vendor calls it."""
        return self.object_key.partition(":")[2]

    @property
    def newest(self) -> Item:
        return self.items[-1]

    @property
    def is_deleted(self) -> bool:
        if self.source == "outreach":
            name = self.newest.get("meta", "eventName")
            return isinstance(name, str) and name.endswith((".destroyed", ".deleted"))
        return self.newest.is_deleted

    def get(self, path: Path, usable: Callable[[Any], Any] = lambda value: value) -> Any:
        """What the newest version says; an update of Outreach is silent about what it did not change."""
        telling = reversed(self.items) if self.source == "outreach" else [self.newest]
        return next((found for item in telling if (found := usable(item.get(*path))) is not None), None)

    def alone(self, item: Item) -> "Thing":
        """What would be known if this item were all."""
        return Thing(self.source, self.object_key, [item])


def text(value: object) -> str | None:
    """A value as the text that is compared with a mapping, if it is one that can be."""
    written = str(value).lower() if isinstance(value, bool) else own_text(value)
    return written if written is not None and len(written) <= LONGEST else None


def own_text(value: object) -> str | None:
    """A text or a number as text, without an exponent."""
    if isinstance(value, Decimal):
        return f"{value or abs(value):f}"
    return value if isinstance(value, str) else None


def name_of(value: object) -> str | None:
    """An id or an address of somebody."""
    return own_text(value) or None


def parse(document: str) -> object:
    """A document with its numbers as they were written; or none, where it holds letters that jsonb refuses."""
    parsed = json.loads(document, parse_float=Decimal, parse_int=Decimal)
    letters = json.dumps(parsed, default=str, ensure_ascii=False)
    return UNREADABLE if REFUSED.search(letters) else parsed


def believable(moment: object, item: Item) -> datetime | None:
    """A time that this item may tell."""
    told = instant(moment)
    return told if told and FIRST_TIME <= told <= item.received_at + timedelta(days=1) else None


def things(items: Iterable[Item]) -> list[Thing]:
    """The objects that these items tell of."""
    found: dict[tuple[str, str], list[Item]] = {}
    for item in items:
        found.setdefault((item.source, item.object_key), []).append(item)
    return [Thing(*key, sorted(told, key=lambda item: item.version)) for key, told in found.items()]
