"""Stand-ins for the marts that the HUD reads: plain tables of the same columns, which a test fills as it likes.

What the marts compute is tested where they are made; here only what the HUD asks of them, as the role it asks with.
"""

import json
from typing import Any
from uuid import uuid4

from tests.conftest import Database

TABLES = """
create table marts.dim_user_stats (
    user_id text primary key, display_name text, team_id text, team_name text, current_rank text, time_zone text,
    total_gold bigint, total_xp bigint, current_level integer, xp_in_current_level integer, xp_to_next_level integer,
    total_events bigint, events_today bigint, calls_made bigint, calls_connected bigint, emails_sent bigint,
    meetings_booked bigint, meetings_attended bigint, meetings_lost bigint, weekly_meetings_booked bigint,
    weekly_rank_points bigint, current_rank_order integer, points_to_next_rank bigint, next_rank text,
    connect_ratio numeric, meeting_ratio numeric, show_ratio numeric, xp_per_active_day numeric, kda_ratio numeric,
    calls_made_today bigint, calls_connected_today bigint, emails_sent_today bigint, meetings_booked_today bigint,
    meetings_attended_today bigint, gold_today bigint, xp_today bigint, last_event_at timestamptz
);
create table marts.dim_users (
    user_id text primary key, display_name text, email text, team_id text, team_name text, time_zone text,
    started_on date, ended_on date, is_active boolean
);
create table marts.rpt_activity_feed (
    event_id uuid primary key, user_id text, display_name text, team_name text, event_type text, event_label text,
    gold_value integer, xp_value integer, is_reversed boolean, is_reversal boolean,
    occurred_at timestamptz, received_at timestamptz
);
create table marts.dim_rank_tiers (rank_tier text, rank_order integer, minimum_rank_points integer);
grant select on all tables in schema marts to rift_hud;
insert into marts.dim_rank_tiers
select tier, (place - 1)::integer, (place - 1)::integer
from unnest(array[
    'Iron', 'Bronze', 'Silver', 'Gold', 'Platinum', 'Emerald', 'Diamond', 'Master', 'Grandmaster', 'Challenger'
]) with ordinality as tiers (tier, place);
"""

# What two connects, a booked meeting and so on look like at the end of a good Wednesday.
STATS: dict[str, Any] = {
    "display_name": "Ada Lindqvist",
    "team_name": "Baron Squad",
    "current_rank": "Gold",
    "total_gold": 18_475,
    "total_xp": 36_740,
    "current_level": 37,
    "xp_in_current_level": 740,
    "xp_to_next_level": 260,
    "events_today": 58,
    "calls_connected": 412,
    "meetings_booked": 64,
    "meetings_lost": 9,
    "weekly_meetings_booked": 3,
    "weekly_rank_points": 3,
    "current_rank_order": 3,
    "points_to_next_rank": 1,
    "next_rank": "Platinum",
    "kda_ratio": 52.9,
    "calls_made_today": 41,
    "calls_connected_today": 9,
    "emails_sent_today": 6,
    "meetings_booked_today": 1,
    "meetings_attended_today": 1,
    "gold_today": 698,
    "xp_today": 1_390,
}
FRESH = {name: 0 for name, value in STATS.items() if isinstance(value, int | float)} | {
    "team_name": "Baron Squad",
    "current_rank": "Iron",
    "current_level": 1,
    "xp_to_next_level": 1_000,
    "points_to_next_rank": 1,
    "next_rank": "Bronze",
    "kda_ratio": 0,
}
RULES = {
    "call_dial": ("Call dialled", 5, 10),
    "call_connect": ("Call connected", 25, 50),
    "email_sent": ("Email sent", 3, 5),
    "meeting_booked": ("Meeting booked", 100, 200),
    "meeting_attended": ("Meeting attended", 150, 300),
    "meeting_cancelled": ("Meeting cancelled", -100, -200),
}


def create(database: Database) -> None:
    database.execute(TABLES)


def put_sdr(database: Database, user_id: str, **stats: Any) -> None:  # noqa: ANN401 - a column's value
    """Add an SDR, with a good Wednesday where nothing else is said."""
    row = {"user_id": user_id, **STATS, **stats}
    database.execute(
        "insert into marts.dim_user_stats select * from jsonb_populate_record(null::marts.dim_user_stats, %s)",
        json.dumps(row, default=str),
    )
    database.execute(
        "insert into marts.dim_users (user_id, display_name, team_name, is_active) values (%s, %s, %s, true)",
        user_id,
        row["display_name"],
        row["team_name"],
    )


def change(database: Database, user_id: str, **stats: Any) -> None:  # noqa: ANN401 - a column's value
    """Set columns of one SDR in one statement."""
    columns = ", ".join(f"{name} = %s" for name in stats)
    database.execute(f"update marts.dim_user_stats set {columns} where user_id = %s", *stats.values(), user_id)


def put_event(database: Database, user_id: str, event_type: str, **columns: Any) -> None:  # noqa: ANN401
    """Add an event to the feed, `seconds_ago` (default: now)."""
    label, gold, xp = RULES.get(event_type, (event_type, 0, 0))
    reversal = event_type == "meeting_cancelled"
    database.execute(
        """
        insert into marts.rpt_activity_feed
        values (%s, %s, null, null, %s, %s, %s, %s, %s, %s, now() - %s * interval '1 s', now() - %s * interval '1 s')
        """,
        str(uuid4()),
        user_id,
        event_type,
        columns.get("event_label", label),
        columns.get("gold_value", gold),
        columns.get("xp_value", xp),
        columns.get("is_reversed", False),
        reversal,
        columns.get("seconds_ago", 0),
        columns.get("seconds_ago", 0),
    )
    database.execute(
        """
        update marts.dim_user_stats
        set last_event_at = (select max(occurred_at) from marts.rpt_activity_feed where user_id = %s)
        where user_id = %s
        """,
        user_id,
        user_id,
    )


def fill(database: Database) -> None:
    """A team, and an afternoon of one of its SDRs."""
    put_sdr(database, "sdr-001")
    names = ("Ben Okafor", "Chloé Martin", "Dmitri Volkov", "Esra Yilmaz", "Farid Haddad", "Grace Kim", "Hana Suzuki")
    teams = ("Baron Squad", "Dragon Line", "Nexus Guard")
    for place, name in enumerate(names, start=2):
        put_sdr(database, f"sdr-{place:03}", display_name=name, team_name=teams[place % 3])
    afternoon: tuple[tuple[str, int, dict[str, Any]], ...] = (
        ("meeting_booked", 240, {}),
        ("call_connect", 420, {}),
        ("call_dial", 430, {}),
        ("email_sent", 1_100, {}),
        ("call_dial", 1_800, {}),
        ("meeting_cancelled", 2_500, {}),
        ("call_connect", 3_000, {}),
        ("call_dial", 3_050, {}),
        ("meeting_attended", 5_400, {}),
        ("meeting_booked", 9_000, {"is_reversed": True}),
        ("call_dial", 10_900, {}),
        ("email_sent", 12_000, {}),
        ("call_dial", 14_000, {}),
    )
    for event_type, seconds_ago, columns in afternoon:
        put_event(database, "sdr-001", event_type, seconds_ago=seconds_ago, **columns)
