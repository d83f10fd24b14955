"""Deliveries as vendors make them, in their documented shapes, with what a test varies as parameters."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

Payload = dict[str, Any]
MEETING_STARTS = "2026-01-14T17:00:00.000000Z"


@dataclass(frozen=True)
class Delivery:
    """One item of a vendor's delivery, and what its door makes of it without reading its meaning."""

    source: str
    object_key: str
    event_type: str | None
    # A document, or text as it is.
    payload: Any

    @property
    def body(self) -> str:
        return text(self.payload)


@dataclass(frozen=True)
class Version:
    """One version of an object, as a pipeline pulls it."""

    # Such as raw_hubspot.calls.
    table: str
    object_id: str
    modified_at: datetime
    # A document, or text as it is.
    payload: Any
    is_deleted: bool = False

    @property
    def body(self) -> str:
        return text(self.payload)


def text(payload: object) -> str:
    """What is sent."""
    return payload if isinstance(payload, str) else json.dumps(payload)


def stamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def outreach_call(
    number: int = 90871,
    at: datetime | None = None,
    *,
    user: object = 42,
    tags: list[str] | None = None,
    event: str = "call.created",
    delivered_at: datetime | None = None,
    **attributes: object,
) -> Delivery:
    """A call; an update tells only what changed, so the attributes are what the test names."""
    now = delivered_at or datetime.now(UTC)
    times = {"dialedAt": stamp(at), "answeredAt": stamp(at), "createdAt": stamp(at)} if at else {}
    data = {"type": "call", "id": number, "attributes": times | ({"tags": tags} if tags else {}) | attributes}
    data["relationships"] = {"user": {"data": {"type": "user", "id": user} if user is not None else None}}
    meta = {"deliveredAt": stamp(now), "eventName": event}
    return Delivery("outreach", f"call:{number}", event, {"data": data, "meta": meta})


def outreach_mailing(
    number: int = 7781,
    at: datetime | None = None,
    *,
    state: object = "delivered",
    user: object = 42,
    event: str = "mailing.delivered",
    delivered_at: datetime | None = None,
) -> Delivery:
    now = delivered_at or datetime.now(UTC)
    data = {
        "type": "mailing",
        "id": number,
        "attributes": {"state": state, "deliveredAt": stamp(at or now)},
        "relationships": {"user": {"data": {"type": "user", "id": user}}},
    }
    meta = {"deliveredAt": stamp(now), "eventName": event}
    return Delivery("outreach", f"mailing:{number}", event, {"data": data, "meta": meta})


def nooks_call(
    number: str = "c-7f3d2a1b",
    at: datetime | None = None,
    *,
    disposition: object = "Connected",
    user: object = "u-1",
    email: object = "sdr@example.com",
    direction: object = "outbound",
    attempt: int = 1,
) -> Delivery:
    """A logged call; Nooks numbers each attempt to deliver it anew."""
    moment = stamp(at or datetime.now(UTC))
    call = {
        "callId": number,
        "userData": {"userId": user, "email": email, "name": "Sam Rep"},
        "prospectData": {"name": "Jamie Buyer", "phoneNumber": "+14155550199", "email": "jamie@example.org"},
        "callDirection": direction,
        "status": "completed",
        "disposition": {"id": "d-1", "name": disposition},
        "startedAt": moment,
        "durationSeconds": 142,
    }
    payload = {"event": "call.logged", "eventId": f"evt_{number}_{attempt}", "occurredAt": moment, "callData": call}
    return Delivery("nooks", f"call:{number}", "call.logged", payload)


def salesloft_meeting(
    number: int = 1,
    at: datetime | None = None,
    *,
    updated_at: datetime | None = None,
    canceled_at: datetime | None = None,
    no_show: object = False,
    booked_by: object = 7,
    email: object = None,
    owner_email: object = None,
    starts: object = MEETING_STARTS,
) -> Delivery:
    booked = at or datetime.now(UTC)
    payload = {
        "id": number,
        "title": "Intro call",
        "start_time": starts,
        "recipient_email": "jamie@example.org",
        "created_at": stamp(booked),
        "updated_at": stamp(updated_at or booked),
        "canceled_at": stamp(canceled_at) if canceled_at else None,
        "no_show": no_show,
        "booked_by_user_id": booked_by,
        "booked_by_meetings_settings": {"email_address": email},
        "owned_by_meetings_settings": {"email_address": owner_email},
    }
    event = "meeting_updated" if updated_at else "meeting_booked"
    return Delivery("salesloft", f"meeting:{number}", event, payload)


