"""What dbt keeps for itself beside the models (macros/bookkeeping.sql), as assets: models read it without `ref()`."""

from typing import Final

import dagster as dg

from orchestration.defs.ingest import systems
from orchestration.lib.owners import DATA_PLATFORM

SETTLED: Final = dg.AssetKey(["intermediate", "int_user_days_settled"])
INTERPRETED: Final = dg.AssetKey(["staging", "stg_vendor__events"])
_TABLES: Final = {
    "settled_totals": (
        [SETTLED],
        "One row per SDR and event type: the settled days summed for life, in the settle's own transaction.",
    ),
    "settled_weeks": (
        [SETTLED],
        "One row per SDR, week, team and event type: the settled days summed, in the settle's own transaction.",
    ),
    "settle_watermarks": (
        [SETTLED, INTERPRETED],
        "One row per table that is kept up to date: the transaction below which it holds everything, and since when.",
    ),
    "vendor_days_touched": (
        [INTERPRETED],
        "One row per event of a vendor that went or changed: where it was. The next settle computes that day anew.",
    ),
    "built_views": (
        [systems.RELEASE],
        "One row per view and function: the definition that it was built from. It is replaced when that changes.",
    ),
}


def bookkeeping() -> list[dg.AssetSpec]:
    return [
        dg.AssetSpec(
            key=["intermediate", name],
            deps=deps,
            description=description,
            owners=[DATA_PLATFORM],
            # Nobody reads the notes on views; the others are in the middle of it.
            group_name="bookkeeping" if name == "built_views" else "intermediate",
            kinds={"postgres", "table"},
        )
        for name, (deps, description) in _TABLES.items()
    ]
