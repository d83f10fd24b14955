"""Reads a roster file and says everything that is wrong with it, before anything is loaded."""

import csv
import io
import re
import unicodedata
import zoneinfo
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final

REQUIRED: Final = ("user_id", "display_name", "email", "team_name", "time_zone", "started_on", "ended_on")
OPTIONAL: Final = ("effective_on",)
COLUMNS: Final = REQUIRED + OPTIONAL
# The person's id in another system: outreach_id, hubspot_id and so on.
IDENTITY: Final = re.compile(r"(?!user_id$)([a-z][a-z0-9]*)_id")
MAY_BE_EMPTY: Final = ("email", "started_on", "ended_on", "effective_on")
DATES: Final = ("started_on", "ended_on", "effective_on")
LONGEST: Final = 200
LARGEST_BYTES: Final = 16 * 1024 * 1024
ISO_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}")

# What the columns say, and under `identities` the id of each source that the file has a column for (None: it is empty).
Person = dict[str, Any]


class RosterError(Exception):
    """The roster cannot be loaded; one line for each problem, which names row and column."""


@dataclass
class _Reading:
    """What was read so far, and what was wrong with it."""

    people: dict[int, Person] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    # By column and value, of the columns that tell people apart.
    first_rows: dict[tuple[str, str], int] = field(default_factory=dict)


def read(path: Path, zones_known_to_database: Callable[[Collection[str]], set[str]]) -> dict[int, Person]:
    """The people of a CSV file by row; raises `RosterError` with every problem at once.

    The database is asked about the zones too, because it computes each local day.
    """
    reading = _Reading()
    rows = _rows(_text(path))
    header = next(rows, None)
    if header is None:
        raise RosterError(f"{path} is empty. Its first row must be: {','.join(REQUIRED)}")
    names = _header(header[1])
    has_rows = False
    for number, cells in rows:
        has_rows = True
        if len(cells) != len(names):
            reading.problems.append(
                f"row {number}: it has {len(cells)} values, and the first row names {len(names)} columns"
            )
        else:
            _take(reading, number, dict(zip(names, (cell.strip() for cell in cells), strict=True)))
    used = {str(person["time_zone"]) for person in reading.people.values()} & zoneinfo.available_timezones()
    known = zones_known_to_database(used)
    reading.problems += [
        f"row {number}, time_zone: {person['time_zone']!r} is no time zone; use a name such as Europe/Berlin"
        for number, person in reading.people.items()
        if person["time_zone"] and person["time_zone"] not in known
    ]
    if not has_rows:
        reading.problems.append("it has no rows below the first")
    refuse(path, reading.problems)
    return reading.people


def refuse(path: Path, problems: list[str]) -> None:
    """Raise `RosterError` when there are problems."""
    if problems:
        raise RosterError("\n".join(f"{path.name}: {problem}" for problem in problems))


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise RosterError(f"{path} is larger than {LARGEST_BYTES // 2**20} MB: that is no roster.")
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise RosterError(f"{path} is not UTF-8 text (byte {error.start}). Save it as CSV UTF-8.") from error
    except OSError as error:
        raise RosterError(f"Cannot read {path}: {error.strerror}.") from error


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """The rows that hold anything, each with the line of the file on which it begins."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    while True:
        number = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise RosterError(f"row {number}: this is not CSV ({error})") from error
        if any(cell.strip() for cell in cells):
            yield number, cells


def _header(cells: list[str]) -> list[str]:
    names = [cell.strip().lower() for cell in cells]
    problems = [f"the column {name} is missing" for name in REQUIRED if name not in names]
    problems += [
        f"the column {name!r} is unknown" for name in names if name not in COLUMNS and not IDENTITY.fullmatch(name)
    ]
    problems += [f"the column {name} appears twice" for name in sorted(set(names)) if names.count(name) > 1]
    if problems:
        wanted = f"{','.join(OPTIONAL)}, and ids in other systems such as outreach_id,hubspot_id"
        expected = f"The first row must be: {','.join(REQUIRED)} (and, if wanted, {wanted})"
        raise RosterError("\n".join([*(f"row 1: {problem}" for problem in problems), expected]))
    return names


def _take(reading: _Reading, number: int, cells: dict[str, str]) -> None:
    """Add one row's person, and every problem of that row."""
    person: Person = dict.fromkeys(COLUMNS) | {"identities": {}}
    for name, text in cells.items():
        identity = IDENTITY.fullmatch(name)
        problem = _problem(name, text)
        if problem:
            reading.problems.append(f"row {number}, {name}: {problem}")
        elif identity:
            person["identities"][identity[1]] = text or None
        elif text:
            person[name] = date.fromisoformat(text) if name in DATES else text
        if text and (identity or name == "user_id"):
            first = reading.first_rows.setdefault((name, text), number)
            if first != number:
                reading.problems.append(f"row {number}, {name}: {text!r} is already in row {first}")
    reading.problems += [f"row {number}, {problem}" for problem in _cycle(person)]
    reading.people[number] = person


def _cycle(person: Person) -> Iterator[str]:
    """What is wrong with the order of the dates."""
    start, end, effective = person["started_on"], person["ended_on"], person["effective_on"]
    if start and end and end < start:
        yield f"ended_on: {end} is before started_on, {start}"
    if effective and end and effective > end:
        yield f"effective_on: {effective} is after ended_on, {end}"


def _problem(name: str, text: str) -> str | None:
    if not text:
        return None if name in MAY_BE_EMPTY or IDENTITY.fullmatch(name) else "it is empty"
    if len(text) > LONGEST:
        return f"it is {len(text)} characters long; {LONGEST} are the most"
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in text):
        return "it holds a control character (such as NUL, a tab or a line break)"
    if name in DATES and not _is_date(text):
        return f"{text!r} is no date; write 2026-01-31"
    if name == "email" and ("@" not in text or " " in text):
        return f"{text!r} is no email address"
    return None


def _is_date(text: str) -> bool:
    try:
        return bool(ISO_DATE.fullmatch(text)) and bool(date.fromisoformat(text))
    except ValueError:
        return False
