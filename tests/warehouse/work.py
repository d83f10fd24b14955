"""Some weeks of work, after which no mart is empty but that of duels: of those none is shipped."""

from datetime import UTC, datetime, timedelta

from orchestration.lib.publication import publish
from tests import landing
from tests.conftest import Warehouse


def some_weeks(warehouse: Warehouse) -> None:
    """Of two known SDRs and an unknown one: published, restated, and partly settled."""
    landing.employ(warehouse, "ann", "Asia/Tokyo")
    landing.employ(warehouse, "bob")
    now = datetime.now(UTC)
    landing.land(
        warehouse,
        *(
            landing.event(user, "meeting_booked" if days % 6 == 0 else "call_dial", day, f"{user}{days}")
            for days, day in ((days, now - timedelta(days=days)) for days in range(0, 40, 2))
            for user in ("ann", "bob", "cyd")
        ),
    )
    publish(warehouse.dsn("transform"))
    warehouse.settle()
    landing.land(warehouse, landing.event("bob", "meeting_booked", now - timedelta(days=36)))
    landing.land(warehouse, landing.event("ann", "meeting_cancelled", reverses="ann36"))
