"""The oracle of single events, of what is said about all of them, and of people."""

from tests.warehouse.oracle.facts import Event, Facts
from tests.warehouse.oracle.people import Rows, name_and_team

EVENT_COLUMNS = (
    "event_id, raw_id, external_id, source, event_type, user_id, team_id, rule_version_id, verified_by, gold_value,"
    " xp_value, rank_points, is_reversed, is_reversal, activity_date, week_start_date, occurred_at, received_at,"
    " metadata ->> 'n', metadata ->> 'object_key'"
)
FEED_COLUMNS = (
    "event_id, user_id, display_name, team_name, event_type, gold_value, xp_value, is_reversed, is_reversal,"
    " occurred_at, received_at"
)
HEALTH_COLUMNS = "rejected_event_count, unknown_sdr_count, last_event_received_at, unmapped_object_count"
USER_COLUMNS = "user_id, display_name, email, team_id, team_name, time_zone, is_known, is_active, started_on, ended_on"
FEED_LENGTH = 500


def fct_sales_events(facts: Facts) -> Rows:
    rows: Rows = []
    for event in facts.events:
        row = event.row
        rows.append(
            (
                *(event.event_id, str(row["raw_id"]), event.external_id, event.source, event.event_type),
                *(event.user_id, event.team_id, event.rule_version_id, row["verified_by"], event.gold_value),
                *(event.xp_value, event.rank_points, event.is_reversed, event.is_reversal, event.activity_date),
                *(event.week_start_date, event.occurred_at, row["received_at"]),
                *(_member(event, name) for name in ("n", "object_key")),
            )
        )
    return rows


def _member(event: Event, name: str) -> str | None:
    """A member of metadata, such as `n`, which tests put there."""
    payload = event.row["payload"]
    metadata = payload.get("metadata") if isinstance(payload, dict) else None
    value = metadata.get(name) if isinstance(metadata, dict) else None
    return None if value is None else str(value)


def rpt_activity_feed(facts: Facts) -> Rows:
    newest = sorted(facts.events, key=lambda event: (int(event.row["landed_xid"]), event.event_id), reverse=True)
    return [
        (
            *(event.event_id, event.user_id, name_and_team(facts, event.user_id)[0]),
            *(name_and_team(facts, event.user_id)[2], event.event_type, event.gold_value, event.xp_value),
            *(event.is_reversed, event.is_reversal, event.occurred_at, event.row["received_at"]),
        )
        for event in newest[:FEED_LENGTH]
    ]


def rpt_health(facts: Facts) -> Rows:
    rejected = [row for row in facts.rejected if row["reason"] != "duplicate" and row["replayed_at"] is None]
    newest = max(facts.events, key=lambda event: (int(event.row["landed_xid"]), event.row["received_at"]), default=None)
    items = [one.item for one in facts.unscored if one.reason == "unmapped"]
    unmapped = {(item.source, item.object_key) for item in items if item.object_key}
    unknown = facts.people - set(facts.roster)
    return [(len(rejected), len(unknown), newest.row["received_at"] if newest else None, len(unmapped))]


def dim_users(facts: Facts) -> Rows:
    return [_user(facts, user_id) for user_id in facts.people]


def _user(facts: Facts, user_id: str) -> tuple[object, ...]:
    version = facts.version_now(user_id)
    if version is None:
        return (user_id, user_id, None, "unassigned", "Unassigned", "UTC", False, False, None, None)
    today = facts.local_date(user_id)
    started, ended = version.started_on, version.ended_on
    active = (started is None or started <= today) and (ended is None or ended >= today)
    names = (user_id, version.display_name, version.email, version.team_id, version.team_name, version.zone)
    return (*names, True, active, started, ended)
