"""What people decide about vendors: an operator which values are which event, the roster who is who."""

import csv
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tests.warehouse.oracle.vendor_meaning import normal
from tests.warehouse.oracle.vendor_things import LONGEST

Row = dict[str, Any]
SEEDS: Final = Path(__file__).parents[3] / "dbt_project" / "seeds"


@dataclass(frozen=True)
class Meanings:
    """What an operator decides: which values are which event, and which source scores which."""

    # source, object_type, field, value, event_type
    mappings: frozenset[tuple[str, ...]]
    # event_type, source
    scoring: frozenset[tuple[str, str]]


def shipped_meanings() -> Meanings:
    scoring = [(row["event_type"], row["source"], row["is_scored"] == "true") for row in seed("scoring_sources")]
    return meanings_of((tuple(row.values()) for row in seed("vendor_mappings")), scoring)


def meanings_of(mappings: Iterable[tuple[str, ...]], scoring: Iterable[tuple[str, str, bool]]) -> Meanings:
    """What rows of the two seeds mean."""
    return Meanings(
        frozenset(
            (source, kind, field, normal(value), event_type) for source, kind, field, value, event_type in mappings
        ),
        frozenset((event_type, source) for event_type, source, is_scored in scoring if is_scored),
    )


def seed(name: str) -> list[dict[str, str]]:
    """The rows of a seed file, in the order of its columns."""
    with (SEEDS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


class Identities:
    """Who is who, by the latest version of each person: an id and an address are whose who got them last."""

    def __init__(self, versions: Iterable[Row]) -> None:
        latest = {row["user_id"]: row for row in sorted(versions, key=lambda row: int(row["version_id"]))}
        self.by_id: dict[tuple[str, str], str] = {}
        self.by_email: dict[str, str] = {}
        for row in sorted(latest.values(), key=lambda row: int(row["version_id"])):
            for source, own_id in row["identities"].items():
                self.by_id[source, own_id] = row["user_id"]
            if row["email"]:
                self.by_email[row["email"].lower()] = row["user_id"]

    def user(self, source: str, actor_id: str | None, email: str | None) -> str:
        known = self.by_id.get((source, actor_id)) if actor_id else None
        known = known or (self.by_email.get(email.lower()) if email else None)
        return known or _printable(f"{source}:{actor_id or email or 'unassigned'}")


def _printable(name: str) -> str:
    return "".join(letter for letter in name if unicodedata.category(letter) != "Cc")[:LONGEST]
