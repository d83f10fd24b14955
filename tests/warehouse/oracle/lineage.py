"""The oracle of lineage: meetings, calls, what scored nothing, who was who, and why an event scored what it did."""

import json
import re
from collections import defaultdict
from contextlib import suppress
from datetime import UTC, date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from tests.warehouse.oracle.facts import Event, Facts, Row, monday, names, ordered, original_of, rule_at
from tests.warehouse.oracle.instants import instant

Rows = list[tuple[object, ...]]
MEETING = (
    "meeting_id, event_id, user_id, team_id, source, status, days_to_attend, booked_date, booked_at, scheduled_for,"
    " attended_at, cancelled_at, no_show_at"
)
CONVERSION = (
    "booked_week_start_date, team_id, source, booked_count, attended_count, cancelled_count, no_show_count,"
    " pending_count, attended_ratio"
)
CALL = (
    "call_id, event_id, user_id, team_id, source, connect_event_id, disposition, duration_seconds, is_connected,"
    " activity_date, dialled_at, connected_at"
)
UNSCORED = "item_id, event_id, user_id, source, door, event_type, reason"
# The function, asked for the day of every event.
EXPLAINED = (
    "fct_sales_events as events cross join lateral ("
    "select * from marts.explain_score(events.user_id, events.activity_date) as explained"
    " where explained.event_id = events.event_id) as explained"
)
# The text of what landed is compared in test_lineage: the facts hold it parsed.
FOLLOWED = "fct_unscored_items as items cross join lateral (select * from marts.raw_text(items.item_id)) as texts"
TEXT = (
    "texts.item_id, texts.kind, texts.door, texts.source, texts.reason, texts.received_at,"
    " case texts.kind when 'rejected' then texts.raw_text end"
)
EXPLANATION = (
    "explained.event_id, explained.rule_version_id, rule_gold_value, rule_xp_value, rule_rank_points,"
    " explained.gold_value, explained.xp_value, explained.rank_points, reversed_by_event_id"
)
VERSION = (
    "version_id, user_id, team_id, time_zone, is_current, effective_from_date, effective_to_date, valid_from, valid_to"
)
REFUSED_BY_JSONB = re.compile(r"\\u0000|\\u[dD][89a-fA-F][0-9a-fA-F]{2}")


def fct_meetings(facts: Facts) -> Rows:
    """Columns: `MEETING`."""
    reversals = _reversals(facts)
    bookings = [event for event in facts.events if event.event_type == "meeting_booked" and not event.is_reversal]
    attended = [event for event in _standing(facts) if event.event_type == "meeting_attended"]
    rows: Rows = []
    for booking in bookings:
        lost = reversals.get(booking.event_id, [None])[0]
        held = [event for event in attended if _names(event, booking, "meeting_id")]
        attended_at = held[0].occurred_at if held else None
        is_no_show = lost is not None and lost.event_type == "meeting_no_show"
        lost_at = lost.occurred_at if lost else None
        rows.append(
            (
                *_named(booking, "meeting_id"),
                ("no_show" if is_no_show else "cancelled") if lost else "attended" if attended_at else "booked",
                _days(booking.occurred_at, attended_at),
                booking.activity_date,
                booking.occurred_at,
                instant(_metadata(booking).get("scheduled_at")),
                attended_at,
                None if is_no_show else lost_at,
                lost_at if is_no_show else None,
            )
        )
    rows += [
        (
            *_named(event, "meeting_id"),
            "attended",
            *(None, None, None),
            instant(_metadata(event).get("scheduled_at")),
            event.occurred_at,
            *(None, None),
        )
        for event in _alone(attended, bookings, "meeting_id")
    ]
    return rows


def rpt_meeting_conversion(facts: Facts) -> Rows:
    """Columns: `CONVERSION`."""
    cohorts: dict[tuple[object, ...], list[str]] = defaultdict(list)
    for row in fct_meetings(facts):
        _, _, _, team, source, status, _, booked_date, *_ = row
        if isinstance(booked_date, date):
            cohorts[monday(booked_date), team, source].append(str(status))
    return [
        (
            *cohort,
            len(statuses),
            *(statuses.count(status) for status in ("attended", "cancelled", "no_show", "booked")),
            _rounded(Decimal(statuses.count("attended")) / len(statuses), "0.0001"),
        )
        for cohort, statuses in cohorts.items()
    ]


def fct_calls(facts: Facts) -> Rows:
    """Columns: `CALL`."""
    standing = _standing(facts)
    dials = [event for event in standing if event.event_type == "call_dial"]
    connects = [event for event in standing if event.event_type == "call_connect"]
    rows: Rows = []
    for dial in dials:
        answers = [connect for connect in connects if _names(connect, dial, "call_id")]
        rows.append((*_named(dial, "call_id"), *_call(answers[0] if answers else None, dial)))
    rows += [(*_named(event, "call_id"), *_call(event, None)) for event in _alone(connects, dials, "call_id")]
    return rows


def fct_unscored_items(facts: Facts) -> Rows:
    """Columns: `UNSCORED`."""
    rows: Rows = []
    for event in facts.events:
        if not event.gold_value and not event.xp_value and not event.rank_points:
            known = "worth_nothing" if event.rule_version_id else "no_rule"
            reason = "reversal" if event.is_reversal else "reversed" if event.is_reversed else known
            identity = (str(event.row["raw_id"]), event.event_id, event.user_id)
            rows.append((*identity, event.source, event.row["door"], event.event_type, reason))
    rows += [(one.item.raw_id, None, None, one.item.source, one.item.door, None, one.reason) for one in facts.unscored]
    rows += [
        (str(item["rejected_id"]), None, None, item["source"], item["door"], None, item["reason"])
        for item in facts.rejected
        if item["replayed_at"] is None
    ]
    return rows


