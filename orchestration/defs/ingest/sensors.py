"""Watches the raw log."""

import dagster as dg

from orchestration.defs.transform.schedules import run_request, settle_job
from orchestration.lib.run_tags import WAREHOUSE
from orchestration.lib.runs import UNFINISHED
from orchestration.lib.tail import Tail, Warehouse


@dg.sensor(
    job=settle_job,
    name="webhook_sensor",
    minimum_interval_seconds=10,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Settles as soon as something has landed and no other run writes the warehouse.",
)
def webhook_sensor(context: dg.SensorEvaluationContext, warehouse: Warehouse) -> dg.SensorResult | dg.SkipReason:
    tail = warehouse.tail()
    if not tail.is_settleable:
        return dg.SkipReason("Everything that can be settled is settled.")
    # By what runs say themselves: a daemon that is killed while it writes a run leaves it without rows for its tags.
    unfinished = context.instance.get_runs(dg.RunsFilter(statuses=UNFINISHED))
    if any(run.tags.items() >= WAREHOUSE.items() for run in unfinished):
        return dg.SkipReason("A run that writes the warehouse is under way; the next tick sees what it left.")
    request = run_request(context.instance, settle_job.name, tail.unsettled)
    if isinstance(request, dg.SkipReason):
        return request
    return dg.SensorResult(run_requests=[request], asset_events=[_landed(tail)])


def _landed(tail: Tail) -> dg.AssetMaterialization:
    landed_at = tail.last_event_landed_at
    return dg.AssetMaterialization(
        asset_key=["raw", "webhook_events"],
        metadata={
            "rows": tail.tail_event_count,  # since the watermark: what the settle will find
            "watermark_xid": tail.watermark_xid,
            "newest_landed_xid": tail.newest_landed_xid,
            "newest_landed_at": dg.MetadataValue.timestamp(landed_at) if landed_at else dg.MetadataValue.null(),
        },
    )
