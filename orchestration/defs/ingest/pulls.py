"""What dlt pulls: HubSpot's and Salesforce's objects as assets, each pull with what it landed."""

import time
from collections.abc import Iterator

import dagster as dg

from ingestion.settings import SettingsError
from ingestion.sources.pulling.errors import SourceError
from ingestion.sources.pulling.pull import Counts, Summary
from orchestration.defs.ingest import systems
from orchestration.lib import pulls
from orchestration.lib.owners import DATA_PLATFORM
from orchestration.lib.pulls import HUBSPOT, SALESFORCE, Source
from orchestration.lib.tail import Warehouse

FIELDS_ARE_KNOWN = "fields_are_known"
IS_COMPLETE = "is_complete"
Results = Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]


class Notified(dg.Config):
    """Just the objects of HubSpot notifications that landed in [since, until), transaction ids; by default all."""

    since: int = 0
    until: int | None = None


def keys(source: Source) -> list[dg.AssetKey]:
    return [dg.AssetKey([f"raw_{source.name}", name]) for name in source.resources]


def checks(source: Source) -> list[dg.AssetCheckKey]:
    return [dg.AssetCheckKey(key, FIELDS_ARE_KNOWN) for key in keys(source)]


def _specs(source: Source) -> list[dg.AssetSpec]:
    return [
        dg.AssetSpec(
            key=key,
            description=f"One row per version of {source.title}'s {key.path[1]}, as its API answered it.",
            deps=[systems.key(source.name)],
            owners=[DATA_PLATFORM],
            group_name=key.path[0],
            kinds={"dlt", "postgres", "table"},
            skippable=True,
        )
        for key in keys(source)
    ]


def _check_specs(source: Source) -> list[dg.AssetCheckSpec]:
    text = "No field that we know was dropped or changed its type, and there is none that we do not know."
    return [dg.AssetCheckSpec(FIELDS_ARE_KNOWN, asset=key, description=text) for key in keys(source)]


@dg.multi_asset(name=HUBSPOT.name, specs=_specs(HUBSPOT), check_specs=_check_specs(HUBSPOT), can_subset=True)
def hubspot_objects(context: dg.AssetExecutionContext, config: Notified, warehouse: Warehouse) -> Results:
    selected = _selected(context)
    ids = None
    if config.until is not None:
        told = pulls.notified(warehouse, config.since, config.until)
        ids = {name: told[name] for name in selected if name in told}
        context.log.info("objects: %s", ids)
    began = time.monotonic()
    try:
        summary = pulls.pull_hubspot(selected, ids)
    except (SettingsError, SourceError) as error:
        raise dg.Failure(description=str(error)) from None
    yield from _reported(context, HUBSPOT, summary, time.monotonic() - began, asked_for_all=ids is None)


@dg.multi_asset(name=SALESFORCE.name, specs=_specs(SALESFORCE), check_specs=_check_specs(SALESFORCE), can_subset=True)
def salesforce_objects(context: dg.AssetExecutionContext) -> Results:
    began = time.monotonic()
    try:
        summary = pulls.pull_salesforce(_selected(context))
    except (SettingsError, SourceError) as error:
        raise dg.Failure(description=str(error)) from None
    yield from _reported(context, SALESFORCE, summary, time.monotonic() - began, asked_for_all=True)


def _selected(context: dg.AssetExecutionContext) -> list[str]:
    return sorted(key.path[-1] for key in context.selected_asset_keys)


def _reported(
    context: dg.AssetExecutionContext, source: Source, summary: Summary, seconds: float, *, asked_for_all: bool
) -> Results:
    for name, counts in summary.items():
        key = dg.AssetKey([f"raw_{source.name}", name])
        for change in counts.changes:
            context.log.warning("%s: %s", name, change)
        if counts.new or not counts.problem:
            yield dg.MaterializeResult(asset_key=key, metadata=_metadata(counts, seconds, asked_for_all=asked_for_all))
        if counts.seen and dg.AssetCheckKey(key, FIELDS_ARE_KNOWN) in context.selected_asset_check_keys:
            yield dg.AssetCheckResult(
                asset_key=key,
                check_name=FIELDS_ARE_KNOWN,
                passed=not counts.changes,
                severity=dg.AssetCheckSeverity.WARN,
                metadata={"changes": [str(change) for change in counts.changes]},
            )
    if problems := [f"{name}: {counts.problem}" for name, counts in summary.items() if counts.problem]:
        raise dg.Failure(description="\n".join(problems))


def _metadata(counts: Counts, seconds: float, *, asked_for_all: bool) -> dict[str, float | bool]:
    return {
        # All that had changed has come: not so of the objects of notifications, or of a pull that broke off.
        IS_COMPLETE: asked_for_all and not counts.problem,
        "rows": counts.new,
        "seconds": round(seconds, 3),  # of the whole pull, which may be of several resources
        "deletions_landed": counts.deleted,
        "objects_seen": counts.seen,
        "unchanged": counts.unchanged,
        "rejected": counts.rejected,
        "not_found": counts.missing,
    }
