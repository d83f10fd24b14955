"""People with a past: weeks of work, one of them published and restated, and six years of it."""

from datetime import UTC, date, datetime, time, timedelta

from orchestration.lib.publication import publish
from tests import landing
from tests.conftest import Database

HOSTILE = '<img src="http://203.0.113.7/x.png" onerror="document.title=1"> ![x](http://203.0.113.7/y.png) <b>%{x}</b>'
TODAY = datetime.now(UTC).date()
MONDAY = TODAY - timedelta(days=TODAY.weekday())
QUIET, GOLDEN = MONDAY - timedelta(weeks=3), MONDAY - timedelta(weeks=2)


def at(day: date, hour: int = 9) -> datetime:
    return datetime.combine(day, time(hour), UTC)


def day_name(day: date) -> str:
    return f"{day:%a} {week_name(day)}"


def week_name(day: date) -> str:
    return f"{day.day} {day:%b %Y}"


def land(database: Database) -> None:
    """Ann has a quiet week, a Gold week that was published, and a meeting of it that came late."""
    for user_id, name in (("ann", "Ann Past"), ("new", "New Comer"), ("old", "Old Hand"), ("bad", HOSTILE)):
        landing.employ(database, user_id, name=name, started_on=str(MONDAY - timedelta(weeks=4)))
    landing.land(
        database,
        *(landing.event("ann", "call_dial", at(QUIET, hour)) for hour in range(5)),
        landing.event("ann", "meeting_booked", at(QUIET + timedelta(days=1))),
        *(landing.event("ann", "meeting_booked", at(GOLDEN + timedelta(days=2), hour)) for hour in range(3)),
        landing.event("ann", "call_dial", datetime.now(UTC)),
        *(landing.event("old", "call_dial", at(TODAY - timedelta(days=365 * years))) for years in range(7)),
        *(landing.event("bad", kind, datetime.now(UTC)) for kind in (HOSTILE, *(f"kind {n}" for n in range(7)))),
    )
    assert publish(database.dsn("transform"))
    landing.land(database, landing.event("ann", "meeting_booked", at(GOLDEN + timedelta(days=2), 5)))