def calendly(
    event: str = "invitee.created",
    invitee: str = "IN1",
    at: datetime | None = None,
    *,
    scheduled_by: object = "https://api.calendly.com/users/SDR1",
    host: object = "https://api.calendly.com/users/AE1",
    host_email: object = "ae@example.com",
    **payload: object,
) -> Delivery:
    """Something that happened to an invitee: invitee.created, invitee.canceled, invitee_no_show.created …"""
    uri = f"https://api.calendly.com/scheduled_events/EV1/invitees/{invitee}"
    meeting = {
        "uri": "https://api.calendly.com/scheduled_events/EV1",
        "start_time": MEETING_STARTS,
        "event_memberships": [{"user": host, "user_email": host_email}],
    }
    told: Payload = {
        "uri": uri,
        "email": "jamie@example.org",
        "name": "Jamie Buyer",
        "old_invitee": None,
        "new_invitee": None,
    }
    told |= {"invitee_scheduled_by": scheduled_by, "scheduled_event": meeting} | payload
    body = {"event": event, "created_at": stamp(at or datetime.now(UTC)), "payload": told}
    return Delivery("calendly", f"invitee:{uri}", event, body)


def hubspot_notification(
    object_id: int = 88123, kind: str = "0-48", event: str = "object.creation", attempt: int = 0
) -> Delivery:
    """One element of HubSpot's array: an id, and no word about what is behind it."""
    payload = {
        "eventId": 3181526809 + object_id,
        "subscriptionType": event,
        "attemptNumber": attempt,
        "objectId": object_id,
        "objectTypeId": kind,
    }
    return Delivery("hubspot", f"{kind}:{object_id}", event, payload)


def hubspot(
    kind: str, object_id: str, at: datetime, modified_at: datetime, *, is_deleted: bool = False, **properties: object
) -> Version:
    """A call, an email or a meeting; the properties are named without their prefix, such as direction."""
    named: Payload = {f"hs_{kind}_{name}": value for name, value in properties.items() if name != "owner"}
    times = {"hs_timestamp": stamp(at), "hs_createdate": stamp(at)}
    named |= times | {"hubspot_owner_id": properties.get("owner", "67890")}
    payload = {
        "id": object_id,
        "properties": named,
        "createdAt": stamp(at),
        "updatedAt": stamp(modified_at),
        "archived": is_deleted,
    }
    return Version(f"raw_hubspot.{kind}s", object_id, modified_at, payload, is_deleted)


def salesforce_task(
    object_id: str, at: datetime, modified_at: datetime, *, is_deleted: bool = False, **fields: object
) -> Version:
    """A finished call, unless the fields say otherwise."""
    payload: Payload = {
        "Id": object_id,
        "OwnerId": "005xx0000000001AAA",
        "Status": "Completed",
        "CallType": "Outbound",
        "CallDurationInSeconds": 142,
        "CallDisposition": None,
        "TaskSubtype": "Call",
        "IsClosed": True,
        "IsDeleted": is_deleted,
        "CompletedDateTime": None,
        "CreatedDate": stamp(at).replace("Z", "+0000"),
    }
    return Version("raw_salesforce.tasks", object_id, modified_at, payload | fields, is_deleted)


def salesforce_event(
    object_id: str, at: datetime, modified_at: datetime, *, is_deleted: bool = False, **fields: object
) -> Version:
    payload: Payload = {
        "Id": object_id,
        "OwnerId": "005xx0000000001AAA",
        "EventSubtype": "Event",
        "Type": "Meeting",
        "StartDateTime": "2026-01-14T17:00:00.000+0000",
        "CreatedDate": stamp(at).replace("Z", "+0000"),
        "IsDeleted": is_deleted,
    }
    return Version("raw_salesforce.events", object_id, modified_at, payload | fields, is_deleted)
