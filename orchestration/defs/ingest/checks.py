"""Checks of what comes in: whether sources still send, are pulled in time, and pulled as much as they tell of.

All of them warn. What has landed is counted, and the marts say nothing wrong: they may lack what never came.
"""

import os
import time
from collections.abc import Iterator
from typing import Any, Final

import dagster as dg

from orchestration.defs.ingest.pulls import IS_COMPLETE, keys
from orchestration.lib.pulls import HUBSPOT, SALESFORCE, Source
from orchestration.lib.tail import Warehouse

# Hours of the week that are usually not silent: one or two may be chance or a meeting of all hands.
MISSED_HOURS: Final = 3
# Of pulls: one may fail, or meet a limit of the vendor, and the next may take a while. But runs wait for each other.
MISSED_PULLS: Final = 3
SHORTEST_WAIT_MINUTES: Final = 30
# Three times the longest interval that there is between two polls.
LOOKED_BACK_SECONDS: Final = 3 * 24 * 3600
# Objects that were pulled and not told of on a day, and no more than half of those pulled: may be somebody's tidying.
UNTOLD_OBJECTS: Final = 10
MOST_NAMED: Final = 5
ON_TIME: Final = "objects_are_pulled_on_time"

ARRIVALS: Final = """
select table_name, door, left(source, 80), day_item_count, missed_hour_count, last_received_at::text
from intermediate.int_source_arrivals
order by missed_hour_count desc, last_received_at
"""


@dg.asset_check(
    asset=["raw", "webhook_events"],
    description=(
        f"No source has been silent for {MISSED_HOURS} or more of the hours of the week in which it usually "
        "sends (in three of the four weeks before): of every door that is configured, and what a sender calls "
        "itself. Warns: a holiday, or a webhook that is broken at its source, whose events then never land."
    ),
)
def sources_keep_sending(warehouse: Warehouse) -> dg.AssetCheckResult:
    configured = doors()
    arrivals = [
        {"source": source, "door": door, "missed_hours": missed, "last_received_at": last, "items_in_a_day": items}
        for table, door, source, items, missed, last in warehouse.query(ARRIVALS)
        if table == "raw.webhook_events" and (door == "canonical" or configured is None or door in configured)
    ]
    silent = [one for one in arrivals if int(str(one["missed_hours"])) >= MISSED_HOURS]
    return dg.AssetCheckResult(
        passed=not silent,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={
            "sources": len(arrivals),
            "silent_sources": len(silent),
            "silent": silent[:MOST_NAMED],
            "newest_arrivals": sorted(arrivals, key=lambda one: str(one["last_received_at"]), reverse=True)[
                :MOST_NAMED
            ],
        },
    )


def doors() -> set[str] | None:
    """The vendors whose doors are open (RIFT_DOORS, separated by commas); None where nobody says so."""
    named = os.environ.get("RIFT_DOORS")
    return None if named is None else {name for name in named.split(",") if name}


def _on_time(source: Source) -> dg.AssetChecksDefinition:
    text = (
        f"Where {source.title} is configured, the last poll that got everything is no older than {MISSED_PULLS} times "
        f"{source.poll_minutes}, or {SHORTEST_WAIT_MINUTES} minutes. Warns: what has landed is counted, but what "
        "changes there is late. What notifications ask for, and a poll that broke off, do not count."
    )
    specs = [dg.AssetCheckSpec(ON_TIME, asset=key, description=text) for key in keys(source)]

    @dg.multi_asset_check(name=f"{source.name}_{ON_TIME}", specs=specs, can_subset=True)
    def check(context: dg.AssetCheckExecutionContext, warehouse: Warehouse) -> Iterator[dg.AssetCheckResult]:
        newest = {
            f"raw_{source.name}.{name}": warehouse.query(
                f"select landed_at::text from raw_{source.name}.{name} order by landed_xid desc limit 1"
            )
            for name in source.resources
        }
        for spec in sorted(context.selected_asset_check_keys):
            landed = newest[".".join(spec.asset_key.path)]
            pulled_at = last_complete(context.instance, spec.asset_key)
            yield pulled(source, spec.asset_key, pulled_at, str(landed[0][0]) if landed else None)

    return check


