"""The raw tables: what doors and pipelines land, and dbt starts from."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

import dagster as dg

from orchestration.defs.ingest import systems
from orchestration.lib import pulls
from orchestration.lib.owners import DATA_PLATFORM, SALES_OPS
from orchestration.lib.translator import TRANSLATOR, Manifest, owners

# Written here, each by an asset of its own.
ANNOUNCED: Final = {"published_ranks", "weekly_reports"}
# By assets of their own, too.
PULLED: Final = {f"raw_{source.name}" for source in (pulls.HUBSPOT, pulls.SALESFORCE)}
RULES: Final = dg.AssetKey(["raw", "gamification_rules"])
IMPORTS: Final = dg.AssetKey(["raw", "import_chunks"])
PULLS: Final = [systems.key(source.name) for source in (pulls.HUBSPOT, pulls.SALESFORCE)]
# Who writes the tables that no asset of ours makes.
WRITTEN_BY: Final[Mapping[str, list[dg.AssetKey]]] = {
    "webhook_events": [systems.CANONICAL_DOOR, *systems.VENDOR_DOORS, IMPORTS],
    # What pipelines could not keep, too: systems that have a door and are pulled are in both lists.
    "rejected_events": [systems.CANONICAL_DOOR, *dict.fromkeys(systems.VENDOR_DOORS + PULLS), IMPORTS],
    "gamification_rule_versions": [RULES],
    "check_runs": [systems.DAGSTER_RUNS],
    "sdr_versions": [systems.ROSTER_FILE],
}
KINDS: Final = {"gamification_rule_versions": {"postgres", "view"}, "sdr_versions": {"dlt", "postgres", "table"}}
TABLE: Final = frozenset({"postgres", "table"})


def raw_tables(project: Manifest) -> list[dg.AssetSpec]:
    """One asset for each source of the dbt project that no asset of ours makes, and each table dbt does not read."""
    sources = [
        dg.AssetSpec(
            key=key,
            deps=WRITTEN_BY.get(key.path[-1], []),
            description=source["description"],
            metadata=TRANSLATOR.get_metadata(source),
            owners=owners(source),
            group_name=source["source_name"],
            kinds=KINDS.get(key.path[-1], set(TABLE)),
        )
        for key, source in _sources(project).items()
        if source["name"] not in ANNOUNCED and source["source_name"] not in PULLED
    ]
    return [*sources, *_UNREAD]


def described(assets: Iterable[Any], project: Manifest) -> list[Any]:
    """Our assets that dbt reads as sources, with the description, owner and columns that they have in dbt."""
    sources = _sources(project)

    def describe(spec: dg.AssetSpec) -> dg.AssetSpec:
        source = sources.get(spec.key)
        if source is None:
            return spec
        return spec.replace_attributes(description=source["description"], owners=owners(source)).merge_attributes(
            metadata=TRANSLATOR.get_metadata(source)
        )

    return list(dg.map_asset_specs(describe, assets))


def _sources(project: Manifest) -> dict[dg.AssetKey, Mapping[str, Any]]:
    return {dg.AssetKey([source["source_name"], source["name"]]): source for source in project["sources"].values()}


_UNREAD: Final = [
    dg.AssetSpec(
        key=RULES,
        deps=[systems.RULE_CHANGES],
        description="One row per version of a rule, append-only: what an event of a type is worth from when on.",
        owners=[SALES_OPS],
        group_name="raw",
        kinds=set(TABLE),
    ),
    dg.AssetSpec(
        key=["raw", "forgettings"],
        deps=[systems.FORGETTING],
        description="One row per time that a person was forgotten: what was rewritten, and not whose it was.",
        owners=[DATA_PLATFORM],
        group_name="bookkeeping",
        kinds=set(TABLE),
    ),
    dg.AssetSpec(
        key=["raw", "cluster"],
        deps=[systems.RELEASE],
        description="One row: the database cluster whose transaction ids landed_xid holds; after a restore, another.",
        owners=[DATA_PLATFORM],
        group_name="bookkeeping",
        kinds=set(TABLE),
    ),
    dg.AssetSpec(
        key=["raw", "schema_migrations"],
        deps=[systems.RELEASE],
        description="One row per migration of raw that has been applied.",
        owners=[DATA_PLATFORM],
        group_name="bookkeeping",
        kinds=set(TABLE),
    ),
]
