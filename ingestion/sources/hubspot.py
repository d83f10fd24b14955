"""HubSpot's calls, emails and meetings: each version of each lands once in `raw_hubspot`.

    python -m ingestion.sources.hubspot

What changed since the last pull is asked for, with an overlap; deletions once an hour, since for them HubSpot lists its
whole recycling bin. With --ids just those objects are pulled, for notifications.
"""

import argparse
import re
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final

from ingestion.sources import hubspot_api as api
from ingestion.sources.hubspot_objects import ENGAGEMENTS, Engagement
from ingestion.sources.pulling import command
from ingestion.sources.pulling.fields import Fields
from ingestion.sources.pulling.landing import State, landing
from ingestion.sources.pulling.pull import Ask, Summary, Window, again, pull, since
from ingestion.sources.pulling.records import Page, moment
from ingestion.sources.pulling.settings import HubSpotSettings, read, start_of
from ingestion.sources.pulling.web import Client, Pause

SOURCE: Final = "hubspot"
NUMBER: Final = 1
RESOURCES: Final = tuple(ENGAGEMENTS)
# The index behind HubSpot's search learns of a change some seconds after it, under load minutes: what a pull did not
# see yet, one of the next must ask for again.
OVERLAP: Final = timedelta(minutes=15)
DELETIONS_EVERY: Final = timedelta(hours=1)
DELETIONS_LISTED: Final = "deletions_listed_at"

Ids = Mapping[str, Sequence[str]]


class _Token:
    """A private app's token: there is no other to get."""

    def __init__(self, token: str) -> None:
        self._token = token

    def token(self) -> str:
        return self._token

    def renew(self) -> bool:
        return False


def run(
    settings: HubSpotSettings,
    resources: Sequence[str] = RESOURCES,
    ids: Ids | None = None,
    pause: Pause = time.sleep,
    window: Window | None = None,
) -> Summary:
    """Pull what has changed in these resources since the last pull or in a window, or just these objects.

    Raises `SourceError` when nothing can be pulled.
    """
    client = Client("HubSpot", settings.base_url, _Token(settings.access_token.get_secret_value()), pause)
    dsn, start = settings.ingest_dsn.get_secret_value(), start_of(settings.start_date)
    wanted = [name for name in RESOURCES if name in (resources if ids is None else ids)]

    def ask(what: Engagement) -> Ask:
        if ids is not None:
            return partial(_given, client, what, list(dict.fromkeys(ids[what.name])))
        return partial(_again, client, what, window) if window else partial(_changes, client, what, start)

    questions = [(ENGAGEMENTS[name], ask(ENGAGEMENTS[name])) for name in wanted]
    with landing(SOURCE, NUMBER, RESOURCES, dsn, settings.working_directory) as tables:
        return pull(tables, questions)


def _changes(client: Client, what: Engagement, start: datetime, _: Fields, state: State) -> Iterator[Page]:
    yield from api.changed(client, what, since(state, start, OVERLAP))
    listed, now = moment(state.get(DELETIONS_LISTED)), datetime.now(UTC)
    if listed is None or now - listed >= DELETIONS_EVERY:
        yield from api.deleted(client, what)
        state[DELETIONS_LISTED] = now.isoformat()


def _again(client: Client, what: Engagement, window: Window, _: Fields, __: State) -> Iterator[Page]:
    # Deletions have no window: all that there are come with an ordinary pull.
    yield from again(api.changed(client, what, window.begin), window.end)


def _given(client: Client, what: Engagement, ids: Sequence[str], _: Fields, __: State) -> Iterator[Page]:
    yield from api.by_id(client, what, ids)


def parse_ids(text: str) -> Ids:
    """Ids by resource, from text such as calls:88123,meetings:99001."""
    ids: dict[str, list[str]] = {}
    for part in text.split(","):
        given = re.fullmatch(rf"({'|'.join(RESOURCES)}):([0-9]{{1,20}})", part.strip())
        if not given:
            raise argparse.ArgumentTypeError(f"{part.strip()!r} is no object; write for example calls:88123")
        ids.setdefault(given[1], []).append(given[2])
    return ids


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m ingestion.sources.hubspot",
        description="Pull what has changed in HubSpot since the last pull: calls, emails, meetings, deleted ones too. "
        "Each version of an object lands once in raw_hubspot; killed anywhere, the next pull makes it exact.",
        epilog="HUBSPOT_ACCESS_TOKEN is the token of a private app, HUBSPOT_START_DATE (2026-01-01) how far back the "
        "first pull goes, RIFT_INGEST_DSN the database (rift env sets it). Exit codes: 0 pulled, 1 something could not "
        "be (what landed stays), 2 not configured. docs/sources.md tells the rest.",
    )
    parser.add_argument("resources", nargs="*", help=f"which of {', '.join(RESOURCES)}; all, unless given")
    parser.add_argument("--ids", type=parse_ids, help="just these objects, such as calls:88123,meetings:99001")
    given = parser.parse_args(arguments)
    if unknown := set(given.resources) - set(RESOURCES):
        parser.error(f"HubSpot has no {', '.join(sorted(unknown))} here; choose from {', '.join(RESOURCES)}")
    return command.answer(lambda: run(read(HubSpotSettings), given.resources or RESOURCES, given.ids))


if __name__ == "__main__":
    sys.exit(main())
