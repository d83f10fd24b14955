"""SDRs of the HUD's tests: employed in the roster and at work in the raw log; the marts make every figure of it.

Tests share the database: an SDR belongs to one test, and so does a rule (for an event type of its own).
"""

from datetime import UTC, datetime
from itertools import count

from tests import landing
from tests.conftest import Database

LONG_AGO = 60 * 86_400
_prizes = count()


def noon_zone() -> str:
    """A zone in which it is between noon and one, so that hours ago is today and, on any day, this week."""
    ahead = 12 - datetime.now(UTC).hour
    # POSIX counts westwards.
    return f"Etc/GMT{-ahead:+d}" if ahead else "Etc/GMT"


def hire(
    database: Database,
    user_id: str,
    name: str = "Ada Lindqvist",
    team: str = "Baron Squad",
    ended_on: str | None = None,
) -> None:
    landing.employ(database, user_id, noon_zone(), team, name=name, ended_on=ended_on)


def work(database: Database, user_id: str, event_type: str, number: int = 1, seconds_ago: float = 0) -> list[str]:
    """Land events, one a second up to `seconds_ago`; return their event_ids."""
    return landing.land_many(database, user_id, event_type, number, seconds_ago)


def take_back(database: Database, user_id: str, event_ids: list[str], seconds_ago: float = 0) -> None:
    """Land a cancellation of each event, all at one time and in one transaction."""
    at = datetime.fromtimestamp(datetime.now(UTC).timestamp() - seconds_ago, UTC)
    landing.land_at_once(
        database, *(landing.event(user_id, "meeting_cancelled", at, reverses=event_id) for event_id in event_ids)
    )


def win(
    database: Database, user_id: str, gold: int, xp: int = 0, points: int = 0, event_type: str | None = None
) -> list[str]:
    """Land one event that a rule of its own makes worth this much; return its event_id."""
    kind = event_type or f"prize {next(_prizes)}"
    landing.rule(database, kind, gold, xp, points, "-infinity")
    return work(database, user_id, kind)


def good_day(database: Database, user_id: str) -> None:
    """Months of work and a busy day: level 37, three meetings this week, one meeting lost today."""
    hire(database, user_id)
    before = {"call_dial": 38, "call_connect": 403, "email_sent": 204, "meeting_booked": 61, "meeting_attended": 4}
    for event_type, number in before.items():
        work(database, user_id, event_type, number, LONG_AGO)
    take_back(database, user_id, work(database, user_id, "meeting_booked", 8, LONG_AGO), LONG_AGO)
    today = {"call_dial": 41, "call_connect": 9, "email_sent": 6, "meeting_booked": 2, "meeting_attended": 1}
    for place, (event_type, number) in enumerate(today.items()):
        work(database, user_id, event_type, number, 8_000 + 100 * place)
    take_back(database, user_id, work(database, user_id, "meeting_booked", seconds_ago=7_300), 300)
    work(database, user_id, "meeting_booked", seconds_ago=240)
