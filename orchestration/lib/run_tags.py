"""What the tags of runs say: which wait for each other (dagster.yaml), and which are kept for long.

A run of what is materialized from an asset's page, of no job of ours, has the tags of the job that materializes it by
itself.
"""

from collections.abc import Iterable, Mapping
from typing import Final

import dagster as dg

# A job whose successful runs are kept as long as failed ones has this tag.
KEPT_LONG: Final = {"rift/keep": "long"}
# The tag of jobs whose runs do all that there is to do when they begin, whoever asked for them.
COALESCES: Final = {"rift/coalesces": "true"}
# Which source a run pulls.
PULLS: Final = "rift/pulls"
WRITES: Final = "rift/writes"
WAREHOUSE: Final = {WRITES: "warehouse"}
FILES: Final = {WRITES: "files"}
NOTIFICATIONS: Final = {WRITES: "notifications"}
RETENTION: Final = {WRITES: "retention"}
PUBLICATIONS: Final = {WRITES: "publications"} | KEPT_LONG
REPORTS: Final = {WRITES: "reports"} | KEPT_LONG
# A year of a source may take longer than any other run (dagster.yaml), and settles do not wait for it.
BACKFILLS: Final = {WRITES: "backfills", "dagster/max_runtime": "86400"} | KEPT_LONG
# By the beginning of assets' keys. Where a run materializes several, the first in this order decide.
BY_ASSET: Final[Mapping[tuple[str, ...], Mapping[str, str]]] = {
    ("seeds",): WAREHOUSE,
    ("staging",): WAREHOUSE,
    ("intermediate",): WAREHOUSE,
    ("marts",): WAREHOUSE,
    ("backfills",): BACKFILLS,
    ("raw", "published_ranks"): PUBLICATIONS,
    ("reports", "weekly_rank_report"): REPORTS,
    ("raw", "import_chunks"): FILES,
    ("raw", "notification_deliveries"): NOTIFICATIONS,
    ("raw_hubspot",): {PULLS: "hubspot"},
    ("raw_salesforce",): {PULLS: "salesforce"},
}


def tags_of(keys: Iterable[dg.AssetKey]) -> dict[str, str]:
    """The tags of a run that materializes these assets."""
    paths = [tuple(key.path) for key in keys]
    tags: dict[str, str] = {}
    for prefix, added in BY_ASSET.items():
        if any(path[: len(prefix)] == prefix for path in paths):
            tags = {**added, **tags}
    return tags
