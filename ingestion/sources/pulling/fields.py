"""Which fields the records have, compared with those that we know: added, dropped and retyped ones, by name and count.

The payload is landed whole in any case; what reads it finds null where a field is gone. So a change of the other side
stops nothing, and is said.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from ingestion.sources.pulling.records import Document
from ingestion.webhooks.parser import Number

TEXT: Final = "text"
NUMBER: Final = "number"
BOOLEAN: Final = "boolean"
OBJECT: Final = "object"
LIST: Final = "list"
# As many new names as anybody would read; a record with a thousand fields is counted on under the last.
MOST_NAMES: Final = 100
OTHERS: Final = "(others)"


@dataclass(frozen=True)
class Expected:
    """The fields of a record, nested ones as `object.field`, each with its type. Optional ones may be missing."""

    fields: Mapping[str, str]
    optional: Mapping[str, str] = field(default_factory=dict)

    @property
    def known(self) -> Mapping[str, str]:
        return {**self.fields, **self.optional}


@dataclass(frozen=True, order=True)
class FieldChange:
    """One difference: `kind` is added, dropped or retyped; `records` of the `seen` ones have it."""

    kind: str
    name: str
    records: int
    seen: int

    def __str__(self) -> str:
        return f"field {self.kind}: {self.name} ({self.records} of {self.seen} records)"


class Fields:
    """Counts the differences over a pull."""

    def __init__(self, expected: Expected) -> None:
        self._expected = expected
        self._known = expected.known
        self._nested = {name.rpartition(".")[0] for name in self._known} - {""}
        self._counts: Counter[tuple[str, str]] = Counter()
        self._seen = 0

    def observe(self, documents: Iterable[Document]) -> None:
        for document in documents:
            self._seen += 1
            found = self._flat(document)
            self._count("dropped", self._expected.fields.keys() - found.keys())
            self._count("added", found.keys() - self._known.keys())
            self._count(
                "retyped", [name for name, kind in found.items() if kind and self._known.get(name, kind) != kind]
            )

    def drop(self, name: str) -> None:
        """The other side has no such field at all."""
        self._counts["dropped", name] = -1

    @property
    def changes(self) -> list[FieldChange]:
        return sorted(
            FieldChange(kind, name, self._seen if count < 0 else count, self._seen)
            for (kind, name), count in self._counts.items()
        )

    def _count(self, kind: str, names: Iterable[str]) -> None:
        for name in names:
            known = (kind, name) in self._counts or len(self._counts) < MOST_NAMES
            if self._counts.get((kind, name), 0) >= 0:
                self._counts[kind, name if known else OTHERS] += 1

    def _flat(self, document: Document, prefix: str = "") -> dict[str, str | None]:
        found: dict[str, str | None] = {}
        for name, value in document.items():
            path = f"{prefix}{name}"[:200]
            found[path] = _kind(value)
            if isinstance(value, dict) and path in self._nested:
                found |= self._flat(value, f"{path}.")
        return found


def _kind(value: object) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return BOOLEAN
    if isinstance(value, int | Number):
        return NUMBER
    if isinstance(value, dict):
        return OBJECT
    return LIST if isinstance(value, list) else TEXT
