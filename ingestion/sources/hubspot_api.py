"""What HubSpot is asked for engagements: what changed since a time, what was deleted, and objects by id.

Its search pages by position: an object that changes during a pull moves to the end, all behind it move up by one, and
the next page leaves one out. (It also ends at 10,000 results.) So no page is asked for by position: each search begins
at the time at which the page before it ended, and among objects that share one time by their id.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from ingestion.sources.hubspot_objects import MODIFIED, Engagement
from ingestion.sources.pulling.errors import AnswerError, SourceError
from ingestion.sources.pulling.records import Document, Page, Rejected, cut, flag, judge, member, moment
from ingestion.sources.pulling.web import Client

# The most that each endpoint gives at once.
SEARCH_LIMIT: Final = 200
LIST_LIMIT: Final = 100
BATCH_LIMIT: Final = 100
TICK: Final = timedelta(milliseconds=1)


def changed(client: Client, what: Engagement, begin: datetime) -> Iterator[Page]:
    """Every object that was modified at `begin` or later, in the order of its modification."""
    at = _to_millisecond(begin)
    before: set[str] = set()
    while True:
        page, has_more = _search(client, what, [("GTE", MODIFIED, _milliseconds(at))], MODIFIED)
        times = [version.modified_at for version in page.versions]
        payloads = {version.payload for version in page.versions}
        _leave_out(page, before)
        page.until = max(times, default=None)
        yield page
        if not has_more:
            return
        last, before = _to_millisecond(max(times)), payloads
        if last <= at:
            for more in _of_one_time(client, what, at):
                _leave_out(more, payloads)
                yield more
            last = at + TICK
        at = last


def _of_one_time(client: Client, what: Engagement, at: datetime) -> Iterator[Page]:
    """Every object that was modified at this very time (a bulk edit), in the order of ids."""
    last, has_more = 0, True
    while has_more:
        filters = [("EQ", MODIFIED, _milliseconds(at)), ("GT", "hs_object_id", str(last))]
        page, has_more = _search(client, what, filters, "hs_object_id")
        ids = [int(version.object_id) for version in page.versions if version.object_id.isdecimal()]
        yield page
        if has_more and max(ids, default=0) <= last:
            raise SourceError(f"HubSpot gave the same {what.name} again and again, modified at {at.isoformat()}.")
        last = max(ids, default=last)


def deleted(client: Client, what: Engagement) -> Iterator[Page]:
    """Every object in HubSpot's recycling bin. It can be asked for no time, so all of them are listed."""
    parameters = {"limit": str(LIST_LIMIT), "archived": "true", "properties": ",".join(what.asked)}
    while True:
        rest, texts = cut(client.get(f"/crm/v3/objects/{what.name}", parameters), "results")
        yield judge(texts, _read)
        after = _after(rest)
        if after is None:
            return
        if parameters.get("after") == after:
            raise SourceError(f"HubSpot gave the same page of deleted {what.name} twice.")
        parameters["after"] = after


def by_id(client: Client, what: Engagement, ids: Sequence[str]) -> Iterator[Page]:
    """These objects, deleted or not."""
    for begin in range(0, len(ids), BATCH_LIMIT):
        missing = list(ids[begin : begin + BATCH_LIMIT])
        for archived in ("false", "true"):
            page = _batch(client, what, missing, archived)
            found = {version.object_id for version in page.versions}
            missing = [object_id for object_id in missing if object_id not in found]
            page.missing = len(missing) if archived == "true" else 0
            yield page
            if not missing:
                break


def _batch(client: Client, what: Engagement, ids: Sequence[str], archived: str) -> Page:
    question = {
        "properties": what.asked,
        "propertiesWithHistory": [],
        "inputs": [{"id": object_id} for object_id in ids],
    }
    try:
        body = client.post(f"/crm/v3/objects/{what.name}/batch/read", question, {"archived": archived})
    except AnswerError as error:
        if "OBJECT_NOT_FOUND" not in error.codes:
            raise
        return Page()
    return judge(cut(body, "results")[1], _read)


def _search(client: Client, what: Engagement, filters: Sequence[tuple[str, str, str]], order: str) -> tuple[Page, bool]:
    """What it finds first, in this order, and whether there is more.

    HubSpot may answer with a page of nothing, and more to come: then the next by position is a part of this one.
    """
    conditions = [{"operator": operator, "propertyName": name, "value": value} for operator, name, value in filters]
    question: dict[str, Any] = {
        "filterGroups": [{"filters": conditions}],
        "sorts": [{"propertyName": order, "direction": "ASCENDING"}],
        "properties": what.asked,
        "limit": SEARCH_LIMIT,
    }
    rejected: list[Rejected] = []
    while True:
        rest, texts = cut(client.post(f"/crm/v3/objects/{what.name}/search", question), "results")
        page, after = judge(texts, _read), _after(rest)
        rejected += page.rejected
        if page.versions or after is None:
            page.rejected = rejected
            return page, after is not None
        if question.get("after") == after:
            raise SourceError(f"HubSpot gave the same empty page of {what.name} twice.")
        question["after"] = after


def _after(rest: Document) -> str | None:
    after = member(rest, "paging", "next", "after")
    return after if isinstance(after, str) and after else None


def _read(document: Document) -> tuple[object, object, bool]:
    """The id, the time of change and whether it is deleted."""
    modified: object = member(document, "properties", MODIFIED)
    if moment(modified) is None:
        modified = document.get("updatedAt")
    is_deleted = flag(document, "archived")
    archived, changed_at = moment(document.get("archivedAt")), moment(modified)
    if is_deleted and archived and changed_at:
        # The deletion is the latest that is known of it.
        modified = max(archived, changed_at)
    return document.get("id"), modified, is_deleted


def _leave_out(page: Page, payloads: set[str]) -> None:
    """Leave out what the page before ended with: this one was asked for from that time on."""
    kept = [
        (version, document)
        for version, document in zip(page.versions, page.documents, strict=True)
        if version.payload not in payloads
    ]
    page.versions = [version for version, _ in kept]
    page.documents = [document for _, document in kept]


def _to_millisecond(at: datetime) -> datetime:
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


def _milliseconds(at: datetime) -> str:
    return str((at - datetime(1970, 1, 1, tzinfo=UTC)) // TICK)
