"""What an object of a vendor says: which values a mapping may name, when it happened, and who did it."""

import re
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from tests.warehouse.oracle.vendor_things import LONGEST, Item, Path, Thing, believable, name_of, own_text, text

Fields = dict[str, list[str]]
CREATED: Final = "invitee.created"
NO_SHOW: Final = "invitee_no_show.created"
NO_SHOW_UNDONE: Final = "invitee_no_show.deleted"

# By source and kind of object: the fields that are one value at one place.
FIELDS: Final[dict[tuple[str, str], dict[str, Path]]] = {
    ("outreach", "call"): {
        "direction": ("data", "attributes", "direction"),
        "outcome": ("data", "attributes", "outcome"),
        "state": ("data", "attributes", "state"),
        "disposition_id": ("data", "relationships", "callDisposition", "data", "id"),
    },
    ("outreach", "mailing"): {"state": ("data", "attributes", "state")},
    ("nooks", "call"): {
        "direction": ("callData", "callDirection"),
        "status": ("callData", "status"),
        "disposition": ("callData", "disposition", "name"),
        "disposition_id": ("callData", "disposition", "id"),
    },
    ("hubspot", "call"): {
        "direction": ("properties", "hs_call_direction"),
        "status": ("properties", "hs_call_status"),
        "disposition": ("properties", "hs_call_disposition"),
    },
    ("hubspot", "email"): {
        "direction": ("properties", "hs_email_direction"),
        "status": ("properties", "hs_email_status"),
    },
    ("hubspot", "meeting"): {"outcome": ("properties", "hs_meeting_outcome")},
    ("salesforce", "task"): {
        "call_type": ("CallType",),
        "subtype": ("TaskSubtype",),
        "disposition": ("CallDisposition",),
        "status": ("Status",),
    },
    ("salesforce", "event"): {"subtype": ("EventSubtype",), "type": ("Type",)},
}
# By source, kind of object and event type: where the time may be, the best place first.
_PROPERTIES: Final = "properties"
_OUTREACH: Final = ("data", "attributes")
_DELIVERED: Final = ("meta", "deliveredAt")
_HUBSPOT_DONE: Final[list[Path]] = [(_PROPERTIES, "hs_timestamp"), ("createdAt",)]
_HUBSPOT_MEETING: Final[dict[str, list[Path]]] = {
    "meeting_booked": [(_PROPERTIES, "hs_createdate"), ("createdAt",)],
    "meeting_attended": [(_PROPERTIES, "hs_meeting_end_time"), (_PROPERTIES, "hs_timestamp")],
    "meeting_cancelled": [("updatedAt",)],
    "meeting_no_show": [("updatedAt",)],
}
_SALESLOFT_MEETING: Final[dict[str, list[Path]]] = {
    "meeting_booked": [("created_at",)],
    "meeting_cancelled": [("canceled_at",), ("updated_at",)],
    "meeting_no_show": [("updated_at",)],
}


def fields(thing: Thing) -> Fields:
    """By field that the object has: its values, as they are compared with a mapping."""
    found = {field: [thing.get(path)] for field, path in FIELDS.get((thing.source, thing.kind), {}).items()}
    if (thing.source, thing.kind) == ("outreach", "call"):
        tags = thing.get((*_OUTREACH, "tags"))
        found["tag"] = tags if isinstance(tags, list) else [tags]
    if (thing.source, thing.kind) == ("salesloft", "meeting") and isinstance(thing.newest.payload, dict):
        lost = "canceled" if thing.get(("canceled_at",)) is not None else None
        state = lost or ("no_show" if thing.get(("no_show",)) is True else "booked")
        found["state"] = [None if thing.get(("start_time",)) is None else state]
    if (thing.source, thing.kind) == ("calendly", "invitee"):
        found["event"] = list(_calendly_events(thing))
    found = {field: values for field, values in found.items() if values != [None]}
    return {
        field: [normal(value) for one in values if (value := text(one)) is not None] for field, values in found.items()
    }


def normal(value: str) -> str:
    return value.strip(" \t\n\r\f\v").lower()


def calendly_event(item: Item) -> str | None:
    name = text(item.get("event"))
    return None if name is None else normal(name)


def _calendly_events(thing: Thing) -> list[str]:
    """Each that happened, but not a no-show that was undone."""
    names = [calendly_event(item) for item in thing.items]
    about_showing = [name for name in names if name in {NO_SHOW, NO_SHOW_UNDONE}]
    if about_showing and about_showing[-1] == NO_SHOW_UNDONE:
        names = [name for name in names if name != NO_SHOW]
    return [name for name in names if name is not None]


def occurred_at(thing: Thing, event_type: str, causes: set[str], oldest: datetime) -> datetime:
    """When it happened, or else the oldest that is known of it. `causes` are the values that make it this event."""
    if thing.source == "calendly":
        item = _calendly_cause(thing, event_type, causes)
        return believable(item.get("created_at"), item) or item.received_at
    told = (believable(thing.get(path), thing.newest) for path in _places(thing, event_type))
    return next((moment for moment in told if moment), oldest)


