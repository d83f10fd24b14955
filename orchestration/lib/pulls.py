"""What Dagster pulls: the sources, whether they are configured, and what HubSpot's notifications ask for."""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from ingestion.settings import SettingsError
from ingestion.sources import hubspot, salesforce
from ingestion.sources.hubspot_objects import ENGAGEMENTS
from ingestion.sources.pulling import settings
from ingestion.sources.pulling.pull import Summary, Window
from orchestration.lib.tail import Warehouse

OBJECTS_BY_TYPE: Final = {what.object_type_id: what.name for what in ENGAGEMENTS.values()}
_TYPES: Final = ", ".join(f"'{object_type}'" for object_type in OBJECTS_BY_TYPE)
# Which objects they tell of, each once. What names none of ours, or nothing that is an id, is not asked for.
_NOTIFIED: Final = f"""
select distinct split_part(external_id, ':', 1), split_part(external_id, ':', 2)
from raw.webhook_events
where door = 'hubspot' and landed_xid >= '{{since}}' and landed_xid < '{{until}}'
and split_part(external_id, ':', 1) in ({_TYPES}) and split_part(external_id, ':', 2) ~ '^[0-9]{{{{1,20}}}}$'
"""


@dataclass(frozen=True)
class Source:
    """A system that objects are pulled from, into `raw_<name>`."""

    name: str
    title: str
    resources: Sequence[str]
    # What it needs that is not set, or None.
    missing: Callable[[], str | None]
    # The setting that says how many minutes lie between two pulls, and its default.
    poll_minutes: str
    default_minutes: int
    # Asks again for what was modified in a window.
    again: Callable[[Window], Summary]

    def minutes(self) -> int:
        """Minutes between two pulls."""
        return int(os.environ.get(self.poll_minutes) or self.default_minutes)


def _missing(kind: type[settings.PullSettings]) -> Callable[[], str | None]:
    def find() -> str | None:
        try:
            settings.read(kind)
        except SettingsError as error:
            return str(error)
        return None

    return find


def _hubspot_again(window: Window) -> Summary:
    return hubspot.run(settings.read(settings.HubSpotSettings), window=window)


def _salesforce_again(window: Window) -> Summary:
    return salesforce.run(settings.read(settings.SalesforceSettings), window=window)


HUBSPOT: Final = Source(
    "hubspot",
    "HubSpot",
    hubspot.RESOURCES,
    _missing(settings.HubSpotSettings),
    "HUBSPOT_POLL_MINUTES",
    5,
    _hubspot_again,
)
SALESFORCE: Final = Source(
    "salesforce",
    "Salesforce",
    salesforce.RESOURCES,
    _missing(settings.SalesforceSettings),
    "SALESFORCE_POLL_MINUTES",
    15,
    _salesforce_again,
)


def pull_hubspot(resources: Sequence[str], ids: hubspot.Ids | None) -> Summary:
    return hubspot.run(settings.read(settings.HubSpotSettings), resources, ids)


def pull_salesforce(resources: Sequence[str]) -> Summary:
    return salesforce.run(settings.read(settings.SalesforceSettings), resources)


def pull_again(
    source: Source, begin: datetime, end: datetime, log: Callable[[str], None]
) -> tuple[dict[str, int], list[str]]:
    """Pull what was modified from `begin` up to `end`, day by day, so that polls get their turn in between.

    Returns what came of it over all resources, and the problems of the day at which it ended early.
    """
    total = {"days": 0, "objects_seen": 0, "rows_landed": 0, "unchanged": 0, "rejected": 0}
    while begin < end:
        summary = source.again(Window(begin, min(begin + timedelta(days=1), end)))
        for counts in summary.values():
            total["objects_seen"] += counts.seen
            total["rows_landed"] += counts.new
            total["unchanged"] += counts.unchanged
            total["rejected"] += counts.rejected
        log(f"{begin:%Y-%m-%d}: " + "; ".join(f"{name}: {counts}" for name, counts in summary.items()))
        if problems := [f"{begin:%Y-%m-%d}, {name}: {one.problem}" for name, one in summary.items() if one.problem]:
            return total, problems
        total["days"] += 1
        begin += timedelta(days=1)
    return total, []


def cron(minutes: int) -> str:
    """Every so many minutes, from an hour on in whole hours."""
    return f"*/{minutes} * * * *" if minutes < 60 else f"0 */{min(minutes // 60, 23)} * * *"


def notified(warehouse: Warehouse, since: int, until: int) -> hubspot.Ids:
    """The objects that notifications tell of which landed in `[since, until)`, by resource."""
    ids: dict[str, list[str]] = {}
    for object_type, object_id in warehouse.query(_NOTIFIED.format(since=int(since), until=int(until))):
        ids.setdefault(OBJECTS_BY_TYPE[str(object_type)], []).append(str(object_id))
    return ids
