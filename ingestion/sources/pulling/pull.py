"""One pull of a source: page by page, what is new of each, landed in packages; and what is to be said of it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final, Protocol

import psycopg2

from ingestion.sources.pulling.errors import AccessError, LandingError, LimitError, SourceError
from ingestion.sources.pulling.fields import Expected, FieldChange, Fields
from ingestion.sources.pulling.landing import Batch, Landing, State
from ingestion.sources.pulling.records import Page, moment

UNTIL: Final = "modified_until"
START: Final = "start"
# What has been read is remembered with what lands; when nothing does, now and then, so that polls stay short.
REMEMBERED: Final = timedelta(hours=1)


class Resource(Protocol):
    """One kind of object of a source."""

    @property
    def name(self) -> str: ...

    @property
    def expected(self) -> Expected: ...


Pages = Iterator[Page]
Ask = Callable[[Fields, State], Pages]


@dataclass(frozen=True)
class Window:
    """What was modified from `begin` up to `end`: to be asked for again, whatever has been read."""

    begin: datetime
    end: datetime


@dataclass
class Counts:
    """What a pull did with the objects of one resource; `new` ones and deletions are versions that landed."""

    seen: int = 0
    new: int = 0
    deleted: int = 0
    unchanged: int = 0
    rejected: int = 0
    missing: int = 0
    changes: list[FieldChange] = field(default_factory=list)
    problem: str | None = None

    def __str__(self) -> str:
        text = (
            f"{self.seen} seen, {self.new} new versions ({self.deleted} of them deletions), "
            f"{self.unchanged} unchanged, {self.rejected} rejected"
        )
        return f"{text}, {self.missing} not found" if self.missing else text


Summary = dict[str, Counts]


def pull(landing: Landing, questions: Sequence[tuple[Resource, Ask]]) -> Summary:
    """Pull each resource. A problem of one is noted with it, and the others are pulled all the same."""
    summary: Summary = {}
    for resource, ask in questions:
        one = _Pull(landing, resource)
        summary[resource.name] = one.counts
        try:
            one.run(ask)
        except SourceError as error:
            one.counts.problem = str(error)
            if isinstance(error, AccessError | LimitError):
                break
        finally:
            one.counts.changes = one.fields.changes
    return summary


class _Pull:
    """The pull of one resource."""

    def __init__(self, landing: Landing, resource: Resource) -> None:
        self.counts = Counts()
        self.fields = Fields(resource.expected)
        self._landing = landing
        self._name = resource.name
        self._remembered = landing.state(resource.name)
        self._batch = Batch(state=dict(self._remembered))

    def run(self, ask: Ask) -> None:
        try:
            for page in ask(self.fields, self._batch.state):
                self._take(page)
                if self._batch.is_full:
                    self._land()
        except LandingError:
            raise
        except SourceError:
            # What the other side gave until it broke off lands.
            self._land_rest()
            raise
        self._land_rest()

    def _land_rest(self) -> None:
        if self._batch.versions or _worth_remembering(self._remembered, self._batch.state):
            self._land()

    def _take(self, page: Page) -> None:
        self.fields.observe(page.documents)
        self._landing.reject(page.rejected, datetime.now(UTC))
        waiting = {version.key for version in self._batch.versions}
        new = [version for version in self._landing.new(self._name, page.versions) if version.key not in waiting]
        self._batch.versions += new
        if page.until is not None:
            self._batch.state[UNTIL] = page.until.isoformat()
        self.counts.seen += page.seen
        self.counts.rejected += len(page.rejected)
        self.counts.unchanged += len(page.versions) - len(new)
        self.counts.missing += page.missing

    def _land(self) -> None:
        landed = self._batch.versions
        self._landing.land(self._name, self._batch)
        self._remembered = dict(self._batch.state)
        self._batch.versions = []
        self.counts.new += len(landed)
        self.counts.deleted += sum(version.is_deleted for version in landed)
        if not landed:
            return
        try:
            self._landing.interpret()
        except psycopg2.Error as error:
            # They are landed: whoever interprets next, the next settle at the latest, brings their events.
            self.counts.problem = f"landed, and not interpreted yet: {' '.join(str(error).split())}"


def _worth_remembering(before: State, after: State) -> bool:
    if before.keys() != after.keys():
        return True
    moved = (moment(after[name]), moment(before[name])) if (name := UNTIL) in after else (None, None)
    other = any(after[name] != before[name] for name in after if name != UNTIL)
    return other or bool(moved[0] and moved[1] and moved[0] - moved[1] > REMEMBERED)


def again(pages: Pages, end: datetime) -> Pages:
    """What pages in the order of modification hold up to `end`. How far has been read stays as it was."""
    for page in pages:
        until, page.until = page.until, None
        judged = zip(page.versions, page.documents, strict=True)
        kept = [(version, document) for version, document in judged if version.modified_at < end]
        page.versions, page.documents = [version for version, _ in kept], [document for _, document in kept]
        yield page
        if until is not None and until >= end:
            return


def since(state: State, start: datetime, overlap: timedelta) -> datetime:
    """From when on to ask: the overlap before what has been read; all from the start when that was moved back."""
    begun = moment(state.get(START))
    if begun is None or start < begun:
        state[START] = start.isoformat()
        state.pop(UNTIL, None)
    until = moment(state.get(UNTIL))
    return max(start, until - overlap) if until else start
