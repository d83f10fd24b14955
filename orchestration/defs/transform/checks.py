"""Checks that compare layers, which no test of one model can.

Blocking is what means that readers are told something wrong; the rest warns. Each description says which, and why.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Final

import dagster as dg
from dagster._core.storage.asset_check_execution_record import AssetCheckExecutionRecordStatus

from orchestration.lib import counting
from orchestration.lib.tail import Warehouse

POINT: Final = "compared_up_to"
COUNTED: Final = dg.AssetKey(["marts", "fct_user_daily"])
SETTLED: Final = dg.AssetKey(["intermediate", "int_user_days_settled"])
VENDOR_EVENTS: Final = dg.AssetKey(["staging", "stg_vendor__events"])
# Readers compute the tail in their own statement: 2,000 events cost the week's board 70 ms, 200,000 two seconds (10 M
# events, 2 cores). From here on people notice.
LONG_TAIL: Final = 50_000
# A settle begins within seconds; after three tries that failed, the next are ten minutes later.
OLD_TAIL_SECONDS: Final = 15 * 60


@dg.asset_check(
    asset=COUNTED,
    blocking=True,
    description=(
        "Every event that has landed since this last passed, and each other of the same SDRs and days, is "
        "counted once. Blocking: else the marts tell wrong totals. Its cost is that of what landed; the audit "
        "compares all history."
    ),
)
def landed_events_are_counted(context: dg.AssetCheckExecutionContext, warehouse: Warehouse) -> dg.AssetCheckResult:
    since = last_point(context.instance, landed_events_are_counted.check_key)
    found = counting.new_events(warehouse.query, since) if since else counting.all_events(warehouse.query)
    return _counted(found, since)


@dg.asset_check(
    asset=COUNTED,
    blocking=True,
    description=(
        "Every event that ever landed is counted once: all of history, in one snapshot. Blocking: else the "
        "marts tell wrong totals."
    ),
)
def every_landed_event_is_counted(warehouse: Warehouse) -> dg.AssetCheckResult:
    return _counted(counting.all_events(warehouse.query), None)


def last_point(instance: dg.DagsterInstance, check: dg.AssetCheckKey) -> str | None:
    """Up to where the check last found everything counted; None when it never has."""
    passed = {AssetCheckExecutionRecordStatus.SUCCEEDED}
    for record in instance.event_log_storage.get_asset_check_execution_history(check, limit=1, status=passed):
        if record.evaluation and POINT in record.evaluation.metadata:
            return str(record.evaluation.metadata[POINT].value)
    return None


def unmet(instance: dg.DagsterInstance, checks: Iterable[dg.AssetChecksDefinition]) -> list[str]:
    """The names of those checks that were not met when they were last evaluated; one under way is none yet."""
    evaluated = {AssetCheckExecutionRecordStatus.SUCCEEDED, AssetCheckExecutionRecordStatus.FAILED}
    history = instance.event_log_storage.get_asset_check_execution_history
    return [
        check.check_key.name
        for check in checks
        for record in history(check.check_key, limit=1, status=evaluated)
        if record.status is AssetCheckExecutionRecordStatus.FAILED
    ]


def _counted(found: counting.Counted, since: str | None) -> dg.AssetCheckResult:
    metadata: dict[str, Any] = {
        "landed_events": found.landed_count,
        "counted_events": found.counted_count,
        POINT: found.point,
    }
    if found.day_count is not None:
        metadata |= {
            "compared_since": since,
            "compared_days": found.day_count,
            "differing_days": found.differing_count,
            "differing": list(found.differing),
            "has_day_each": not found.has_lost_any,
        }
    return dg.AssetCheckResult(passed=found.is_right, metadata=metadata)


@dg.asset_check(
    asset=["marts", "fct_unscored_items"],
    blocking=True,
    description=(
        "Every item of a vendor is what an event is from, or stands once in the list of what scores nothing, and so "
        "does every item that a door refused and nobody has replayed. Blocking: else something disappears without a "
        "word."
    ),
)
def landed_items_are_accounted(warehouse: Warehouse) -> dg.AssetCheckResult:
    items = counting.items(warehouse.query)
    return dg.AssetCheckResult(
        passed=items.is_right,
        metadata={
            "landed_items": items.landed_count,
            "refused_items": items.refused_count,
            "scored_items": items.scored_count,
            "listed_items": items.listed_count,
            "unaccounted_items": items.unaccounted_count,
            "unaccounted": list(items.unaccounted),
            "outcomes": items.outcomes,
        },
    )


_SAMPLED: Final = """
select
    table_name, count(*), count(*) filter (where {differs}),
    coalesce((array_agg({key} order by {key}) filter (where {differs}))[:5], '{{}}'), max(sample)
