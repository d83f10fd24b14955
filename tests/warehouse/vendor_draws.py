"""What vendors may say, as strategies: few objects, so that what is drawn meets what was, and any nonsense."""

from collections.abc import Iterator
from typing import Any, Final

from hypothesis import strategies as st

from tests import vendors
from tests.vendors import Delivery, Payload, Version
from tests.warehouse.test_scoring import INSTANTS

WHEN: Final = st.sampled_from(INSTANTS)
NUMBERS: Final = st.integers(1, 2)
# Also one after which an external_id of ours is too long to be one.
NAMED: Final = st.sampled_from(["1", "2", "3" * 190])
# Of each source the id of one person, and addresses; the roster gives them to one or another.
CALENDLY_USER: Final = "https://api.calendly.com/users/SDR1"
IDENTITIES: Final = {
    "outreach": "42",
    "nooks": "u-1",
    "hubspot": "67890",
    "salesloft": "7",
    "calendly": CALENDLY_USER,
    "salesforce": "005A",
}
EMAILS: Final = ["ann@example.com", "BOB@example.com"]
_ANYBODY: Final = [None, "", "un\u0007kn\u0085own", "x" * 195, "x" * 200, "x" * 201, True, ["42"], {"id": 42}]
ADDRESSES: Final = st.sampled_from([*EMAILS, "bob@EXAMPLE.com", None, "nobody@example.com", 7])
OUTCOMES: Final = ["Answered", " ANSWERED ", "No Answer", None, "", 1, True, {"a": "answered"}, "z" * 201]
DISPOSITIONS: Final = ["Connected", "connected - meeting set ", "Voicemail", "Meeting Set", None, 3, ["connected"]]
DIRECTIONS: Final = st.sampled_from(["outbound", "OUTBOUND", "inbound", None, False])
# What may stand where a text, a time or an object is expected.
JUNK: Final[list[Any]] = [
    *(
        None,
        True,
        0,
        -0.0,
        1.50,
        1e300,
        10**30,
        "",
        " ",
        "\u001f",
        "x" * 201,
        "🙂" * 150,
        "O'Brien'; --",
        "\0",
        "\ud800",
        [],
        {},
        [[]],
    ),
    *("infinity", "now", "2026-02-30T10:00:00Z", "2026-03-29T10:00:00", "1999-12-31T23:59:59Z", "2100-01-01T00:00:00Z"),
    *("2026-03-29t10:00:00.123456z", "2026-03-29 10:00:00+0530", "2026-03-29T24:00:00Z", {"data": {"id": 42}}),
]
# The number of a place in a payload, and what stands there; or all is as documented.
SPOILT: Final = st.none() | st.none() | st.tuples(st.integers(0, 40), st.sampled_from(JUNK))
Spoilt = tuple[int, Any] | None
Told = dict[str, st.SearchStrategy[Any]]


def _actors(source: str) -> st.SearchStrategy[Any]:
    return st.sampled_from([IDENTITIES[source]] * len(_ANYBODY) + _ANYBODY)


def _places(payload: object) -> Iterator[tuple[Payload, str]]:
    """Every member of a document, outermost first."""
    if isinstance(payload, dict):
        for name, value in payload.items():
            yield payload, name
            yield from _places(value)


def _spoil(payload: Payload, spoilt: Spoilt) -> None:
    if spoilt:
        found = list(_places(payload))
        holder, name = found[spoilt[0] % len(found)]
        holder[name] = spoilt[1]


def _delivery(
    build: Any, told: dict[str, st.SearchStrategy[Any]], silent: dict[str, Any]
) -> st.SearchStrategy[Delivery]:
    """Deliveries of what is always told, and of what may be left out."""

    def make(values: dict[str, Any], spoilt: Spoilt) -> Delivery:
        delivery: Delivery = build(**values)
        _spoil(delivery.payload, spoilt)
        return delivery

    return st.builds(make, st.fixed_dictionaries(told, optional=silent), SPOILT)


def _version(build: Any, told: Told, silent: Told) -> st.SearchStrategy[Version]:
    """Versions of two objects, deleted ones too."""
    always = {"object_id": NAMED, "at": WHEN, "modified_at": WHEN}
    deleted = {"is_deleted": st.sampled_from([False, False, False, True])}

    def make(values: dict[str, Any], spoilt: Spoilt) -> Version:
        version: Version = build(**values)
        _spoil(version.payload, spoilt)
        return version

    return st.builds(make, st.fixed_dictionaries(always | deleted | told, optional=silent), SPOILT)


