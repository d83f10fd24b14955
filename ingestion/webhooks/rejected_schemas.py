"""The shapes of the rejected events' API, as the OpenAPI document shows them."""

from datetime import datetime
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from ingestion.rejected.listing import Filter, read_since
from ingestion.rejected.replaying import Replayed, Result
from ingestion.webhooks.parser import Number, UnusableError, shorten
from ingestion.webhooks.schemas import ErrorAnswer

MOST_IDS: Final = 500
UUID_PATTERN: Final = "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"
SINCE: Final[dict[str, Any]] = {
    "anyOf": [{"type": "string", "format": "date-time"}, {"type": "string", "pattern": "^[0-9]{1,5}[mhd]$"}]
}
SINCE_IN_WORDS: Final = "Received since: a time with a zone, or 90m, 24h, 7d ago."
FilterText = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f-\x9f]+$")]
_RETRY_AFTER: Final = {"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer", "minimum": 1}}}
Responses = dict[int | str, dict[str, Any]]

SECURITY: Final[dict[str, Any]] = {"security": [{"adminSecret": []}]}
UNKNOWN: Final[Responses] = {404: {"model": ErrorAnswer, "description": "No rejected event has this id."}}
REFUSALS: Final[Responses] = {
    401: {"model": ErrorAnswer, "description": "No admin secret, a wrong one or several; the body was not read."},
    403: {"model": ErrorAnswer, "description": "The receiver has no RIFT_ADMIN_SECRET."},
    413: {"model": ErrorAnswer, "description": "The body is too large."},
    415: {"model": ErrorAnswer, "description": "The content type is missing or not JSON in UTF-8."},
    422: {"model": ErrorAnswer, "description": "A parameter or member that cannot be used; nothing was landed."},
    429: {"model": ErrorAnswer, "description": "Too many requests, or wrong secrets.", "headers": _RETRY_AFTER},
    503: {"model": ErrorAnswer, "description": "The database is away, or took too long.", "headers": _RETRY_AFTER},
}


class RejectedSummary(BaseModel):
    """One rejected event, without what was sent."""

    rejected_id: UUID
    received_at: datetime
    door: str
    source: str | None
    reason: str = Field(description="A stable code.", examples=["unknown_event_type"])
    detail: str
    verified_by: str
    replayed_at: datetime | None = Field(description="When it was landed after all, or found to be there.")
    body_bytes: int


class RejectedEvents(BaseModel):
    """Newest first; ask for the next page with `before` = the last rejected_id."""

    rejected: list[RejectedSummary]


class RejectedEvent(RejectedSummary):
    """One rejected event with what was sent."""

    event_type: str | None = Field(description="What happened, where a header said it.")
    landed_at: datetime
    body: str
    body_encoding: Literal["utf-8", "base64"]


class ReplayByIds(BaseModel):
    """Which rejected events to replay, by their ids."""

    model_config = ConfigDict(extra="forbid", strict=True)

    ids: list[Annotated[str, Field(pattern=UUID_PATTERN)]] = Field(min_length=1, max_length=MOST_IDS)


def _whole(value: object) -> object:
    """An integer that was written with a point, which JSON allows."""
    if isinstance(value, Number) and float(value.text).is_integer():
        return int(float(value.text))
    return value


class ReplayByFilter(BaseModel):
    """Which rejected events to replay: all that wait and pass the filter, oldest first."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        json_schema_extra={"anyOf": [{"required": [name]} for name in ("reason", "source", "door", "since")]},
    )

    reason: FilterText = None  # type: ignore[assignment]  # may be left out, and is no null
    source: FilterText = None  # type: ignore[assignment]
    door: FilterText = None  # type: ignore[assignment]
    since: str = Field(  # type: ignore[assignment]
        None, max_length=40, json_schema_extra=SINCE, description=SINCE_IN_WORDS
    )
    limit: Annotated[int, BeforeValidator(_whole)] = Field(
        MOST_IDS, ge=1, le=MOST_IDS, description="How many at most; ask again for the rest."
    )


class RejectedAnswer(BaseModel):
    """What became of one rejected event."""

    rejected_id: UUID
    result: Result = Field(
        description="duplicate: its content had landed before; refused: it waits on; copy: a suppressed copy, which "
        "holds nothing to land."
    )
    detail: str
    raw_ids: list[UUID] = Field(description="Under which ids its content is in the raw log.")

    @classmethod
    def of(cls, replayed: Replayed) -> "RejectedAnswer":
        return cls(
            rejected_id=UUID(replayed.rejected_id),
            result=replayed.result,
            detail=replayed.detail,
            raw_ids=[UUID(raw_id) for raw_id in replayed.raw_ids],
        )


class ReplayAnswer(BaseModel):
    status: Literal["success"]
    results: list[RejectedAnswer]


REPLAY: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {"oneOf": [ReplayByIds.model_json_schema(), ReplayByFilter.model_json_schema()]},
                "examples": {
                    "after a rule was added": {"value": {"reason": "unknown_event_type", "since": "7d"}},
                    "by id": {"value": {"ids": ["01990f3c-6b1e-7c5a-9d2e-4f6a8b0c1d2e"]}},
                },
            }
        },
    }
}


def read_replay_request(document: object) -> tuple[list[str] | None, Filter, int]:
    """The ids in a parsed body, or a filter and a limit; raises `UnusableError`, which repeats no value."""
    by_ids = isinstance(document, dict) and "ids" in document
    try:
        if by_ids:
            ids = ReplayByIds.model_validate(document).ids
            return list(dict.fromkeys(str(UUID(one)) for one in ids)), Filter(), 0
        asked = ReplayByFilter.model_validate(document)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        name = str(first["loc"][0])[:80] if first["loc"] else None
        raise UnusableError("invalid_field", f"{shorten(name or 'The body')}: {first['msg']}.", name) from None
    chosen = Filter(asked.reason, asked.source, asked.door, read_since_or_refuse(asked.since))
    if chosen.is_everything:
        raise UnusableError("missing_field", "Name ids, or at least one of reason, source, door and since.", "ids")
    return None, chosen, asked.limit


def read_since_or_refuse(text: str | None) -> datetime | None:
    """The time that `since` means; raises `UnusableError`."""
    try:
        return read_since(text) if text is not None else None
    except (ValueError, OverflowError):
        detail = "since is neither a time with a zone, such as 2026-03-14T09:00:00Z, nor 90m, 24h or 7d."
        raise UnusableError("invalid_parameter", detail, "since") from None
