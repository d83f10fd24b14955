"""When weeks are published."""

import dagster as dg

from orchestration.defs.reports.assets import PUBLISHED_RANKS
from orchestration.defs.transform.checks import sampled_objects_equal_items, unmet
from orchestration.defs.transform.schedules import run_request
from orchestration.lib.publication import UNPUBLISHED
from orchestration.lib.run_tags import PUBLICATIONS
from orchestration.lib.tail import Warehouse

publish_job = dg.define_asset_job(
    "publish_job",
    description="Announces the ranks of weeks that have closed. What lands for them later is a restatement.",
    selection=dg.AssetSelection.assets(PUBLISHED_RANKS),
    tags=PUBLICATIONS,  # one at a time (dagster.yaml)
    executor_def=dg.in_process_executor,
)


@dg.schedule(
    job=publish_job,
    cron_schedule="0 * * * *",
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="Every hour in which there is a closed week that has not been published, and no sign of wrong events.",
)
def publish_schedule(context: dg.ScheduleEvaluationContext, warehouse: Warehouse) -> dg.RunRequest | dg.SkipReason:
    weeks = [str(week) for (week,) in warehouse.query(UNPUBLISHED)]
    if not weeks:
        return dg.SkipReason("Every closed week in which anybody did anything is published.")
    # Ranks are announced from raw, and from no cache but the events of vendors. What is announced stays.
    if unmet(context.instance, [sampled_objects_equal_items]):
        return dg.SkipReason(
            f"{len(weeks)} closed weeks wait: sampled_objects_equal_items last failed, so that events of vendors may "
            "be wrong. `rift rebuild` mends it; they are published once that has passed again."
        )
    return run_request(context.instance, publish_job.name, f"{weeks[0]} to {weeks[-1]}, {len(weeks)} in all")
