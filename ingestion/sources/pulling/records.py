"""Records in the very text in which an API gave them, and which of them can be landed.

A page is cut by its brackets, not parsed: one record that is no JSON, nests too deep or holds NUL is that record's
problem, and the others of its page land.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from ingestion.sources.pulling.errors import SourceError
from ingestion.webhooks.parser import UnusableError, parse

_TOKEN: Final = re.compile(r'"(?:[^"\\]|\\.)*+"|[\[\]{},:]', re.DOTALL)
_TIME: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:?\d\d)")
LONGEST_ID: Final = 100
# A version from the future would stay the latest one until then.
AHEAD: Final = timedelta(days=1)

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Version:
    """An object as it was when it was last modified; `payload` is the API's own text."""

    object_id: str
    modified_at: datetime
    is_deleted: bool
    payload: str

    @property
    def key(self) -> tuple[str, datetime, bool]:
        return (self.object_id, self.modified_at, self.is_deleted)


@dataclass(frozen=True, slots=True)
class Rejected:
    """A record that cannot be landed, byte for byte, with a reason code and what is wrong in words."""

    reason: str
    detail: str
    body: bytes


@dataclass
class Page:
    """One page, judged. `until`: everything that was modified before has been on this page or an earlier one."""

    versions: list[Version] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    documents: list[Document] = field(default_factory=list)
    until: datetime | None = None
    # Of the objects asked for by id, how many the system does not have.
    missing: int = 0

    @property
    def seen(self) -> int:
        return len(self.versions) + len(self.rejected)


Read = Callable[[Document], tuple[object, object, bool]]


def cut(body: bytes, member: str) -> tuple[Document, list[str]]:
    """The other members of a page, and the text of each element of the array in `member`."""
    # What is not UTF-8 goes through, to be found in its record.
    text = body.decode("utf-8", "surrogateescape")
    elements: list[str] = []
    depth, start, end, begin = 0, -1, -1, 0
    before = name = ""
    for token in _TOKEN.finditer(text):
        kind = token[0]
        inside = start >= 0 > end
        if inside and depth == 2 and kind in ",]":
            elements.append(text[begin : token.start()].strip())
            begin = token.end()
            if kind == "]":
                end = token.start()
        elif not inside and depth == 1 and kind.startswith('"') and before in "{,":
            name = kind
        elif depth == 1 and kind == "[" and before == ":" and name == f'"{member}"' and start < 0:
            start = begin = token.end()
        depth += (kind in "[{") - (kind in "]}")
        before = kind
    if start < 0 or end < 0 or depth:
        raise SourceError(f"An answer has no list {member!r}: it is another API than expected, or broken off.")
    try:
        rest = parse((text[:start] + text[end:]).encode("utf-8", "surrogateescape"))
    except UnusableError as error:
        raise SourceError(f"An answer cannot be read: {error.detail}") from None
    return rest, [element for element in elements if element]


def judge(texts: Iterable[str], read: Read) -> Page:
    """Sort records into versions and rejected ones. `read` finds a document's id, time of change and deletion."""
    page = Page()
    for text in texts:
        body = text.encode("utf-8", "surrogateescape")
        try:
            document = _object(parse(body))
            object_id, modified_at, is_deleted = read(document)
            version = Version(_identity(object_id), _modified(modified_at), is_deleted, text)
        except UnusableError as error:
            page.rejected.append(Rejected(error.reason, error.detail, body))
        else:
            page.versions.append(version)
            page.documents.append(document)
    return page


def moment(text: object) -> datetime | None:
    """A time with its zone, or None for anything else."""
    if not isinstance(text, str) or not _TIME.fullmatch(text):
        return None
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def member(document: Document, *path: str) -> object:
    """What is at a path of an object of objects, None where there is none."""
    value: object = document
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def flag(document: Document, name: str) -> bool:
    """A member that is true or false; missing is false."""
    value = document.get(name)
    if value is not None and not isinstance(value, bool):
        raise UnusableError(f"unusable_{name}".lower(), f"{name} is neither true nor false.")
    return bool(value)


def _object(document: object) -> Document:
    if not isinstance(document, dict):
        raise UnusableError("not_an_object", "The record is no JSON object.")
    return document


def _identity(value: object) -> str:
    text = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    if not (0 < len(text) <= LONGEST_ID and text.isascii() and text.isalnum()):
        raise UnusableError("unusable_id", "The record has no id of letters and digits.")
    return text


def _modified(value: object) -> datetime:
    modified = value if isinstance(value, datetime) else moment(value)
    if modified is None:
        raise UnusableError(
            "unusable_modified_at", "The record does not say when it was modified, as a time with zone."
        )
    if modified > datetime.now(UTC) + AHEAD:
        raise UnusableError("modified_in_future", "The record was modified more than a day from now.")
    return modified
