"""Weeks as people write them, and in words."""

import re
from datetime import date, timedelta
from typing import Final

ISO_WEEK: Final = re.compile(r"(\d{4})-?[Ww](\d{1,2})")


def parse(text: str) -> date:
    """The Monday of an ISO week (2026-W46) or of a date's week. Raises `ValueError` in plain words."""
    written = text.strip()
    try:
        if found := ISO_WEEK.fullmatch(written):
            return date.fromisocalendar(int(found[1]), int(found[2]), 1)
        day = date.fromisoformat(written)
    except ValueError:
        raise ValueError(f"{text!r} is no week. Write an ISO week such as 2026-W46, or a date in it.") from None
    return day - timedelta(days=day.weekday())


def iso_week(week: date) -> str:
    """2026-W46, for the week of a Monday."""
    year, number, _ = week.isocalendar()
    return f"{year}-W{number:02}"


def in_words(week: date) -> str:
    """9-15 November 2026, with as much of both dates as differs."""
    end = week + timedelta(days=6)
    first = f"{week.day}"
    if week.month != end.month:
        first += f" {week:%B}"
    if week.year != end.year:
        first += f" {week.year}"
    return f"{first} – {end.day} {end:%B} {end.year}"  # noqa: RUF001  # an en dash is meant
