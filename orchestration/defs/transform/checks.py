"""Checks that compare layers, which no test of one model can."""

import dagster as dg

from orchestration.lib.tail import Warehouse


@dg.asset_check(
    asset=["marts", "fct_user_daily"],
    blocking=True,
    description="Every accepted event is counted once: compared with the raw log in one snapshot.",
)
def landed_events_are_counted(warehouse: Warehouse) -> dg.AssetCheckResult:
    rows = warehouse.query(
        "select (select count(*) from raw.webhook_events where door = 'canonical'),"
        " (select coalesce(sum(gross_event_count), 0)::bigint from marts.fct_user_daily)"
    )
    landed, counted = (int(str(number)) for number in rows[0])
    return dg.AssetCheckResult(passed=landed == counted, metadata={"landed_events": landed, "counted_events": counted})
