"""What the roster already holds: what a file changes in it, and where a file contradicts it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from psycopg2 import extensions

from ingestion.sources.roster_file import COLUMNS, REQUIRED, Person

SCHEMA: Final = "raw_roster"
TABLE: Final = "sdr_versions"
# In the order of landing. A version without a date begins on the day of loading, in the default zone, as in dbt.
VERSIONS: Final = f"""
select
    {", ".join(COLUMNS)}, identities,
    coalesce(effective_on, (loaded_at at time zone %s)::date) as begins
from {SCHEMA}.{TABLE}
order by version_id
"""


@dataclass
class History:
    """The versions of every person that have landed."""

    # As landed last, whenever it holds.
    latest: dict[str, Person] = field(default_factory=dict)
    # By the day on which each begins; of one day the last landed.
    versions: dict[str, dict[date, Person]] = field(default_factory=dict)

    def has(self, person: Person) -> bool:
        return person["user_id"] in self.latest

    def complete(self, people: Iterable[Person]) -> None:
        """Give people the ids that they have in sources which the file has no column for."""
        for person in people:
            known = self.latest.get(person["user_id"], {"identities": {}})["identities"]
            named = known | person["identities"]
            person["identities"] = {source: name for source, name in named.items() if name is not None}

    def differs(self, person: Person) -> bool:
        """Whether somebody known has changed. Without a date, a row asks for no other date than the version there."""
        if not self.has(person):
            return False
        latest = self.latest[person["user_id"]]
        if person["identities"] != latest["identities"]:
            return True
        if person["effective_on"] is None:
            return _content(person) != _content(latest)
        dated = self.versions[person["user_id"]].get(person["effective_on"])
        return dated is None or dated["effective_on"] is None or _content(person) != _content(dated)

    def problems(self, people: Mapping[int, Person]) -> list[str]:
        """Every contradiction between a file, by row, and what is there."""
        return [*self._taken_identities(people), *self._contradicted_dates(people)]

    def _taken_identities(self, people: Mapping[int, Person]) -> Iterator[str]:
        in_file = {person["user_id"] for person in people.values()}
        taken = {
            identity: user_id
            for user_id, person in self.latest.items()
            if user_id not in in_file
            for identity in person["identities"].items()
        }
        for number, person in people.items():
            for source, name in person["identities"].items():
                if owner := taken.get((source, name)):
                    yield f"row {number}, {source}_id: {name!r} is the id of {owner!r}, who is not in this file"

    def _contradicted_dates(self, people: Mapping[int, Person]) -> Iterator[str]:
        """A row holds from its date on, so it cannot precede a version that says something else from a later day on."""
        for number, person in people.items():
            effective = person["effective_on"]
            if effective is None or not self.differs(person):
                continue
            versions = self.versions.get(person["user_id"], {})
            later = [day for day in sorted(versions) if day > effective]
            for day in later:
                if _content(versions[day]) != _content(person):
                    columns = [name for name in REQUIRED if versions[day][name] != person[name]]
                    yield (
                        f"row {number}, effective_on: {effective} is before {day}, from which on {person['user_id']!r} "
                        f"already has another {' and '.join(columns)}; give a date from {day} on"
                    )
                    break


def load(cursor: extensions.cursor, default_zone: str) -> History:
    """Read the versions of everybody."""
    cursor.execute(VERSIONS, [default_zone])
    history = History()
    for row in cursor.fetchall():
        version: Person = dict(zip((*COLUMNS, "identities"), row[:-1], strict=True))
        history.latest[version["user_id"]] = version
        history.versions.setdefault(version["user_id"], {})[row[-1]] = version
    return history


def _content(person: Person) -> list[Any]:
    """All that a version says about a person, but from when and under which ids elsewhere."""
    return [person[name] for name in REQUIRED]
