"""The dbt models as assets with their tests as checks, and what reads the marts as their downstream neighbours."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings, dbt_assets
from dagster_dbt.core.dbt_cli_event import DbtCoreCliEventMessage

from orchestration.lib import dbt


class Translator(DagsterDbtTranslator):
    """Groups assets by layer, which is their schema."""

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        return str(dbt_resource_props["schema"])


TRANSLATOR = Translator(settings=DagsterDbtTranslatorSettings(enable_asset_checks=True))


def dbt_command(selected: set[dg.AssetKey], everything: set[dg.AssetKey], *, has_checks: bool) -> list[str]:
    """The dbt arguments that build the selected assets, with their tests when checks are selected."""
    command = [*dbt.BUILD] if has_checks else ["run"]
    if selected != everything:
        command += ["--select", *sorted(key.path[-1] for key in selected)]
    return command


@dbt_assets(manifest=dbt.manifest_path(), dagster_dbt_translator=TRANSLATOR, name="warehouse")
def warehouse(context: dg.AssetExecutionContext) -> Iterator[Any]:
    """Runs dbt in this process and reports each model and test as dbt did."""
    finished: list[dbt.Event] = []
    failure: dbt.DbtError | None = None
    command = dbt_command(
        set(context.selected_asset_keys),
        set(warehouse.keys),  # of the whole definition; the context knows only the selected ones
        has_checks=bool(context.selected_asset_check_keys),
    )
    context.log.info("dbt %s", " ".join(command))
    try:
        dbt.invoke(command, finished.append)
    except dbt.DbtError as error:
        failure = error
    manifest = json.loads(dbt.manifest_path().read_text(encoding="utf-8"))
    for event in finished:
        message = DbtCoreCliEventMessage(raw_event=event, event_history_metadata={})
        if message.is_result_event:
            yield from message.to_default_asset_events(manifest, TRANSLATOR, context, dbt.target_path())
    if failure:
        raise dg.Failure(description=str(failure))


def exposures() -> list[dg.AssetSpec]:
    """One asset for each exposure of the dbt project: the pages and endpoints that read the marts."""
    manifest = json.loads(dbt.manifest_path().read_text(encoding="utf-8"))
    nodes = {**manifest["nodes"], **manifest["sources"]}
    return [
        dg.AssetSpec(
            key=["exposure", exposure["name"]],
            description=exposure["description"],
            group_name="exposures",
            deps=[TRANSLATOR.get_asset_key(nodes[node]) for node in exposure["depends_on"]["nodes"]],
            kinds={exposure["type"]},
        )
        for exposure in manifest["exposures"].values()
    ]
