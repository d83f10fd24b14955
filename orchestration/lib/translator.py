"""How the dbt project becomes assets: key, group, owner, kinds, lineage and columns of each node."""

from collections.abc import Mapping
from typing import Any, Final

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings, DbtProject

from orchestration.lib.dbt import PROJECT
from orchestration.lib.owners import team

Properties = Mapping[str, Any]
Manifest = Mapping[str, Any]
SEED_FILES: Final = dg.AssetKey(["external", "seed_files"])
# What a materialization leaves in Postgres; the names are those that Dagster's pages have icons for.
KINDS: Final = {"view": "view", "incremental": "table", "kept": "table", "seed": "table", "function": "function"}


class Translator(DagsterDbtTranslator):
    """Groups assets by layer, which is their schema, and adds what dbt does not know of: reads past `ref()`."""

    def get_group_name(self, dbt_resource_props: Properties) -> str | None:
        return str(dbt_resource_props["schema"])

    def get_owners(self, dbt_resource_props: Properties) -> list[str] | None:
        return owners(dbt_resource_props)

    def get_metadata(self, dbt_resource_props: Properties) -> Mapping[str, Any]:
        file = f"{PROJECT.name}/{dbt_resource_props['original_file_path']}"
        return {**super().get_metadata(dbt_resource_props), "code": dg.MetadataValue.path(file)}

    def get_asset_spec(self, manifest: Manifest, unique_id: str, project: DbtProject | None) -> dg.AssetSpec:
        spec = super().get_asset_spec(manifest, unique_id, project)
        properties = self.get_resource_props(manifest, unique_id)
        kind = KINDS.get(properties.get("config", {}).get("materialized", ""))
        deps = also_reads(properties)
        if properties["resource_type"] == "seed":
            deps.append(SEED_FILES)
        return spec.merge_attributes(kinds={kind} if kind else ..., deps=deps)


TRANSLATOR = Translator(settings=DagsterDbtTranslatorSettings(enable_asset_checks=True))


def owners(properties: Properties) -> list[str] | None:
    """`meta.owner` of a source, else the owner of an exposure, else that of a model's group."""
    group = properties.get("group")
    owner = group.get("owner") if isinstance(group, Mapping) else properties.get("owner")
    name = (properties.get("meta") or {}).get("owner") or (owner or {}).get("name")
    return [team(name)] if name else None


def dagster_meta(properties: Properties) -> Mapping[str, Any]:
    """What the node's YAML says for Dagster alone, under `meta.dagster`."""
    meta: Mapping[str, Any] = (properties.get("meta") or {}).get("dagster") or {}
    return meta


def also_reads(properties: Properties) -> list[dg.AssetKey]:
    """What the node reads beside its `ref()`s, from `meta.dagster.reads`; a bare name is of the node's own schema."""
    names: list[str] = dagster_meta(properties).get("reads", [])
    return [dg.AssetKey(name.split(".") if "." in name else [properties["schema"], name]) for name in names]
