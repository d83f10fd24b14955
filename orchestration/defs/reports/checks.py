"""Checks of what is announced."""

from typing import Final

import dagster as dg

from orchestration.defs.reports.assets import PUBLISHED_RANKS
from orchestration.lib.publication import UNPUBLISHED
from orchestration.lib.tail import Warehouse

PUBLISHED: Final = """
select count(distinct week_start_date), max(week_start_date)::text, max(published_at)::text from raw.published_ranks
"""


@dg.asset_check(
    asset=PUBLISHED_RANKS,
    description=(
        "Every week that is closed and that anybody played is published. Warns: nothing that was told is wrong,"
        " but people wait for it; `rift publish` says what keeps it."
    ),
)
def closed_weeks_are_published(warehouse: Warehouse) -> dg.AssetCheckResult:
    weeks = [str(week) for (week,) in warehouse.query(UNPUBLISHED)]
    ((count, newest, at),) = warehouse.query(PUBLISHED)
    return dg.AssetCheckResult(
        passed=not weeks,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={
            "unpublished_weeks": weeks,
            "published_weeks": int(str(count)),
            "newest_published_week": None if newest is None else str(newest),
            "last_published_at": None if at is None else str(at),
        },
    )