def explain_score(facts: Facts) -> Rows:
    """Columns: `EXPLANATION`; of every event."""
    reversals = _reversals(facts)
    rows: Rows = []
    for event in facts.events:
        rule = rule_at(facts.rules, event.event_type, event.occurred_at) or {}
        by = reversals.get(event.event_id)
        rows.append(
            (
                event.event_id,
                *(rule.get(name) for name in ("rule_version_id", "gold_value", "xp_value", "rank_points")),
                *(event.gold_value, event.xp_value, event.rank_points),
                by[0].event_id if by else None,
            )
        )
    return rows


def raw_text(facts: Facts) -> Rows:
    """Columns: `TEXT`; of every item that earns nothing."""
    landed: dict[str, Row] = {event.event_id: event.row for event in facts.events}
    landed |= {
        item.raw_id: {"door": item.door, "source": item.source, "received_at": item.received_at}
        for item in facts.vendor_items
    }
    rejected = {str(item["rejected_id"]): item for item in facts.rejected}
    rows: Rows = []
    for item_id, *_ in fct_unscored_items(facts):
        item = landed.get(str(item_id)) or rejected[str(item_id)]
        kind = "landed" if str(item_id) in landed else "rejected"
        text = _readable(bytes(item["body"])) if kind == "rejected" else None
        rows.append((item_id, kind, item["door"], item["source"], item.get("reason"), item["received_at"], text))
    return rows


def _readable(body: bytes) -> str:
    with suppress(UnicodeDecodeError):
        if 0 not in body:
            return body.decode()
    return "".join("\\\\" if byte == 0x5C else chr(byte) if 0 < byte < 0x80 else f"\\{byte:03o}" for byte in body)


def dim_users_history(facts: Facts) -> Rows:
    """Columns: `VERSION`."""
    rows: Rows = []
    for user_id, versions in facts.roster.items():
        for index, version in enumerate(versions):
            start = version.begins if index else None
            end = versions[index + 1].begins if index + 1 < len(versions) else None
            starts_at, ends_at = (datetime.combine(day, time(), UTC) if day else None for day in (start, end))
            current = not (starts_at and starts_at > facts.now) and not (ends_at and ends_at <= facts.now)
            identity = (version.row["version_id"], user_id, version.team_id, version.zone)
            rows.append((*identity, current, start, end, starts_at, ends_at))
    return rows


def _reversals(facts: Facts) -> dict[str, list[Event]]:
    """By the event_id of what was taken back, in the order in which they occurred."""
    named: dict[str, list[Event]] = defaultdict(list)
    known = names([event.row for event in facts.events])
    for event in ordered(facts.events):
        original = original_of(event.row, *known)
        if original and original["reverses"] is None:
            named[str(original["event_id"])].append(event)
    return named


def _standing(facts: Facts) -> list[Event]:
    return ordered(event for event in facts.events if event.counts)


def _metadata(event: Event) -> dict[str, Any]:
    payload = event.row["payload"]
    metadata = payload.get("metadata") if isinstance(payload, dict) else None
    if not isinstance(metadata, dict) or REFUSED_BY_JSONB.search(json.dumps(metadata)):
        return {}
    return metadata


def _key(event: Event, member: str) -> str | None:
    value = _metadata(event).get(member)
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return None
    return str(value) if 1 <= len(str(value)) <= 200 else None


def _names(namer: Event, named: Event, member: str) -> bool:
    key = _key(namer, member)
    of_source = {_key(named, member), named.external_id} if namer.source == named.source else set()
    return key is not None and key in of_source | {named.event_id}


def _alone(namers: list[Event], named: list[Event], member: str) -> list[Event]:
    """Those that name nothing we know; of several with one name the first."""
    seen: set[tuple[str, str]] = set()
    alone = []
    for event in namers:
        key = _key(event, member)
        if any(_names(event, other, member) for other in named) or (key and (event.source, key) in seen):
            continue
        if key:
            seen.add((event.source, key))
        alone.append(event)
    return alone


def _named(event: Event, member: str) -> tuple[object, ...]:
    name = _key(event, member) or event.external_id or event.event_id
    return (name, event.event_id, event.user_id, event.team_id, event.source)


def _call(connect: Event | None, dial: Event | None) -> tuple[object, ...]:
    told = [_metadata(event) for event in (connect, dial) if event]
    dispositions = [str(one["disposition"])[:200] for one in told if isinstance(one.get("disposition"), str)]
    durations = [_seconds(one.get("duration_seconds")) for one in told]
    return (
        connect.event_id if connect else None,
        next(iter(dispositions), None),
        next((seconds for seconds in durations if seconds is not None), None),
        connect is not None,
        (dial or connect).activity_date,  # type: ignore[union-attr]  # one of the two is there
        dial.occurred_at if dial else None,
        connect.occurred_at if connect else None,
    )


def _seconds(value: object) -> int | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= 86400:
        return None
    return int(_rounded(Decimal(str(value)), "1"))


def _days(start: datetime, end: datetime | None) -> Decimal | None:
    if end is None:
        return None
    elapsed = end - start
    microseconds = Decimal(elapsed.days * 86_400_000_000 + elapsed.seconds * 1_000_000 + elapsed.microseconds)
    return _rounded(microseconds / 86_400_000_000, "0.01")


def _rounded(number: Decimal, unit: str) -> Decimal:
    return number.quantize(Decimal(unit), ROUND_HALF_UP)


EXPLANATIONS = {EXPLAINED: (EXPLANATION, explain_score), FOLLOWED: (TEXT, raw_text)}
