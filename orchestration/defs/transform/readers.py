"""Who reads the marts: each exposure of the dbt project as an asset, at the end of the graph."""

import os
from collections.abc import Mapping
from typing import Any, Final

import dagster as dg

from orchestration.lib.translator import TRANSLATOR, Manifest, also_reads, dagster_meta, owners

GROUP: Final = "readers"
HUD_PORT: Final = os.environ.get("HUD_PORT", "8501")


def readers(project: Manifest) -> list[dg.AssetSpec]:
    """One asset for each exposure; one that Dagster makes is in the graph already, and says so under `asset`."""
    exposures = project["exposures"].values()
    return [_reader(exposure, project) for exposure in exposures if "asset" not in dagster_meta(exposure)]


def _reader(exposure: Mapping[str, Any], project: Manifest) -> dg.AssetSpec:
    nodes = {**project["nodes"], **project["sources"]}
    said = dagster_meta(exposure)
    read = [TRANSLATOR.get_asset_key(nodes[node]) for node in exposure["depends_on"]["nodes"]]
    return dg.AssetSpec(
        key=["exposure", exposure["name"]],
        description=f"**{exposure['label'] or exposure['name']}**\n\n{exposure['description']}",
        owners=owners(exposure),
        group_name=said.get("group", GROUP),
        deps=[*read, *also_reads(exposure)],
        kinds=set(said.get("kinds", [exposure["type"]])),
        metadata={
            "code": dg.MetadataValue.md("\n".join(f"- `{path}`" for path in exposure["meta"].get("code", []))),
            **({"page": dg.MetadataValue.url(f"http://127.0.0.1:{HUD_PORT}/{said['page']}")} if "page" in said else {}),
        },
    )
