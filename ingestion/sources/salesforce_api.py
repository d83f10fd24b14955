"""What Salesforce is asked: SOQL over its REST API, with a token that it may end at any moment."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from ingestion.sources.pulling.errors import AccessError, AnswerError, SourceError
from ingestion.sources.pulling.fields import BOOLEAN, NUMBER, OBJECT, TEXT, Expected, Fields
from ingestion.sources.pulling.records import Document, Page, cut, flag, judge, moment
from ingestion.sources.pulling.web import Client, Pause

MODIFIED: Final = "SystemModstamp"
# Without these a record is no version of anything.
ESSENTIAL: Final = ("Id", MODIFIED, "IsDeleted")
COMMON: Final = {
    "Id": TEXT, MODIFIED: TEXT, "IsDeleted": BOOLEAN, "OwnerId": TEXT, "ActivityDate": TEXT,
    "CreatedById": TEXT, "CreatedDate": TEXT, "LastModifiedDate": TEXT,
}  # fmt: skip
MISSING: Final = re.compile(r"[Nn]o such column '(\w+)' on entity")
# Only within Salesforce's own interface: a next page elsewhere would be given our token.
NEXT: Final = re.compile(r"/services/data/v\d+\.\d/query(All)?/[A-Za-z0-9-]+")


@dataclass(frozen=True)
class Activity:
    """One kind of object, and the fields that are asked for."""

    name: str
    entity: str
    fields: dict[str, str] = field(hash=False)

    @property
    def expected(self) -> Expected:
        # Whom it was about, and what people wrote, is not asked for.
        return Expected(self.fields, {"attributes": OBJECT, "WhoId": TEXT, "Subject": TEXT})


TASKS: Final = Activity(
    "tasks",
    "Task",
    {**COMMON, "Status": TEXT, "TaskSubtype": TEXT, "CallType": TEXT, "CallDurationInSeconds": NUMBER,
     "CallDisposition": TEXT, "CallObject": TEXT, "IsClosed": BOOLEAN, "CompletedDateTime": TEXT},
)  # fmt: skip
EVENTS: Final = Activity(
    "events",
    "Event",
    {**COMMON, "Type": TEXT, "EventSubtype": TEXT, "StartDateTime": TEXT, "EndDateTime": TEXT},
)
ACTIVITIES: Final = {activity.name: activity for activity in (TASKS, EVENTS)}


class Session:
    """An access token, by a refresh token or as the integration user of a connected app; another when it ends."""

    def __init__(
        self, base_url: str, client_id: str, client_secret: str | None, refresh_token: str | None, pause: Pause
    ) -> None:
        hidden = [secret for secret in (client_secret, refresh_token) if secret]
        self._client = Client("Salesforce", base_url, None, pause, hidden)
        self._form = {"client_id": client_id, "grant_type": "client_credentials"}
        if client_secret:
            self._form["client_secret"] = client_secret
        if refresh_token:
            self._form |= {"grant_type": "refresh_token", "refresh_token": refresh_token}
        self._token = ""

    def token(self) -> str:
        if not self._token:
            self.renew()
        return self._token

    def renew(self) -> bool:
        try:
            answer = json.loads(self._client.post_form("/services/oauth2/token", self._form))
        except AnswerError as error:
            raise AccessError(
                f"{error}: it gives no token for SALESFORCE_CLIENT_ID. docs/sources.md says how."
            ) from None
        except ValueError:
            answer = None
        token = answer.get("access_token") if isinstance(answer, dict) else None
        if not isinstance(token, str) or not (token.isascii() and token.isprintable() and token):
            raise AccessError("Salesforce answered without an access token. Is SALESFORCE_BASE_URL your My Domain?")
        self._token = token
        return True


@dataclass(frozen=True)
class System:
    """One organisation, in one version of its API."""

    client: Client
    version: str

    def changed(self, what: Activity, begin: datetime, seen: Fields) -> Iterator[Page]:
        """Every record that was modified at `begin` or later, deleted ones too, in the order of modification."""
        fields = list(what.fields)
        at = begin
        while True:
            try:
                for page in self._pages(soql(what, fields, at)):
                    at = max([at, *(version.modified_at for version in page.versions)])
                    page.until = at
                    yield page
            except AnswerError as error:
                gone = MISSING.search(error.body)
                if gone and gone[1] in fields and gone[1] not in ESSENTIAL:
                    # Removed from the organisation, or hidden from our user: the others are worth having.
                    fields.remove(gone[1])
                    seen.drop(gone[1])
                elif "INVALID_QUERY_LOCATOR" not in error.codes or at == begin:
                    raise
                else:
                    # The rest of an answer is kept for a while only: ask again, from where it ended.
                    begin = at
            else:
                return

    def _pages(self, query: str) -> Iterator[Page]:
        path, parameters = f"/services/data/v{self.version}/queryAll", {"q": query}
        visited = set()
        while True:
            rest, texts = cut(self.client.get(path, parameters), "records")
            yield judge(texts, _read)
            if rest.get("done") is not False:
                return
            path, parameters = str(rest.get("nextRecordsUrl")), {}
            if not NEXT.fullmatch(path) or path in visited:
                raise SourceError("Salesforce named no usable next page of an answer that is not done.")
            visited.add(path)


def soql(what: Activity, fields: list[str], begin: datetime) -> str:
    """The query; nothing in it was ever text of somebody else's."""
    return f"SELECT {', '.join(fields)} FROM {what.entity} WHERE {MODIFIED} >= {literal(begin)} ORDER BY {MODIFIED} ASC"


def literal(at: datetime) -> str:
    """A time as SOQL writes it: without quotes, and to the millisecond before it."""
    utc = at.astimezone(UTC)
    return f"{utc:%Y-%m-%dT%H:%M:%S}.{utc.microsecond // 1000:03d}Z"


def _read(document: Document) -> tuple[object, object, bool]:
    """The id, the time of change and whether it is deleted."""
    modified = document.get(MODIFIED)
    if moment(modified) is None:
        modified = document.get("LastModifiedDate")
    return document.get("Id"), modified, flag(document, "IsDeleted")
