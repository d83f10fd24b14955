"""Where everything comes from: the systems, files and people outside, each an asset that nothing of Rift makes.

What a door lands is Rift's from the 2xx on; how it came to be is theirs. So the graph begins here.
"""

from typing import Final

import dagster as dg

from orchestration.lib.owners import DATA_PLATFORM, SALES_OPS


def key(name: str) -> dg.AssetKey:
    # Dagster draws groups in the order of their first keys, and these are before `intermediate`.
    return dg.AssetKey(["external", name])


CANONICAL_DOOR: Final = key("canonical_door")
VENDOR_DOORS: Final = [key(name) for name in ("outreach", "nooks", "hubspot", "salesloft", "calendly")]
EVENT_FILES: Final = key("event_files")
ROSTER_FILE: Final = key("roster_file")
RULE_CHANGES: Final = key("rule_changes")
DAGSTER_RUNS: Final = key("dagster_runs")
FORGETTING: Final = key("forget_requests")
RELEASE: Final = key("release")


def systems() -> list[dg.AssetSpec]:
    """One asset for each system, kind of file or way in which people act on Rift."""
    return [
        _system(
            "canonical_door",
            DATA_PLATFORM,
            "Your own systems, and people by hand (`rift log`): whoever posts to `/api/v1/webhook/ingest` or `/batch`.",
            "fastapi",
            "json",
        ),
        _system("outreach", SALES_OPS, "Outreach calls `/api/v1/webhook/outreach` of calls and mailings.", "webhook"),
        _system("nooks", SALES_OPS, "Nooks calls `/api/v1/webhook/nooks` after each call.", "webhook"),
        _system(
            "hubspot",
            SALES_OPS,
            "HubSpot's calls, emails and meetings, which dlt pulls every few minutes. Its notifications to"
            " `/api/v1/webhook/hubspot` hold ids only: what they tell of is pulled at once.",
            "hubspot",
            "webhook",
        ),
        _system(
            "salesloft", SALES_OPS, "Salesloft calls `/api/v1/webhook/salesloft` of its calls and meetings.", "webhook"
        ),
        _system(
            "calendly",
            SALES_OPS,
            "Calendly calls `/api/v1/webhook/calendly` when an invitee books, cancels or does not come.",
            "webhook",
        ),
        _system("salesforce", SALES_OPS, "Salesforce's tasks and calendar events, which dlt pulls.", "salesforce"),
        _system(
            "event_files",
            SALES_OPS,
            "Files of events (CSV, JSONL, Parquet): dropped into RIFT_DROP_DIR, or landed with `rift import`.",
            "csv",
            "parquet",
        ),
        _system(
            "roster_file",
            SALES_OPS,
            "People, teams, time zones and who is who in other systems: a CSV file, loaded with `rift roster load`.",
            "csv",
        ),
        _system(
            "rule_changes",
            SALES_OPS,
            "What an event is worth, as somebody sets it: on the HUD's Rules page, by `PUT /api/v1/rules/{event_type}`,"
            " or with `rift rules set`.",
            "fastapi",
            "shell",
        ),
        _system(
            "seed_files",
            SALES_OPS,
            "The CSV files in dbt_project/seeds, which an operator edits: tiers, achievements, goals, duels, and what"
            " the values of vendors mean.",
            "csv",
        ),
        _system("dagster_runs", DATA_PLATFORM, "Finished runs of this Dagster: what their checks found.", "dagster"),
        _system(
            "forget_requests",
            DATA_PLATFORM,
            "`rift forget`, which rewrites everywhere what is known of a person, and keeps every total.",
            "shell",
        ),
        _system("release", DATA_PLATFORM, "The version of Rift that runs here: its migrations and its models.", "git"),
    ]


def _system(name: str, owner: str, description: str, *kinds: str) -> dg.AssetSpec:
    return dg.AssetSpec(key=key(name), description=description, owners=[owner], group_name="sources", kinds=set(kinds))