def _calendly_cause(thing: Thing, event_type: str, causes: set[str]) -> Item:
    wanted = {CREATED} if event_type == "meeting_booked" else causes
    telling = [item for item in thing.items if calendly_event(item) in wanted or "*" in wanted]
    return (telling or thing.items)[0]


def _places(thing: Thing, event_type: str) -> list[Path]:
    kind = (thing.source, thing.kind)
    places: list[Path] = []
    if kind == ("hubspot", "meeting"):
        places = _HUBSPOT_MEETING.get(event_type, [])
    elif kind in {("hubspot", "call"), ("hubspot", "email")}:
        places = _HUBSPOT_DONE
    elif kind == ("salesloft", "meeting"):
        places = _SALESLOFT_MEETING.get(event_type, [])
    elif thing.source == "salesforce":
        places = [("CompletedDateTime",), ("CreatedDate",)] if thing.kind == "task" else [("CreatedDate",)]
    elif kind == ("nooks", "call"):
        places = [("callData", "startedAt"), ("occurredAt",)]
        places = places[::-1] if event_type.startswith("meeting_") else places
    elif thing.source == "outreach":
        places = [(*_OUTREACH, member) for member in _outreach_members(thing, event_type)] + [_DELIVERED]
    return places


def _outreach_members(thing: Thing, event_type: str) -> list[str]:
    if thing.kind == "mailing":
        return ["deliveredAt", "createdAt"]
    of_calls = {"call_dial": ["dialedAt", "createdAt"], "call_connect": ["answeredAt", "dialedAt", "createdAt"]}
    return of_calls.get(event_type, ["completedAt", "answeredAt", "createdAt"])


ACTORS: Final[dict[str, Path]] = {
    "outreach": ("data", "relationships", "user", "data", "id"),
    "nooks": ("callData", "userData", "userId"),
    "hubspot": (_PROPERTIES, "hubspot_owner_id"),
    "salesforce": ("OwnerId",),
}
Actor = tuple[str | None, str | None]


def actor(thing: Thing) -> Actor:
    """Who did it: the vendor's id of the person, and an email address."""
    if thing.source == "calendly":
        return _scheduler(thing)
    if thing.source == "salesloft":
        booked_by = thing.get(("booked_by_user_id",), name_of)
        booker, owner = (
            thing.get((f"{who}_by_meetings_settings", "email_address"), name_of) for who in ("booked", "owned")
        )
        return booked_by, booker or (owner if booked_by is None else None)
    return thing.get(ACTORS[thing.source], name_of), thing.get(("callData", "userData", "email"), name_of)


def _scheduler(thing: Thing) -> Actor:
    by = thing.get(("payload", "invitee_scheduled_by"))
    if by is not None:
        return name_of(by), None
    members = thing.get(("payload", "scheduled_event", "event_memberships"))
    first = members[0] if isinstance(members, list) and members and isinstance(members[0], dict) else {}
    return name_of(first.get("user")), name_of(first.get("user_email"))


DISPOSITIONS: Final[dict[tuple[str, str], Path]] = {
    ("outreach", "call"): (*_OUTREACH, "outcome"),
    ("nooks", "call"): ("callData", "disposition", "name"),
    ("hubspot", "call"): (_PROPERTIES, "hs_call_disposition"),
    ("salesforce", "task"): ("CallDisposition",),
}
# Where the length of a call is, and how many of its units are a second.
DURATIONS: Final[dict[tuple[str, str], tuple[Path, int]]] = {
    ("nooks", "call"): (("callData", "durationSeconds"), 1),
    ("hubspot", "call"): ((_PROPERTIES, "hs_call_duration"), 1000),
    ("salesforce", "task"): (("CallDurationInSeconds",), 1),
}
STARTS: Final[dict[tuple[str, str], Path]] = {
    ("hubspot", "meeting"): (_PROPERTIES, "hs_meeting_start_time"),
    ("salesloft", "meeting"): ("start_time",),
    ("calendly", "invitee"): ("payload", "scheduled_event", "start_time"),
    ("salesforce", "event"): ("StartDateTime",),
}


def details(thing: Thing, event_type: str) -> dict[str, Any]:
    """What else metadata says of it, as far as the vendor told."""
    key = (thing.source, thing.kind)
    path, units = DURATIONS.get(key, ((), 1))
    found = {
        "disposition": thing.get(DISPOSITIONS[key], _chosen) if key in DISPOSITIONS else None,
        "duration_seconds": _seconds(thing.get(path), units) if path else None,
    }
    if key in STARTS and event_type.startswith("meeting_"):
        found["scheduled_at"] = thing.get(STARTS[key], _chosen)
    return {name: value for name, value in found.items() if value is not None}


def _chosen(value: object) -> str | None:
    return value[:LONGEST] if isinstance(value, str) else None


def _seconds(value: object, units: int) -> float | None:
    told = own_text(value)
    if told is None or not re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,6})?", told):
        return None
    return float((Decimal(told) / units).quantize(Decimal("0.001"), ROUND_HALF_UP))