def last_complete(instance: dg.DagsterInstance, key: dg.AssetKey) -> float | None:
    """When an object's last complete pull ended, a Unix time; None when there is none of late."""
    since = time.time() - LOOKED_BACK_SECONDS
    cursor = None
    while True:
        page = instance.fetch_materializations(
            dg.AssetRecordsFilter(asset_key=key, after_timestamp=since), limit=200, cursor=cursor
        )
        for record in page.records:
            found = record.asset_materialization
            if found and IS_COMPLETE in found.metadata and found.metadata[IS_COMPLETE].value:
                return record.timestamp
        if not page.has_more:
            return None
        cursor = page.cursor


def pulled(source: Source, key: dg.AssetKey, pulled_at: float | None, landed_at: str | None) -> dg.AssetCheckResult:
    """Whether one kind of object was pulled in time: `pulled_at` is a Unix time, `landed_at` when anything new came."""
    is_configured = source.missing() is None
    allowed = max(MISSED_PULLS * source.minutes(), SHORTEST_WAIT_MINUTES)
    ago = None if pulled_at is None else int(time.time() - pulled_at) // 60
    return dg.AssetCheckResult(
        asset_key=key,
        check_name=ON_TIME,
        passed=not is_configured or (ago is not None and ago <= allowed),
        severity=dg.AssetCheckSeverity.WARN,
        metadata={
            "is_configured": is_configured,
            "minutes_since_pull": ago,
            "minutes_allowed": allowed,
            "newest_landed_at": landed_at,
        },
    )


hubspot_pulled_on_time = _on_time(HUBSPOT)
salesforce_pulled_on_time = _on_time(SALESFORCE)

DELIVERIES: Final = """
select
    delivery_date::text, source, object_type, told_count, pulled_count, difference_count, unpulled_count, untold_count,
    unpulled_object_keys,
    -- Webhooks that have told before, and did not of most that was pulled on a day that is over.
    untold_count > greatest({untold}, pulled_count / 2) and delivery_date < (now() at time zone 'UTC')::date
    and exists (
        select 1 from intermediate.int_deliveries as earlier
        where earlier.source = deliveries.source and earlier.told_count > 0
            and earlier.delivery_date < deliveries.delivery_date
    ) as is_untold
from intermediate.int_deliveries as deliveries
order by delivery_date desc, source, object_type
"""
COLUMNS: Final = ("day", "source", "object_type", "told", "pulled", "difference", "told_not_pulled", "pulled_not_told")


@dg.asset_check(
    asset=["intermediate", "int_deliveries"],
    description=(
        "Of today and the week before: every object that HubSpot's webhooks told of more than an hour ago was "
        f"pulled, and of no finished day more than {UNTOLD_OBJECTS} objects, and more than half, were pulled and not "
        "told of. Warns: what was told of and never came does not score; without webhooks, changes count only with "
        "the next poll."
    ),
)
def deliveries_are_pulled(warehouse: Warehouse) -> dg.AssetCheckResult:
    rows = warehouse.query(DELIVERIES.format(untold=UNTOLD_OBJECTS))
    days: list[dict[str, Any]] = [dict(zip(COLUMNS, row, strict=False)) for row in rows]
    unpulled = sum(one["told_not_pulled"] for one in days)
    untold = [f"{one['object_type']} on {one['day']}" for one, row in zip(days, rows, strict=True) if row[-1]]
    named = [key for row in rows if isinstance(row[-2], list) for key in row[-2]]
    return dg.AssetCheckResult(
        passed=not unpulled and not untold,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={
            "told_objects": sum(one["told"] for one in days),
            "pulled_objects": sum(one["pulled"] for one in days),
            "told_not_pulled": unpulled,
            "not_pulled": named[:MOST_NAMED],
            "days_not_told_of": untold[:MOST_NAMED],
            # A table without rows cannot be shown.
            "days": dg.MetadataValue.table([dg.TableRecord(one) for one in days]) if days else None,
        },
    )
