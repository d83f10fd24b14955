"""What is known of an SDR: from the roster, and from the vendors whose items are of their work."""

from collections.abc import Iterator
from typing import Any, Final

from psycopg2 import extensions

from ingestion.privacy.subjects import Person, SubjectError

# What stands before the name in the user_id of somebody whom no roster knows (dbt_project/macros/vendor_events.sql).
VENDORS: Final = frozenset({"outreach", "nooks", "hubspot", "salesloft", "calendly", "salesforce"})
NOBODY: Final = "unassigned"
KNOWN: Final = """
select display_name, email, identities from raw_roster.sdr_versions where user_id = %s order by version_id
"""
# An email that the roster gives to somebody else is theirs, whoever used it.
ACTORS: Final = """
select distinct
    events.source,
    events.actor_id,
    case
        when not exists (
            select 1 from staging.stg_roster__latest_versions as others
            where others.user_id <> events.user_id and others.email = lower(events.actor_email)
        ) then events.actor_email
    end as email
from staging.stg_vendor__events as events
where events.user_id = %s
order by 1, 2, 3
"""


def person(cursor: extensions.cursor, user_id: str) -> Person:
    """Everything by which an SDR may be found; raises `SubjectError` where that is nobody."""
    cursor.execute(KNOWN, [user_id])
    rows: list[tuple[str, str | None, Any]] = cursor.fetchall()
    identities: dict[str, set[str]] = {}
    emails = dict.fromkeys(email.lower() for _, email, _ in rows if email)
    for source, name in (pair for _, _, named in rows for pair in named.items() if pair[1] not in {None, ""}):
        identities.setdefault(source, set()).add(str(name))
    vendor, _, called = user_id.partition(":")
    is_vendors = not rows and vendor in VENDORS and called != ""
    if is_vendors and called == NOBODY:
        raise SubjectError(f"{user_id} is nobody: {vendor} did not say who did these.")
    actors = [*_actors(cursor, user_id)]
    if is_vendors and not actors:
        actors.append((vendor, None, called.lower()) if "@" in called else (vendor, called, None))
    for source, actor_id, email in actors:
        if actor_id is not None:
            identities.setdefault(source, set()).add(actor_id)
        if email is not None:
            emails[email.lower()] = None
    names = dict.fromkeys(name for name, _, _ in rows if name != user_id)
    return Person(
        user_id,
        tuple(names),
        tuple(emails),
        {source: frozenset(ids) for source, ids in identities.items()},
        # As long as the vendor's name for them was: a user_id is cut off.
        called=(vendor, actors[0][1] or actors[0][2] or called) if is_vendors else None,
    )


def _actors(cursor: extensions.cursor, user_id: str) -> Iterator[tuple[str, str | None, str | None]]:
    """What vendors call the person, where their items have a meaning yet."""
    cursor.execute("select to_regclass('staging.stg_vendor__events') is not null")
    if cursor.fetchone() == (True,):
        cursor.execute(ACTORS, [user_id])
        yield from cursor.fetchall()