from {view} group by table_name order by table_name
"""
SAMPLED_ROWS: Final = _SAMPLED.format(
    view="intermediate.int_sampled_rows", differs="kept is distinct from recomputed", key="user_id || ' ' || row_key"
)
SAMPLED_VENDOR_ROWS: Final = _SAMPLED.format(
    view="staging.stg_vendor__sampled_rows",
    differs="is_different",
    key="concat_ws(' ', source, object_key, event_type)",
)


@dg.asset_check(
    asset=SETTLED,
    blocking=True,
    description=(
        "This hour's sample of settled days (of 100 SDRs the newest and five of any) is what raw says, and all sums "
        "of these SDRs are what their settled days add up to. Blocking: else the marts tell wrong figures. `rift "
        "rebuild` mends it; the audit compares every row."
    ),
)
def sampled_rows_equal_raw(warehouse: Warehouse) -> dg.AssetCheckResult:
    return _sampled(warehouse.query(SAMPLED_ROWS), "intermediate.int_sampled_rows")


@dg.asset_check(
    asset=VENDOR_EVENTS,
    blocking=True,
    description=(
        "What this hour's sample of 100 objects of vendors tells of is what their items say. Blocking: else "
        "events of vendors are scored wrongly. `rift rebuild` mends it; the audit compares every row."
    ),
)
def sampled_objects_equal_items(warehouse: Warehouse) -> dg.AssetCheckResult:
    return _sampled(warehouse.query(SAMPLED_VENDOR_ROWS), "staging.stg_vendor__sampled_rows")


# While one of these is not met, figures may be wrong: nothing is made or told of them that cannot be taken back.
TRUSTED: Final = (
    landed_events_are_counted,
    every_landed_event_is_counted,
    sampled_rows_equal_raw,
    sampled_objects_equal_items,
)


def _sampled(tables: Sequence[Sequence[object]], view: str) -> dg.AssetCheckResult:
    differing = {str(name): keys for name, _, count, keys, _ in tables if count}
    metadata: dict[str, Any] = {f"{name}_compared": count for name, count, *_ in tables}
    metadata |= {f"{name}_differing": count for name, _, count, *_ in tables}
    metadata |= {"differing": differing}
    if tables:
        sample = str(tables[0][-1])
        metadata |= {"sample": sample, "asked_again_by": f"set rift.sample = '{sample}'; select * from {view}"}
    return dg.AssetCheckResult(passed=not differing, metadata=metadata)


@dg.asset_check(
    asset=SETTLED,
    description=(
        f"At most {LONG_TAIL:,} events wait for a settle, none for more than {OLD_TAIL_SECONDS // 60} minutes. "
        "Warns: readers are right with any tail, only slower."
    ),
)
def tail_is_short(warehouse: Warehouse) -> dg.AssetCheckResult:
    ((events, items, age, settled_ago),) = warehouse.query(
        "select tail_event_count, tail_item_count,"
        " coalesce(extract(epoch from clock_timestamp() - tail_started_at), 0)::bigint,"
        " extract(epoch from clock_timestamp() - watermark_settled_at)::bigint from intermediate.int_tail"
    )
    size, seconds = int(str(events)), int(str(age))
    return dg.AssetCheckResult(
        passed=size <= LONG_TAIL and seconds <= OLD_TAIL_SECONDS,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={
            "tail_events": size,
            "tail_seconds": seconds,
            "uninterpreted_items": int(str(items)),
            "seconds_since_settle": None if settled_ago is None else int(str(settled_ago)),
        },
    )
