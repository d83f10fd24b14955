"""Salesforce's tasks and events: each version of each lands once in `raw_salesforce`, deletions too.

    python -m ingestion.sources.salesforce

What changed since the last pull is asked for with SOQL, with an overlap.
"""

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from ingestion.sources import salesforce_api as api
from ingestion.sources.pulling import command
from ingestion.sources.pulling.fields import Fields
from ingestion.sources.pulling.landing import State, landing
from ingestion.sources.pulling.pull import Ask, Summary, Window, again, pull, since
from ingestion.sources.pulling.records import Page
from ingestion.sources.pulling.settings import SalesforceSettings, read, start_of
from ingestion.sources.pulling.web import Client, Pause

SOURCE: Final = "salesforce"
NUMBER: Final = 2
RESOURCES: Final = tuple(api.ACTIVITIES)
# A record is stamped when it is saved and seen when its transaction ends, which Salesforce stops after ten minutes:
# what a pull did not see yet, one of the next must ask for again.
OVERLAP: Final = timedelta(minutes=15)


def run(
    settings: SalesforceSettings,
    resources: Sequence[str] = RESOURCES,
    pause: Pause = time.sleep,
    window: Window | None = None,
) -> Summary:
    """Pull what has changed in these resources since the last pull, or in a window.

    Raises `SourceError` when nothing can be pulled.
    """
    session = api.Session(
        settings.base_url,
        settings.client_id.get_secret_value(),
        settings.client_secret.get_secret_value() if settings.client_secret else None,
        settings.refresh_token.get_secret_value() if settings.refresh_token else None,
        pause,
    )
    system = api.System(Client("Salesforce", settings.base_url, session, pause), settings.api_version)
    dsn, start = settings.ingest_dsn.get_secret_value(), start_of(settings.start_date)
    questions: list[tuple[api.Activity, Ask]] = [
        (
            api.ACTIVITIES[name],
            partial(_again, system, api.ACTIVITIES[name], window)
            if window
            else partial(_changes, system, api.ACTIVITIES[name], start),
        )
        for name in RESOURCES
        if name in resources
    ]
    with landing(SOURCE, NUMBER, RESOURCES, dsn, settings.working_directory) as tables:
        return pull(tables, questions)


def _changes(system: api.System, what: api.Activity, start: datetime, fields: Fields, state: State) -> Iterator[Page]:
    yield from system.changed(what, since(state, start, OVERLAP), fields)


def _again(system: api.System, what: api.Activity, window: Window, fields: Fields, _: State) -> Iterator[Page]:
    yield from again(system.changed(what, window.begin, fields), window.end)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m ingestion.sources.salesforce",
        description="Pull what has changed in Salesforce since the last pull: tasks and events, deleted ones too. Each "
        "version of a record lands once in raw_salesforce; killed anywhere, the next pull makes it exact.",
        epilog="SALESFORCE_BASE_URL is your My Domain, SALESFORCE_CLIENT_ID and SALESFORCE_CLIENT_SECRET a connected "
        "app's (or SALESFORCE_REFRESH_TOKEN), SALESFORCE_START_DATE (2026-01-01) how far back the first pull goes, "
        "RIFT_INGEST_DSN the database (rift env sets it). Exit codes: 0 pulled, 1 something could not be (what landed "
        "stays), 2 not configured. docs/sources.md tells the rest.",
    )
    parser.add_argument("resources", nargs="*", help=f"which of {', '.join(RESOURCES)}; all, unless given")
    given = parser.parse_args(arguments)
    if unknown := set(given.resources) - set(RESOURCES):
        parser.error(f"Salesforce has no {', '.join(sorted(unknown))} here; choose from {', '.join(RESOURCES)}")
    return command.answer(lambda: run(read(SalesforceSettings), given.resources or RESOURCES))


if __name__ == "__main__":
    sys.exit(main())
