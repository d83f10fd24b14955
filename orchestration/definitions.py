"""All of Rift as Dagster sees it. The one place that holds a `Definitions` object."""

import dagster as dg

from orchestration.defs.ingest.assets import described, raw_tables
from orchestration.defs.ingest.checks import (
    deliveries_are_pulled,
    hubspot_pulled_on_time,
    salesforce_pulled_on_time,
    sources_keep_sending,
)
from orchestration.defs.ingest.files import files_job, files_sensor, imported_files
from orchestration.defs.ingest.pulls import hubspot_objects, salesforce_objects
from orchestration.defs.ingest.schedules import (
    hubspot_notification_sensor,
    pull_hubspot_job,
    pull_hubspot_schedule,
    pull_salesforce_job,
    pull_salesforce_schedule,
)
from orchestration.defs.ingest.sensors import webhook_sensor
from orchestration.defs.ingest.systems import systems
from orchestration.defs.operations.backfills import backfill_assets, backfill_jobs
from orchestration.defs.operations.notifications import (
    noted_notifications,
    notification_sensor,
    notify_job,
    sent_notifications,
)
from orchestration.defs.operations.retention import retention_job, retention_schedule
from orchestration.defs.reports.assets import published_ranks
from orchestration.defs.reports.checks import closed_weeks_are_published
from orchestration.defs.reports.reports import report_job, reported_weeks, weekly_rank_report
from orchestration.defs.reports.schedules import publish_job, publish_schedule
from orchestration.defs.reports.sensors import report_sensor
from orchestration.defs.transform.assets import PROJECT, warehouse
from orchestration.defs.transform.bookkeeping import bookkeeping
from orchestration.defs.transform.checks import (
    every_landed_event_is_counted,
    landed_events_are_counted,
    landed_items_are_accounted,
    sampled_objects_equal_items,
    sampled_rows_equal_raw,
    tail_is_short,
)
from orchestration.defs.transform.jobs import audit_job, build_job, watch_job
from orchestration.defs.transform.readers import readers
from orchestration.defs.transform.schedules import audit_schedule, build_schedule, settle_job, watch_schedule
from orchestration.defs.transform.sensors import checks_sensor
from orchestration.lib.tail import Warehouse

defs = dg.Definitions(
    assets=[
        *systems(),
        *raw_tables(PROJECT),
        *described([hubspot_objects, salesforce_objects, imported_files, published_ranks, reported_weeks], PROJECT),
        weekly_rank_report,
        noted_notifications,
        sent_notifications,
        warehouse,
        *backfill_assets,
        *bookkeeping(),
        *readers(PROJECT),
    ],
    asset_checks=[
        landed_events_are_counted,
        every_landed_event_is_counted,
        landed_items_are_accounted,
        sampled_rows_equal_raw,
        sampled_objects_equal_items,
        tail_is_short,
        sources_keep_sending,
        hubspot_pulled_on_time,
        salesforce_pulled_on_time,
        deliveries_are_pulled,
        closed_weeks_are_published,
    ],
    jobs=[
        build_job,
        settle_job,
        audit_job,
        watch_job,
        publish_job,
        report_job,
        pull_hubspot_job,
        pull_salesforce_job,
        files_job,
        *backfill_jobs,
        retention_job,
        notify_job,
    ],
    schedules=[
        build_schedule,
        audit_schedule,
        watch_schedule,
        publish_schedule,
        pull_hubspot_schedule,
        pull_salesforce_schedule,
        retention_schedule,
    ],
    sensors=[
        webhook_sensor,
        hubspot_notification_sensor,
        files_sensor,
        report_sensor,
        checks_sensor,
        notification_sensor,
    ],
    # Also of what is materialized from an asset's page: a process for each step would only cost.
    executor=dg.in_process_executor,
    resources={"warehouse": Warehouse(dsn=dg.EnvVar("RIFT_TRANSFORM_DSN"))},
)
