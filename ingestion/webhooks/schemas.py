"""The shapes of requests and answers, as the OpenAPI document shows them."""

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from ingestion.webhooks.events import MAXIMUM_TEXT_LENGTH

NO_CONTROL_CHARACTERS = r"^[^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x1f\x7f-\x9f]*$"


def _text(description: str, default: Any = ...) -> Any:  # noqa: ANN401 -- a pydantic field
    return Field(
        default, description=description, min_length=1, max_length=MAXIMUM_TEXT_LENGTH, pattern=NO_CONTROL_CHARACTERS
    )


class EventRequest(BaseModel):
    """One event. At most 32 levels deep, no key twice, no unknown field."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"source": "manual", "event_type": "meeting_booked", "metadata": {"test": True}}],
        },
    )

    source: str = _text("Where the event comes from.")
    event_type: str = Field(description="A type that a rule scores, such as meeting_booked.")
    user_id: str | None = _text("The SDR whose event it is; without one, the default SDR.", None)
    external_id: str | None = _text("The sender's own id of the event: unique for ever per source.", None)
    occurred_at: datetime | None = Field(
        None,
        description="When it happened: RFC 3339 with a zone, from 2000 on, at most a day ahead. Without one, now.",
    )
    reverses: str | None = _text(
        "The event_id, or the external_id of the same source, that this event takes back.", None
    )
    metadata: dict[str, Any] = Field(
        {},
        description="Anything else; kept as sent. The marts read meeting_id and call_id (the event's meeting or call, "
        "under an id of yours or of ours), scheduled_at (ISO 8601 with a zone), duration_seconds and disposition.",
    )


class EventAnswer(BaseModel):
    """What became of an event, sent when it is durable."""

    status: Literal["success"]
    event_id: UUID = Field(description="Ours; of a duplicate, the first one's.")
    gold_earned: int = Field(description="Negative for a reversal: what it took back.")
    xp_earned: int
    message: str
    duplicate: bool


class ErrorAnswer(BaseModel):
    """Why a request was refused."""

    status: Literal["error"]
    error: str = Field(description="A stable code.", examples=["unauthorized"])
    message: str = Field(description="What is wrong and what to do.")
    field: str | None = Field(None, description="The field that is wrong, where it is one.")


class ItemLanded(EventAnswer):
    """What became of an event of a batch."""

    status_code: Literal[200, 201]


class ItemRefused(ErrorAnswer):
    """Why an event of a batch did not land."""

    status_code: Literal[413, 422, 503]


class BatchAnswer(BaseModel):
    """What became of a batch, sent when all of it is durable."""

    status: Literal["success"]
    landed: int
    duplicates: int
    rejected: int
    results: list[ItemLanded | ItemRefused] = Field(description="One for each event, in order.")


class UnfinishedBatchAnswer(ErrorAnswer):
    """Why a batch, or a part of it, did not land."""

    landed: int
    duplicates: int
    rejected: int
    results: list[ItemLanded | ItemRefused] = Field(description="One for each event, in order.")


class Liveness(BaseModel):
    status: Literal["alive"]


class Health(BaseModel):
    """Whether events are taken right now."""

    status: Literal["healthy", "unhealthy"]
    database: Literal["connected", "disconnected"]
    spooled_deliveries: int = Field(description="Deliveries of vendors that wait on disk for the database.", ge=0)
    damaged_deliveries: int = Field(description="Files of the spool that cannot be read, set aside for people.", ge=0)
    version: str
    timestamp: datetime


class CurrentStats(BaseModel):
    """Where an SDR stands."""

    user_id: str
    display_name: str | None
    team_name: str | None
    total_gold: int
    total_xp: int
    current_level: int
    xp_in_current_level: int
    xp_to_next_level: int
    total_events: int
    events_today: int
    calls_made: int
    calls_connected: int
    emails_sent: int
    meetings_booked: int
    meetings_attended: int
    weekly_meetings_booked: int
    current_rank: str
    last_event_at: datetime | None


class DailyStats(BaseModel):
    """One SDR, day and event type."""

    activity_date: date
    event_type: str
    event_count: int
    gold_value: int
    xp_value: int


class DailyAnswer(BaseModel):
    """The last days of an SDR, in the SDR's own time zone, oldest first."""

    user_id: str
    days: int
    daily: list[DailyStats]


class RecentEvent(BaseModel):
    event_id: UUID
    user_id: str
    display_name: str | None
    team_name: str | None
    event_type: str
    event_label: str | None
    gold_value: int
    xp_value: int
    is_reversed: bool
    is_reversal: bool
    occurred_at: datetime
    received_at: datetime


class RecentAnswer(BaseModel):
    """The newest events, newest first."""

    events: list[RecentEvent]
