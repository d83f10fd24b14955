"""Notes what SDRs have reached, each once: read from the marts, for whom something has landed since the last look.

What an SDR has reached was reached by one event, the one with which the sum, in the order of event times, came to what
was needed. Only when that event is of late is there something to tell: history that is imported tells nothing, and an
event that comes late for last week makes nobody's rank of this week.
"""

from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from psycopg2 import extensions

# Older than that nothing is news.
NEWS_SECONDS: Final = 24 * 3600
# For whom something of late landed since the last look, by transaction: a day of it is a few rows a second.
LANDED: Final = """
select landed.landed_xid::text::numeric, array_agg(distinct landed.user_id)
from staging.stg_sales_events as landed
where landed.landed_xid >= %(since_xid)s::xid8 and landed.occurred_at >= %(since)s and landed.user_id is not null
group by landed.landed_xid
order by landed.landed_xid
"""
# What somebody has earned is computed from all their days: measured at 300,000 events, half a second of 100 SDRs.
AT_ONCE: Final = 100
# When somebody came to the level and the rank of now: going back from what is, through the events of late.
REACHED: Final = """
with stats as (
    select
        user_id, current_level, current_rank_order, total_xp, weekly_rank_points,
        total_xp - xp_in_current_level as level_xp,
        date_trunc('week', now() at time zone time_zone)::date as week_start_date
    from marts.dim_user_stats
    where user_id = any(%(users)s)
),
recent as (
    select
        events.user_id, events.week_start_date, events.occurred_at, events.xp_value, events.rank_points,
        sum(events.xp_value) over life as xp_since,
        sum(events.rank_points) over week as points_since
    from marts.fct_sales_events as events
    where events.user_id = any(%(users)s) and events.occurred_at >= %(since)s
    window
        life as (partition by events.user_id order by events.occurred_at desc, events.event_id desc),
        week as (
            partition by events.user_id, events.week_start_date order by events.occurred_at desc, events.event_id desc
        )
)
insert into raw.notifications (kind, user_id, reached, week_start_date, happened_at)
select
    reached.kind, stats.user_id, reached.reached, reached.week_start_date, recent.occurred_at
from stats
inner join recent on stats.user_id = recent.user_id
inner join marts.dim_rank_tiers as tiers on stats.current_rank_order = tiers.rank_order
cross join lateral (
    values
    (
        'level_up', stats.current_level, null::date,
        stats.current_level > 1
        and stats.total_xp - recent.xp_since < stats.level_xp
        and stats.total_xp - recent.xp_since + recent.xp_value >= stats.level_xp
    ),
    (
        'rank_up', stats.current_rank_order, stats.week_start_date,
        stats.current_rank_order > 0
        and recent.week_start_date = stats.week_start_date
        and stats.weekly_rank_points - recent.points_since < tiers.minimum_rank_points
        and stats.weekly_rank_points - recent.points_since + recent.rank_points >= tiers.minimum_rank_points
    )
) as reached (kind, reached, week_start_date, is_reached_here)
where reached.is_reached_here and not exists (
    select from raw.notifications as told
    where
        told.kind = reached.kind and told.user_id = stats.user_id and told.reached >= reached.reached
        and told.week_start_date is not distinct from reached.week_start_date
)
on conflict do nothing
returning notification_id, kind, user_id, happened_at
"""
EARNED: Final = """
insert into raw.notifications (kind, user_id, subject, happened_at)
select 'achievement', user_id, achievement_id, earned_at
from marts.fct_achievements
where user_id = any(%(users)s) and kind <> 'team_win' and earned_at >= %(since)s
on conflict do nothing
returning notification_id, kind, user_id, happened_at
"""
# A team wins when a week closes, without an event of its own. Asked for only then: it needs the work of everybody.
CLOSED: Final = "select exists (select from raw.published_ranks where landed_xid >= %(since_xid)s::xid8)"
WON: Final = """
insert into raw.notifications (kind, user_id, subject, happened_at)
select 'achievement', user_id, achievement_id, earned_at
from marts.fct_achievements
where kind = 'team_win' and earned_at >= %(since)s
on conflict do nothing
returning notification_id, kind, user_id, happened_at
"""
# Of the newest published week: years that are imported are published, and reported, at once.
REPORTED: Final = """
insert into raw.notifications (kind, week_start_date, happened_at)
select 'weekly_report', reports.week_start_date, min(reports.created_at)
from raw.weekly_reports as reports
where
    reports.created_at >= %(since)s
    and reports.week_start_date = (select max(ranks.week_start_date) from raw.published_ranks as ranks)
    and reports.week_start_date >= current_date - 21
group by reports.week_start_date
on conflict do nothing
returning notification_id, kind, null::text, happened_at
"""
TEAMS: Final = "select user_id, team_name from marts.dim_users where user_id = any(%s)"
DUE: Final = """
insert into raw.notification_deliveries (notification_id, channel, outcome, detail, attempt)
select %s::uuid, %s, %s, %s, 0
on conflict do nothing
"""


