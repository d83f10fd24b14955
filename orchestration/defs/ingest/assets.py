"""The raw tables: what doors and pipelines land, and dbt starts from."""

import json

import dagster as dg

from orchestration.lib import dbt, pulls

# Written here, each by an asset of its own.
ANNOUNCED = {"published_ranks", "weekly_reports"}
# By assets of their own, too.
PULLED = {f"raw_{source.name}" for source in (pulls.HUBSPOT, pulls.SALESFORCE)}


def raw_tables() -> list[dg.AssetSpec]:
    """One asset for each source of the dbt project, under the key that its models depend on."""
    manifest = json.loads(dbt.manifest_path().read_text(encoding="utf-8"))
    return [
        dg.AssetSpec(
            key=[source["source_name"], source["name"]],
            description=source["description"],
            group_name="raw",
            kinds={"postgres"},
        )
        for source in manifest["sources"].values()
        if source["name"] not in ANNOUNCED and source["source_name"] not in PULLED
    ]
