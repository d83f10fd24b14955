"""Checks of what is announced."""

import dagster as dg

from orchestration.defs.reports.assets import PUBLISHED_RANKS
from orchestration.lib.publication import UNPUBLISHED
from orchestration.lib.tail import Warehouse


@dg.asset_check(asset=PUBLISHED_RANKS, description="Weeks that are over are published.")
def closed_weeks_are_published(warehouse: Warehouse) -> dg.AssetCheckResult:
    weeks = [str(week) for (week,) in warehouse.query(UNPUBLISHED)]
    return dg.AssetCheckResult(
        passed=not weeks, severity=dg.AssetCheckSeverity.WARN, metadata={"unpublished_weeks": weeks}
    )
