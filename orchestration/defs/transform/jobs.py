"""What is run of the warehouse: all of it with the quick checks, and the checks that read history."""

import dagster as dg

from orchestration.defs.ingest.checks import (
    deliveries_are_pulled,
    hubspot_pulled_on_time,
    salesforce_pulled_on_time,
    sources_keep_sending,
)
from orchestration.defs.reports.checks import closed_weeks_are_published
from orchestration.defs.transform.assets import AUDITS
from orchestration.defs.transform.checks import (
    every_landed_event_is_counted,
    landed_items_are_accounted,
    sampled_objects_equal_items,
    sampled_rows_equal_raw,
    tail_is_short,
)
from orchestration.defs.transform.schedules import AUDIT_JOB, BUILD_JOB, WATCH_JOB
from orchestration.lib.run_tags import KEPT_LONG, WAREHOUSE

# Those of dbt, and those of ours that count every event and every item.
HISTORY = dg.AssetSelection.checks(*AUDITS, every_landed_event_is_counted, landed_items_are_accounted)
# What may be wrong without anything having landed. Most costs the same for a longer history; the sums of the sample's
# SDRs cost their settled days, and published weeks a row a week of each SDR.
WATCHES = dg.AssetSelection.checks(
    closed_weeks_are_published,
    deliveries_are_pulled,
    hubspot_pulled_on_time,
    salesforce_pulled_on_time,
    sampled_objects_equal_items,
    sampled_rows_equal_raw,
    sources_keep_sending,
    tail_is_short,
)

build_job = dg.define_asset_job(
    BUILD_JOB,
    description="Settles, brings every model up to date and runs every check that does not read history.",
    selection=dg.AssetSelection.groups("staging", "intermediate", "marts", "seeds")
    - HISTORY
    - (WATCHES - dg.AssetSelection.checks(tail_is_short)),
    tags=WAREHOUSE,
    executor_def=dg.in_process_executor,
)

audit_job = dg.define_asset_job(
    AUDIT_JOB,
    description="Runs the checks that read history; the longest takes a minute at 10 M events. Nothing waits for it.",
    selection=HISTORY,
    tags=KEPT_LONG,
    executor_def=dg.in_process_executor,
)

watch_job = dg.define_asset_job(
    WATCH_JOB,
    description=(
        "Computes a sample from raw again, and looks whether settles, sources, pulls and publications keep "
        "time. It only reads, for some seconds: nothing waits for it."
    ),
    selection=WATCHES,
    executor_def=dg.in_process_executor,
)
