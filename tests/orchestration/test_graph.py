"""The asset graph as the server loads it: nothing nameless, nobody's or orphaned, and the lineage that Postgres has."""

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import dagster as dg
import pytest
from dagster._core.definitions.assets.graph.asset_graph import AssetGraph, AssetNode
from dagster._core.definitions.metadata import TableMetadataSet
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

from orchestration.lib.manifest import read_manifest
from orchestration.lib.owners import team
from orchestration.lib.run_tags import COALESCES, tags_of
from tests import landing
from tests.conftest import Warehouse
from tests.orchestration.conftest import Load

SCHEMAS: Final = "nspname ~ '^raw' or nspname in ('seeds', 'staging', 'intermediate', 'marts')"
# dlt's own tables are there where dlt has run, and nowhere else.
TABLES: Final = f"""
select nspname, relname from pg_class join pg_namespace on pg_namespace.oid = relnamespace
where relkind in ('r', 'v', 'm', 'p') and ({SCHEMAS}) and relname !~ '^_dlt_'
union
select nspname, proname from pg_proc join pg_namespace on pg_namespace.oid = pronamespace where nspname = 'marts'
"""
# What each view is made of.
READ: Final = f"""
select distinct
    views.relnamespace::regnamespace::text, views.relname, read.relnamespace::regnamespace::text, read.relname
from pg_depend
join pg_rewrite on pg_rewrite.oid = pg_depend.objid and pg_depend.classid = 'pg_rewrite'::regclass
join pg_class as views on views.oid = pg_rewrite.ev_class
join pg_class as read on read.oid = pg_depend.refobjid and pg_depend.refclassid = 'pg_class'::regclass
join pg_namespace on pg_namespace.oid = views.relnamespace
where views.oid <> read.oid and ({SCHEMAS})
"""
COLUMNS: Final = """
select attname, replace(replace(format_type(atttypid, null), 'timestamp with time zone', 'timestamptz'),
    'character varying', 'varchar')
from pg_attribute where attrelid = %s::regclass and attnum > 0 and not attisdropped order by attnum
"""
# Where the graph may begin, and where it may end. What Rift keeps for itself need not be read by anybody.
FIRST: Final = {"sources"}
LAST: Final = {"hud", "readers", "backfills", "bookkeeping"}
RAW: Final = {"raw", "raw_roster", "raw_hubspot", "raw_salesforce"}
BETWEEN: Final = RAW | {"seeds", "staging", "intermediate", "marts", "reports"}


@pytest.fixture
def definitions(load: Load) -> dg.Definitions:
    loaded: dg.Definitions = load("orchestration.definitions").defs
    return loaded


@pytest.fixture
def graph(definitions: dg.Definitions) -> AssetGraph:
    return definitions.resolve_asset_graph()


@pytest.fixture
def project(template: Warehouse) -> dict[str, Any]:
    manifest: dict[str, Any] = json.loads((template.home / "dbt" / "manifest.json").read_text(encoding="utf-8"))
    return manifest


def nodes(graph: AssetGraph) -> Iterator[AssetNode]:
    return (graph.get(key) for key in graph.get_all_asset_keys())


def wanting(node: AssetNode) -> Iterator[str]:
    """What a newcomer would miss on the page of this asset."""
    if len(node.description or "") < 20:
        yield "description"
    if not [owner for owner in node.owners if owner.startswith("team:")]:
        yield "owner"
    if node.group_name in {None, "default"}:
        yield "group"
    if not node.kinds:
        yield "kind"
    if len(node.key.path) != 2:
        yield "[schema, table]"
    if not node.parent_keys and node.group_name not in FIRST:
        yield "upstream"
    if not node.child_keys and node.group_name not in LAST:
        yield "downstream"


def test_every_asset_says_what_it_is_whose_and_between_what(graph: AssetGraph) -> None:
    found = {node.key.to_user_string(): missing for node in nodes(graph) if (missing := list(wanting(node)))}
    assert found == {}


def test_every_table_is_an_asset_and_every_asset_of_the_database_a_table(
    graph: AssetGraph, warehouse: Warehouse
) -> None:
    tables = {dg.AssetKey(list(names)) for names in warehouse.execute(TABLES)}
    assert len(tables) > 100
    outside = {"external", "exposure", "reports", "backfills"}
    assert {node.key for node in nodes(graph) if node.key.path[0] not in outside} == tables


def test_lineage_is_what_postgres_says(graph: AssetGraph, warehouse: Warehouse) -> None:
    read = warehouse.execute(READ)
    assert len(read) > 150
    gaps = [row for row in read if dg.AssetKey(list(row[2:])) not in graph.get(dg.AssetKey(list(row[:2]))).parent_keys]
    assert gaps == []


def test_groups_are_the_layers(graph: AssetGraph) -> None:
    assert {node.group_name for node in nodes(graph)} == FIRST | BETWEEN | LAST


def test_every_page_is_reached_from_outside(graph: AssetGraph) -> None:
    """A salesforce task gets to the HUD, and whoever looks at a page finds all systems that fill it."""
    pages = [node for node in nodes(graph) if node.group_name == "hud"]
    assert len(pages) >= 8
    for page in pages:
        above, waiting = set(), {page.key}
        while waiting:
            above |= waiting
            waiting = {parent for key in waiting for parent in graph.get(key).parent_keys} - above
        outside = {key.path[1] for key in above if graph.get(key).group_name == "sources"}
        assert outside & {"roster_file", "rule_changes"}, page.key
        if page.key.path[1] == "my_hud":
            assert outside >= {"canonical_door", "outreach", "nooks", "hubspot", "salesforce", "event_files"}


