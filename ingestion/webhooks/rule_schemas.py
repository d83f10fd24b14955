"""The shapes of the rules API's requests and answers, as the OpenAPI document shows them."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema

from ingestion.rules.change import EVENT_TYPE, LARGEST_VALUE, VALUES
from ingestion.rules.preview import MOST_CANDIDATES, MOST_WEEKS
from ingestion.webhooks.events import MAXIMUM_TEXT_LENGTH
from ingestion.webhooks.schemas import NO_CONTROL_CHARACTERS

_BEGINS = "From when on: ISO 8601 with a zone."
_ENDS = "Up to when; from then on everything is as it was. Without it, up to the next version that was landed already."


# What a type may be called. The routes check it themselves, in words.
EventType = Annotated[str, WithJsonSchema({"type": "string", "pattern": f"^{EVENT_TYPE}$"})]
# Left out or a number: null is refused.
Value = Annotated[int | None, WithJsonSchema({"type": "integer", "minimum": 0, "maximum": LARGEST_VALUE})]


def _without_default(schema: dict[str, Any]) -> None:
    schema.pop("default")


def _value(description: str) -> int | None:
    value: int | None = Field(
        None,
        description=f"{description} Left out: as in force at effective_from.",
        ge=0,
        le=LARGEST_VALUE,
        json_schema_extra=_without_default,
    )
    return value


class _Values(BaseModel):
    model_config = ConfigDict(extra="forbid", json_schema_extra={"anyOf": [{"required": [name]} for name in VALUES]})

    gold_value: Value = _value("Gold that one event is worth.")
    xp_value: Value = _value("XP that one event is worth.")
    rank_points: Value = _value("Weekly rank points that one event is worth.")


class RuleChangeRequest(_Values):
    """What a type of event is to be worth."""

    effective_from: datetime | None = Field(None, description=f"{_BEGINS} Without it, now.")
    effective_to: datetime | None = Field(None, description=_ENDS)
    new_type: bool = Field(
        default=False, description="The type may be a new one: without this, an unknown type is refused."
    )
    changed_by: str | None = Field(
        None,
        description="Who changes it, for the record; by default api.",
        min_length=1,
        max_length=MAXIMUM_TEXT_LENGTH,
        pattern=NO_CONTROL_CHARACTERS,
    )


class Candidate(_Values):
    """A rule to try out."""

    event_type: EventType
    effective_from: datetime | None = Field(
        None, description=f"{_BEGINS} Without it, the candidate replaces whatever held in each SDR's last weeks."
    )
    effective_to: datetime | None = Field(None, description=_ENDS)


class PreviewRequest(BaseModel):
    """Rules to try out together, one for each type."""

    model_config = ConfigDict(extra="forbid")

    rules: list[Candidate] = Field(min_length=1, max_length=MOST_CANDIDATES)
    weeks: int = Field(8, ge=1, le=MOST_WEEKS, description="How many weeks of each SDR, this one included.")


class LandedVersion(BaseModel):
    rule_version_id: int
    gold_value: int
    xp_value: int
    rank_points: int
    effective_from: datetime | None = Field(description="Null: since ever.")
    effective_to: datetime | None = Field(description="Null: no end yet.")
    landed_at: datetime


class RuleVersion(LandedVersion):
    """One row of marts.dim_gamification_rules."""

    event_type: str
    changed_by: str
    is_current: bool
    is_superseded: bool = Field(description="A later version with the same beginning took its place.")


class RulesAnswer(BaseModel):
    rules: list[RuleVersion]


class RuleChangeAnswer(BaseModel):
    """What was landed, and what it moved."""

    status: Literal["success"]
    event_type: str
    landed: list[LandedVersion] = Field(description="Empty when these values were in force already.")
    rows_moved: int | None = Field(description="Rows of marts.fct_user_daily (SDR, local day, type) that this moved.")
    events_moved: int | None = Field(description="Events in them. Null when counting took too long.")
    message: str


class WeekPreview(BaseModel):
    week_start_date: date
    rank_points_before: int
    rank_points_after: int
    rank_before: str
    rank_after: str


class SdrPreview(BaseModel):
    """One SDR before and after; the ranks are this week's."""

    user_id: str
    display_name: str | None
    team_name: str | None
    level_before: int
    level_after: int
    gold_before: int
    gold_after: int
    xp_before: int
    xp_after: int
    rank_before: str
    rank_after: str
    weeks_changed: int = Field(description="Weeks, of those asked for, whose rank becomes another one.")
    weeks: list[WeekPreview] = Field(description="Oldest first.")


class PreviewAnswer(BaseModel):
    """Who moves most comes first."""

    weeks: int
    sdrs: list[SdrPreview]