_OUTREACH_CALLS: Final = _delivery(
    vendors.outreach_call,
    {
        "number": NUMBERS,
        "at": st.none() | WHEN,
        "delivered_at": WHEN,
        "user": _actors("outreach"),
        "event": st.sampled_from(["call.created", "call.updated", "call.updated", "call.destroyed", None]),
    },
    {
        "tags": st.lists(st.sampled_from(["Meeting Booked", " meeting booked", "vip", 7, None, []]), max_size=3),
        "direction": DIRECTIONS,
        "outcome": st.sampled_from(OUTCOMES),
        "state": st.sampled_from(OUTCOMES),
        "updatedAt": WHEN.map(vendors.stamp),
        "completedAt": WHEN.map(vendors.stamp),
    },
)
_OUTREACH_MAILINGS: Final = _delivery(
    vendors.outreach_mailing,
    {"number": NUMBERS, "delivered_at": WHEN, "user": _actors("outreach")},
    {
        "at": WHEN,
        "state": st.sampled_from(["Delivered", "opened", "bounced", None, 5]),
        "event": st.sampled_from(["mailing.opened", "mailing.deleted"]),
    },
)
_NOOKS_CALLS: Final = _delivery(
    vendors.nooks_call,
    {"number": NAMED, "disposition": st.sampled_from(DISPOSITIONS), "user": _actors("nooks")},
    {"at": WHEN, "email": ADDRESSES, "direction": DIRECTIONS},
)
_SALESLOFT_MEETINGS: Final = _delivery(
    vendors.salesloft_meeting,
    {"number": NUMBERS, "at": WHEN, "booked_by": st.sampled_from([7, "7", None, 8, 7.0]) | _actors("salesloft")},
    {
        "updated_at": WHEN,
        "canceled_at": WHEN,
        "no_show": st.sampled_from([True, False, "true", 1, None]),
        "email": ADDRESSES,
        "owner_email": ADDRESSES,
        "starts": st.sampled_from([None, "", 7, "2026-01-14T17:00:00.000000Z"]),
    },
)
CALENDLY_EVENTS: Final = ["invitee.created", "invitee.canceled", "invitee_no_show.created", "invitee_no_show.deleted"]
_INVITEES: Final = _delivery(
    vendors.calendly,
    {
        "event": st.sampled_from([*CALENDLY_EVENTS, "routing_form_submission.created", ""]),
        "invitee": NAMED.map("IN{}".format),
        "at": WHEN,
        "scheduled_by": st.sampled_from([CALENDLY_USER, None, None]) | _actors("calendly"),
    },
    {"host": _actors("calendly"), "host_email": ADDRESSES},
)
# Also one whose type looks like that of an object that is pulled.
_NOTIFICATIONS: Final = _delivery(
    vendors.hubspot_notification,
    {"object_id": NUMBERS, "kind": st.sampled_from(["0-48", "0-47", "call", "meeting"])},
    {"event": st.just("object.propertyChange"), "attempt": NUMBERS},
)
DELIVERIES: Final = st.one_of(
    _OUTREACH_CALLS, _OUTREACH_MAILINGS, _NOOKS_CALLS, _SALESLOFT_MEETINGS, _INVITEES, _INVITEES, _NOTIFICATIONS
)

_CONNECTED: Final = "f240bbac-87c9-4f6e-bf70-924b57d47db7"
_OWNER: Final[Told] = {"owner": _actors("hubspot")}
_SALESFORCE_OWNER: Final[Told] = {"OwnerId": _actors("salesforce")}
_HUBSPOT: Final[dict[str, Told]] = {
    "call": {
        "direction": st.sampled_from(["OUTBOUND", "INBOUND", None]),
        "disposition": st.sampled_from([_CONNECTED, _CONNECTED.upper(), "busy", None]),
    },
    "email": {"direction": st.sampled_from(["EMAIL", "INCOMING_EMAIL", None])},
    "meeting": {
        "outcome": st.sampled_from(["SCHEDULED", "RESCHEDULED", "COMPLETED", "CANCELED", "NO_SHOW", "", None]),
        "end_time": WHEN.map(vendors.stamp),
    },
}
VERSIONS: Final = st.one_of(
    *(_version(vendors.hubspot, {"kind": st.just(kind)} | _OWNER, properties) for kind, properties in _HUBSPOT.items()),
    _version(
        vendors.salesforce_task,
        {"IsClosed": st.sampled_from([True, True, True, False, "true"]), **_SALESFORCE_OWNER},
        {
            "CallType": DIRECTIONS,
            "CallDisposition": st.sampled_from(DISPOSITIONS),
            "TaskSubtype": st.sampled_from(["Email", "Call", None]),
            "CompletedDateTime": WHEN.map(vendors.stamp),
        },
    ),
    _version(vendors.salesforce_event, _SALESFORCE_OWNER, {"EventSubtype": st.sampled_from(["Event", "", None, 1])}),
)
# What somebody may take back by its name, whether it is there or not.
NAMES: Final = [
    *((source, f"call:{n}/{kind}") for source in ("nooks", "hubspot") for n in (1, 2) for kind in ("call_dial",)),
    *(("nooks", f"call:{n}/meeting_booked") for n in (1, 2)),
    ("salesloft", "meeting:1/meeting_booked"),
    ("hubspot", "meeting:1/meeting_attended"),
    ("calendly", "invitee:https://api.calendly.com/scheduled_events/EV1/invitees/IN1/meeting_booked"),
]
# What an operator may decide beside what is shipped, or take from it.
MAPPINGS: Final = [
    ("nooks", "call", "disposition", " Voicemail ", "call_connect"),
    ("nooks", "call", "direction", "outbound", "call_dial"),
    ("outreach", "call", "disposition_id", "*", "call_connect"),
    ("outreach", "call", "state", "true", "email_sent"),
    ("outreach", "call", "tag", "VIP", "meeting_attended"),
    ("calendly", "invitee", "event", "invitee_no_show.deleted", "meeting_attended"),
    ("calendly", "invitee", "event", "invitee.created", "meeting_booked"),
    ("salesloft", "meeting", "state", "*", "meeting_attended"),
    ("hubspot", "call", "status", "*", "meeting_booked"),
    ("salesforce", "event", "type", "meeting", "meeting_attended"),
]
SCORING: Final = [
    *((kind, source) for kind in ("call_dial", "call_connect") for source in ("outreach", "nooks", "salesforce")),
    *((kind, "nooks") for kind in ("meeting_booked", "email_sent")),
    ("meeting_attended", "outreach"),
    ("meeting_cancelled", "calendly"),
]
