"""What is run of the warehouse: all of it with the quick checks, and the checks that read history."""

import dagster as dg

from orchestration.defs.transform.assets import AUDITS
from orchestration.defs.transform.checks import landed_items_are_accounted
from orchestration.defs.transform.schedules import AUDIT_JOB, BUILD_JOB, WRITES_WAREHOUSE
from orchestration.lib.retention import KEPT_LONG

# Those of dbt, and the one of ours that counts every item.
HISTORY = dg.AssetSelection.checks(*AUDITS, landed_items_are_accounted)

build_job = dg.define_asset_job(
    BUILD_JOB,
    description="Settles, brings every model up to date and runs every check that does not read history.",
    selection=dg.AssetSelection.groups("staging", "intermediate", "marts", "seeds") - HISTORY,
    tags=WRITES_WAREHOUSE,
    executor_def=dg.in_process_executor,
)

audit_job = dg.define_asset_job(
    AUDIT_JOB,
    description="Runs the checks that read history; the longest takes a minute at 10 M events. Nothing waits for it.",
    selection=HISTORY,
    tags=KEPT_LONG,
    executor_def=dg.in_process_executor,
)
