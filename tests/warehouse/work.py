"""Some weeks of work, after which no mart is empty but that of duels: of those none is shipped."""

from datetime import UTC, datetime, timedelta

from orchestration.lib.publication import publish
from tests import landing, vendors
from tests.conftest import Warehouse

# What pg_dump is told of raw: everything that landed, and not how far dlt has read.
RAW = ["-n", "raw", "-n", "raw_roster", "-n", "raw_hubspot", "-n", "raw_salesforce", "-T", "raw_*._dlt_*"]


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


def an_item_of_each_kind(warehouse: Warehouse) -> None:
    """From each vendor's door, and of each kind that is pulled."""
    now = datetime.now(UTC)
    landing.deliver(
        warehouse,
        vendors.outreach_call(at=now, direction="outbound"),
        vendors.outreach_mailing(at=now),
        vendors.nooks_call(at=now),
        vendors.salesloft_meeting(at=now),
        vendors.calendly(at=now),
        vendors.hubspot_notification(),
    )
    landing.pull(
        warehouse,
        vendors.hubspot("call", "1", now, now, direction="OUTBOUND"),
        vendors.hubspot("email", "1", now, now, direction="EMAIL"),
        vendors.hubspot("meeting", "1", now, now, outcome="COMPLETED"),
        vendors.salesforce_task("1", now, now),
        vendors.salesforce_event("1", now, now),
    )
