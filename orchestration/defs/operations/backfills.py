"""Backfills, started in Dagster: days and weeks computed again from raw, days of a source pulled again.

A range is one run; one backfill is under way at a time (dagster.yaml). In the queue it waits for no settle, nor a
settle for it: both take turns at the warehouse, a stretch each.
"""

import warnings
from dataclasses import asdict
from datetime import timedelta

import dagster as dg

from ingestion.settings import SettingsError
from ingestion.sources.pulling.errors import SourceError
from orchestration.defs.ingest import systems
from orchestration.lib import backfill, dbt, pulls
from orchestration.lib.owners import DATA_PLATFORM
from orchestration.lib.pulls import HUBSPOT, SALESFORCE, Source
from orchestration.lib.run_tags import BACKFILLS
from orchestration.lib.tail import Warehouse

# Older days: `rift rebuild` computes all of them again. Today, or this week, is the last partition.
BEGINNING = "2010-01-04"
DAYS = dg.DailyPartitionsDefinition(start_date=BEGINNING, end_offset=1)
WEEKS = dg.WeeklyPartitionsDefinition(start_date=BEGINNING, day_offset=1, end_offset=1)
SETTLED = dg.AssetKey(["intermediate", "int_user_days_settled"])
GROUP = "backfills"


def _recomputed(unit: str, partitions: dg.TimeWindowPartitionsDefinition) -> dg.AssetsDefinition:
    @dg.asset(
        key=[GROUP, unit],
        partitions_def=partitions,
        backfill_policy=dg.BackfillPolicy.single_run(),
        deps=[SETTLED],
        owners=[DATA_PLATFORM],
        group_name=GROUP,
        kinds={"dbt", "postgres"},
        description=f"Chosen {unit}, of each SDR's own time zone, computed again from raw in int_user_days_settled. "
        "Readers are right all along; `rows_changed` says how many rows of the cache were wrong.",
    )
    def recomputed(context: dg.AssetExecutionContext, warehouse: Warehouse) -> dg.MaterializeResult[None]:
        window = context.partition_time_window
        first, last = window.start.date(), (window.end - timedelta(days=1)).date()
        try:
            done = backfill.recompute(warehouse, first, last, context.log.info)
        except dbt.DbtError as error:
            raise dg.Failure(description=str(error)) from None
        return dg.MaterializeResult(metadata=asdict(done))

    return recomputed


def _pulled(source: Source) -> dg.AssetsDefinition:
    @dg.asset(
        key=[GROUP, source.name],
        partitions_def=DAYS,
        backfill_policy=dg.BackfillPolicy.single_run(),
        deps=[systems.key(source.name)],
        owners=[DATA_PLATFORM],
        group_name=GROUP,
        kinds={"dlt", "postgres"},
        description=f"What was modified in {source.title} on chosen days (UTC), asked for again: only versions that "
        f"raw_{source.name} does not have land.",
    )
    def pulled(context: dg.AssetExecutionContext) -> dg.MaterializeResult[None]:
        window = context.partition_time_window
        try:
            counts, problems = pulls.pull_again(source, window.start, window.end, context.log.info)
        except (SettingsError, SourceError) as error:
            raise dg.Failure(description=str(error)) from None
        if problems:
            raise dg.Failure(description="\n".join(problems), metadata=counts)
        return dg.MaterializeResult(metadata=counts)

    return pulled


with warnings.catch_warnings():
    # Dagster calls backfill_policy beta; a test holds it to one run for a range.
    warnings.simplefilter("ignore", dg.BetaWarning)
    days, weeks = _recomputed("days", DAYS), _recomputed("weeks", WEEKS)
    hubspot, salesforce = _pulled(HUBSPOT), _pulled(SALESFORCE)
backfill_assets = [days, weeks, hubspot, salesforce]
backfill_jobs = [
    dg.define_asset_job(
        f"backfill_{asset.key.path[-1]}_job",
        description=f"{what} Choose them when you materialize its asset.",
        selection=dg.AssetSelection.assets(asset),
        tags=BACKFILLS,
        executor_def=dg.in_process_executor,
    )
    for asset, what in (
        (days, "Computes days again from raw."),
        (weeks, "Computes weeks again from raw."),
        (hubspot, "Asks HubSpot again for what was modified on days."),
        (salesforce, "Asks Salesforce again for what was modified on days."),
    )
]
