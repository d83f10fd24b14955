"""Checks that compare layers, which no test of one model can."""

import dagster as dg

from orchestration.lib.tail import Warehouse


@dg.asset_check(
    asset=["marts", "fct_user_daily"],
    blocking=True,
    description="Every accepted event, and each that a vendor tells of, is counted once: compared in one snapshot.",
)
def landed_events_are_counted(warehouse: Warehouse) -> dg.AssetCheckResult:
    rows = warehouse.query(
        "select (select count(*) from raw.webhook_events where door = 'canonical')"
        " + (select count(*) from staging.stg_vendor__events),"
        " (select coalesce(sum(gross_event_count), 0)::bigint from marts.fct_user_daily)"
    )
    landed, counted = (int(str(number)) for number in rows[0])
    return dg.AssetCheckResult(passed=landed == counted, metadata={"landed_events": landed, "counted_events": counted})


ITEMS = """
with outcomes as (
    select items.outcome, exists (
        select 1 from staging.stg_vendor__events as events where events.raw_id = items.raw_id
    ) as is_event
    from staging.stg_vendor__item_outcomes as items
)
select
    (select count(*) from raw.webhook_events where door <> 'canonical')
    + (select count(*) from raw_hubspot.calls) + (select count(*) from raw_hubspot.emails)
    + (select count(*) from raw_hubspot.meetings)
    + (select count(*) from raw_salesforce.tasks) + (select count(*) from raw_salesforce.events),
    (select count(*) from outcomes where is_event = (outcome = 'scored')),
    (select coalesce(json_object_agg(outcome, number), '{}')
        from (select outcome, count(*) as number from outcomes group by outcome) as numbers)
"""


@dg.asset_check(
    asset=["marts", "fct_unscored_items"],
    description="Every item of a vendor is what an event is from, or in the list of what scores nothing.",
)
def landed_items_are_accounted(warehouse: Warehouse) -> dg.AssetCheckResult:
    ((landed, accounted, outcomes),) = warehouse.query(ITEMS)
    return dg.AssetCheckResult(
        passed=landed == accounted,
        metadata={"landed_items": int(str(landed)), "accounted_items": int(str(accounted)), "outcomes": str(outcomes)},
    )