def test_dbt_says_the_same(graph: AssetGraph, project: dict[str, Any], warehouse: Warehouse) -> None:
    groups = {group["name"]: team(group["owner"]["name"]) for group in project["groups"].values()}
    for node in project["nodes"].values():
        if node["resource_type"] in {"model", "seed"}:
            asset = graph.get(dg.AssetKey([node["schema"], node["name"]]))
            assert asset.owners == [groups[node["group"]]], node["name"]
            assert str(asset.description).startswith(node["description"].strip()[:100]), node["name"]
    for source in project["sources"].values():
        key = dg.AssetKey([source["source_name"], source["name"]])
        asset = graph.get(key)
        assert (asset.description, asset.owners) == (source["description"], [team(source["meta"]["owner"])]), key
        schema = TableMetadataSet.extract(asset.metadata).column_schema
        assert schema
        real = warehouse.execute(COLUMNS, ".".join(key.path))
        assert [(column.name, column.type) for column in schema.columns] == real, key


def test_every_exposure_is_in_the_graph_with_what_it_reads(graph: AssetGraph, project: dict[str, Any]) -> None:
    for exposure in project["exposures"].values():
        name = exposure["meta"]["dagster"].get("asset", f"exposure.{exposure['name']}")
        asset = graph.get(dg.AssetKey(name.split(".")))
        assert asset.owners == [team(exposure["owner"]["name"])], name
        unread = {dg.AssetKey(["marts", node.split(".")[-1]]) for node in exposure["depends_on"]["nodes"]}
        unread -= asset.parent_keys
        # What lists the asset itself can only be below it.
        assert unread <= {dg.AssetKey(["marts", "rpt_weekly_reports"])}, name


def test_whatever_runs_says_what_it_does(definitions: dg.Definitions) -> None:
    repository = definitions.get_repository_def()
    jobs = [job for job in repository.get_all_jobs() if not job.name.startswith("__")]
    running: list[Any] = [*jobs, *repository.schedule_defs, *repository.sensor_defs]
    assert len(running) >= 15
    assert [one.name for one in running if len(one.description or "") < 20] == []


def build(assets: ModuleType, instance: dg.DagsterInstance, *keys: tuple[str, str]) -> dict[str, dict[str, Any]]:
    """The metadata of each asset that a run has built."""
    selection = dg.AssetSelection.assets(*(dg.AssetKey(list(key)) for key in keys)).without_checks()
    result = dg.materialize([assets.warehouse], selection=selection, instance=instance)
    return {
        event.materialization.asset_key.path[-1]: {
            name: value.value for name, value in event.materialization.metadata.items()
        }
        for event in result.get_asset_materialization_events()
    }


def test_a_materialization_says_what_it_did(load: Load, instance: dg.DagsterInstance, warehouse: Warehouse) -> None:
    assets = load("orchestration.defs.transform.assets")
    settled = ("intermediate", "int_user_days_settled")
    for user in ("ann", "bob", "ann"):
        landing.land(warehouse, landing.event(user))
    found = build(
        assets, instance, ("staging", "stg_vendor__events"), settled, ("seeds", "rank_tiers"), ("marts", "dim_teams")
    )
    assert all(0 < of.pop("seconds") < 300 for of in found.values())
    ((watermark, settled_at),) = warehouse.execute(
        "select watermark_xid::text, watermark_settled_at from intermediate.int_tail"
    )
    days = found["int_user_days_settled"]
    assert (days["rows"], days["tail_events_before"], days["tail_events_after"]) == (2, 3, 0)
    assert (days["watermark_xid"], days["settled_at"]) == (watermark, settled_at.timestamp())
    assert days["tail_seconds_before"] >= 0
    assert found["stg_vendor__events"]["tail_items_after"] == 0
    assert found["dim_teams"] == {"definition": "unchanged"}
    assert found["rank_tiers"] == {"rows": 10, "dagster/row_count": 10}
    landing.land(warehouse, landing.event("ann"))
    again = build(assets, instance, settled)["int_user_days_settled"]
    assert (again["rows"], again["tail_events_before"], again["tail_events_after"]) == (1, 1, 0)


def test_half_a_manifest_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A build writes it in place, while runs start beside it."""
    monkeypatch.setenv("RIFT_HOME", str(tmp_path))
    path = tmp_path / "dbt" / "manifest.json"
    path.parent.mkdir()
    path.write_text('{"nodes": {')
    writer = threading.Timer(0.5, path.write_text, ['{"nodes": {}}'])
    writer.start()
    assert read_manifest() == {"nodes": {}}
    writer.join()


def test_the_graph_is_described_where_people_start() -> None:
    text = (Path(__file__).parents[2] / "docs" / "architecture.md").read_text(encoding="utf-8")
    assert all(f"`{group}`" in text for group in FIRST | BETWEEN | LAST)


def test_a_run_from_a_page_has_the_tags_of_its_job(definitions: dg.Definitions, graph: AssetGraph) -> None:
    materializing = []
    for job in definitions.jobs or ():
        if isinstance(job, UnresolvedAssetJobDefinition) and (keys := job.selection.resolve(graph)):
            assert {**tags_of(keys), **COALESCES} == {**(job.tags or {}), **COALESCES}, job.name
            materializing.append(job.name)
    assert {"build_job", "backfill_days_job", "pull_salesforce_job", "notify_job"} <= set(materializing)
