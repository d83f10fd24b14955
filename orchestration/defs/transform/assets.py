"""The dbt models and seeds as assets, with their tests as checks."""

import os
from collections.abc import Callable, Iterator
from functools import partial
from itertools import groupby
from typing import Any, Final

import dagster as dg
from dagster_dbt import dbt_assets
from dagster_dbt.core.dbt_cli_event import DbtCoreCliEventMessage

from orchestration.lib import dbt, dbt_checks, materializations
from orchestration.lib.manifest import read_manifest
from orchestration.lib.tail import Warehouse
from orchestration.lib.translator import TRANSLATOR

# The dbt project as these definitions are of it: what is selected of them is found in it, whatever is written since.
PROJECT: Final = read_manifest()
TESTS: Final = dbt_checks.tests_by_check(PROJECT)
AUDITS: Final = dbt_checks.audits(PROJECT)


def dbt_command(selected: set[dg.AssetKey], everything: set[dg.AssetKey], *, has_checks: bool) -> list[str]:
    """The dbt arguments that build the selected assets, when checks are selected with all tests but the audit's."""
    command = [*dbt.BUILD] if has_checks else ["run"]
    if not has_checks and any(key.path[0] == "seeds" for key in selected):
        command = ["build", "--exclude-resource-type", "unit_test", "test"]  # `dbt run` would leave seeds out
    if selected != everything:
        command += ["--select", *sorted(key.path[-1] for key in selected)]
    return command


def tests_apart(assets: set[dg.AssetKey], checks: set[dg.AssetCheckKey]) -> list[list[str]]:
    """The tests that are not run with the building of these assets, by asset."""
    apart = sorted(check for check in checks & TESTS.keys() if check in AUDITS or check.asset_key not in assets)
    return [[TESTS[check] for check in group] for _, group in groupby(apart, lambda check: check.asset_key)]


@dbt_assets(manifest=PROJECT, dagster_dbt_translator=TRANSLATOR, name="warehouse")
def warehouse(context: dg.AssetExecutionContext) -> Iterator[Any]:
    """Runs dbt in this process and reports each model and test as dbt did.

    The selected assets are built with their quick tests, alone on the warehouse. What else is to be checked only reads,
    and may take minutes: it is run mart by mart, and nothing waits for it.
    """
    assets, checks = set(context.selected_asset_keys), set(context.selected_asset_check_keys)
    invocations: list[Callable[[Callable[[dbt.Event], None]], None]] = []
    if assets:
        everything = set(warehouse.keys)  # of the whole definition; the context knows only the selected ones
        command = dbt_command(assets, everything, has_checks=bool(checks - AUDITS))
        context.log.info("dbt %s", " ".join(command))
        invocations.append(partial(dbt.invoke, command))
    invocations += [partial(dbt.audit, names) for names in tests_apart(assets, checks)]
    query = Warehouse(dsn=os.environ["RIFT_TRANSFORM_DSN"]).query
    notes = materializations.Notes(query, (key.path[-1] for key in assets))
    failures = []
    for invoke in invocations:
        finished: list[dbt.Event] = []
        try:
            invoke(finished.append)
        except dbt.DbtError as error:
            failures.append(str(error))
        yield from _reported(context, finished, notes)
    if failures:
        raise dg.Failure(description="\n".join(failures))


def _reported(
    context: dg.AssetExecutionContext, finished: list[dbt.Event], notes: materializations.Notes
) -> Iterator[Any]:
    notes.take(finished)
    for event in finished:
        message = DbtCoreCliEventMessage(raw_event=event, event_history_metadata={})
        if not message.is_result_event:
            continue
        for told in message.to_default_asset_events(PROJECT, TRANSLATOR, context, dbt.target_path()):
            if isinstance(told, dg.Output):
                yield dg.Output(None, output_name=told.output_name, metadata=notes.metadata(event))
            else:
                yield told
