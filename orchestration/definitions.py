"""All of Rift as Dagster sees it. The one place that holds a `Definitions` object."""

import dagster as dg

from orchestration.defs.ingest.assets import raw_tables
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
from orchestration.defs.operations.notifications import (
    noted_notifications,
    notification_sensor,
    notify_job,
    sent_notifications,
)
from orchestration.defs.reports.assets import published_ranks
from orchestration.defs.reports.checks import closed_weeks_are_published
from orchestration.defs.reports.reports import report_job, reported_weeks, weekly_rank_report
from orchestration.defs.reports.schedules import publish_job, publish_schedule
from orchestration.defs.reports.sensors import report_sensor
from orchestration.defs.transform.assets import exposures, warehouse
from orchestration.defs.transform.checks import landed_events_are_counted, landed_items_are_accounted
from orchestration.defs.transform.jobs import audit_job, build_job
from orchestration.defs.transform.schedules import audit_schedule, build_schedule, settle_job
from orchestration.defs.transform.sensors import checks_sensor
from orchestration.lib.tail import Warehouse

defs = dg.Definitions(
    assets=[
        *raw_tables(),
        hubspot_objects,
        salesforce_objects,
        imported_files,
        published_ranks,
        weekly_rank_report,
        reported_weeks,
        noted_notifications,
        sent_notifications,
        warehouse,
        *exposures(),
    ],
    asset_checks=[landed_events_are_counted, landed_items_are_accounted, closed_weeks_are_published],
    jobs=[
        build_job,
        settle_job,
        audit_job,
        publish_job,
        report_job,
        pull_hubspot_job,
        pull_salesforce_job,
        files_job,
        notify_job,
    ],
    schedules=[build_schedule, audit_schedule, publish_schedule, pull_hubspot_schedule, pull_salesforce_schedule],
    sensors=[
        webhook_sensor,
        hubspot_notification_sensor,
        files_sensor,
        report_sensor,
        checks_sensor,
        notification_sensor,
    ],
    resources={"warehouse": Warehouse(dsn=dg.EnvVar("RIFT_TRANSFORM_DSN"))},
)
