"""The tags of runs that no job of ours started: of what is materialized from an asset's page.

The same as those of the job that materializes it by itself: which runs wait for it, how long it may take and is kept.
"""

from collections.abc import Iterable, Mapping
from typing import Final

import dagster as dg

from orchestration.lib.retention import KEPT_LONG

WAREHOUSE: Final = {"rift/writes": "warehouse"}
# A year of a source may take longer than any other run (dagster.yaml), and settles do not wait for it.
BACKFILLS: Final = {"rift/writes": "backfills", "dagster/max_runtime": "86400"} | KEPT_LONG
# By the beginning of assets' keys. Where a run materializes several, the first in this order decide.
BY_ASSET: Final[Mapping[tuple[str, ...], Mapping[str, str]]] = {
    ("seeds",): WAREHOUSE,
    ("staging",): WAREHOUSE,
    ("intermediate",): WAREHOUSE,
    ("marts",): WAREHOUSE,
    ("backfills",): BACKFILLS,
    ("raw", "published_ranks"): {"rift/writes": "publications"} | KEPT_LONG,
    ("reports", "weekly_rank_report"): {"rift/writes": "reports"} | KEPT_LONG,
    ("raw", "import_chunks"): {"rift/writes": "files"},
    ("raw", "notification_deliveries"): {"rift/writes": "notifications"},
    ("raw_hubspot",): {"rift/pulls": "hubspot"},
    ("raw_salesforce",): {"rift/pulls": "salesforce"},
}


def tags_of(keys: Iterable[dg.AssetKey]) -> dict[str, str]:
    """The tags of a run that materializes these assets."""
    paths = [tuple(key.path) for key in keys]
    tags: dict[str, str] = {}
    for prefix, added in BY_ASSET.items():
        if any(path[: len(prefix)] == prefix for path in paths):
            tags = {**added, **tags}
    return tags
