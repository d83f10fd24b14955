"""What signing in asks: which SDRs are at work, by the address that the roster has of them."""

from sqlalchemy import text
from sqlalchemy.engine import Engine

from hud.access import Person
from hud.queries import rows

Roster = dict[str, list[Person]]

# Who has left sees nothing any more, from the day after the last.
ROSTER = text(
    """
    select lower(email) as email, user_id, display_name
    from marts.dim_users
    where is_active and email is not null
    order by email, user_id
    """
)


def roster(engine: Engine) -> Roster:
    """Active SDRs by address in lower case: one answer for all who are signed in."""
    people: Roster = {}
    for row in rows(engine, ROSTER):
        # Lower case in Python too: the two disagree about a few letters.
        address = row["email"].strip().lower()
        people.setdefault(address, []).append(Person(row["user_id"], row["display_name"]))
    return people