@dataclass(frozen=True)
class Noted:
    """Something that was noted just now; `team` is the SDR's."""

    notification_id: str
    kind: str
    happened_at: datetime
    team: str | None = None


# Who wants to be told of it: names of channels, with what is the first step of each (due, or dropped and why).
Addressed = Callable[[Noted], Sequence[tuple[str, str, str | None]]]


def landed(cursor: extensions.cursor, since_xid: int, since: datetime) -> list[tuple[int, list[str]]]:
    """For whom something that happened after `since` landed from `since_xid` on, some at a time.

    Each with the first transaction id of it: all before are in those that come earlier.
    """
    cursor.execute(LANDED, {"since_xid": str(since_xid), "since": since})
    batches: list[tuple[int, list[str]]] = []
    for xid, users in cursor.fetchall():
        if not batches or len(batches[-1][1]) >= AT_ONCE:
            batches.append((int(xid), []))
        batches[-1][1].extend(user for user in users if user not in batches[-1][1])
    return batches


def note_play(cursor: extensions.cursor, users: Sequence[str], since: datetime, kinds: AbstractSet[str]) -> list[Noted]:
    """Note what these have reached since a moment, and was not noted; nothing is looked for that no channel wants."""
    statements = [REACHED] if kinds & {"rank_up", "level_up"} else []
    statements += [EARNED] if "achievement" in kinds else []
    return _noted(cursor, statements, {"users": list(users), "since": since})


def note_wins(cursor: extensions.cursor, since_xid: int, since: datetime) -> list[Noted]:
    """Note which teams have won a week that was closed from `since_xid` on."""
    values = {"since_xid": str(since_xid), "since": since}
    cursor.execute(CLOSED, values)
    return _noted(cursor, [WON], values) if cursor.fetchall()[0][0] else []


def note_reports(cursor: extensions.cursor, since: datetime) -> list[Noted]:
    """Note the report of the newest week; it reads no mart."""
    return _noted(cursor, [REPORTED], {"since": since})


def _noted(cursor: extensions.cursor, statements: Sequence[str], values: dict[str, Any]) -> list[Noted]:
    rows: list[tuple[Any, ...]] = []
    for statement in statements:
        cursor.execute(statement, values)
        rows += cursor.fetchall()
    users = [user for _, _, user, _ in rows if user]
    if users:
        cursor.execute(TEAMS, [users])
    teams = dict(cursor.fetchall()) if users else {}
    return [Noted(str(one), kind, at, teams.get(user)) for one, kind, user, at in rows]


def address(cursor: extensions.cursor, noted: Sequence[Noted], addressed: Addressed) -> None:
    """Note which channels are to be told, in the same transaction: who joins later is not told of what was before."""
    for one in noted:
        for channel, outcome, detail in addressed(one):
            cursor.execute(DUE, [one.notification_id, channel, outcome, detail])
