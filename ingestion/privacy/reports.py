"""Weekly reports that name somebody: deleted, since a page is no place to replace words in; they are made anew."""

import json
from typing import Any

from psycopg2 import extensions

from ingestion.privacy.subjects import Person, Subject


def delete_reports(cursor: extensions.cursor, subject: Subject) -> int:
    """Delete the reports that name the person, and return how many; a week without a report gets a new one."""
    # A text with an escape may hold the person all the same.
    cursor.execute(
        "select week_start_date, content_hash, figures::text from raw.weekly_reports"
        " where figures::text ~* %s or strpos(figures::text, chr(92)) > 0",
        [subject.pattern()],
    )
    found = [(week, key) for week, key, figures in cursor.fetchall() if _names(json.loads(figures), subject)]
    for week, key in found:
        cursor.execute("delete from raw.weekly_reports where week_start_date = %s and content_hash = %s", [week, key])
    return len(found)


def _names(value: Any, subject: Subject) -> bool:  # noqa: ANN401  # any JSON value
    if isinstance(value, dict):
        return any(_names(member, subject) for member in value.values())
    if isinstance(value, list):
        return any(_names(item, subject) for item in value)
    if not isinstance(value, str):
        return False
    return (isinstance(subject, Person) and value == subject.user_id) or subject.text(value) != value
