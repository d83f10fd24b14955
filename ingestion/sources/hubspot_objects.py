"""The objects that are pulled from HubSpot, and what is asked for of each: what is scored, and whose it is."""

from dataclasses import dataclass
from typing import Final

from ingestion.sources.pulling.fields import BOOLEAN, OBJECT, TEXT, Expected

MODIFIED: Final = "hs_lastmodifieddate"
ALWAYS: Final = ("hs_timestamp", "hs_createdate", MODIFIED, "hs_object_id", "hubspot_owner_id")


@dataclass(frozen=True)
class Engagement:
    """One kind of object, and the properties that are asked for beside those of all."""

    name: str
    object_type_id: str
    properties: tuple[str, ...]

    @property
    def asked(self) -> tuple[str, ...]:
        return (*ALWAYS, *self.properties)

    @property
    def expected(self) -> Expected:
        fields = {"id": TEXT, "createdAt": TEXT, "updatedAt": TEXT, "archived": BOOLEAN, "properties": OBJECT}
        optional = {
            "archivedAt": TEXT,
            "associations": OBJECT,
            "propertiesWithHistory": OBJECT,
            "url": TEXT,
            "objectWriteTraceId": TEXT,
            "idProperty": TEXT,
        }
        return Expected({**fields, **{f"properties.{name}": TEXT for name in self.asked}}, optional)


CALLS: Final = Engagement(
    "calls", "0-48", ("hs_call_direction", "hs_call_disposition", "hs_call_duration", "hs_call_status")
)
EMAILS: Final = Engagement("emails", "0-49", ("hs_email_direction", "hs_email_status"))
MEETINGS: Final = Engagement("meetings", "0-47", ("hs_meeting_outcome", "hs_meeting_start_time", "hs_meeting_end_time"))
ENGAGEMENTS: Final = {engagement.name: engagement for engagement in (CALLS, EMAILS, MEETINGS)}
