"""What notifications are about, as the marts have it when they are sent: names, ranks, and whether it still holds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from orchestration.lib.notifications.ledger import Open, cursor

# Failures and reports need no mart: they are told when one is broken.
PLAIN: Final = """
select
    told.notification_id::text, told.kind, told.subject, told.detail, told.severity, told.run_id, told.reached,
    told.is_recovery, told.week_start_date, told.happened_at
from raw.notifications as told
where told.notification_id = any(%s::uuid[])
order by told.happened_at, told.notification_id
"""
# Ann's rank may have been taken back since, or Ann been forgotten.
REACHED: Final = """
select
    told.notification_id::text, told.kind, told.subject, told.detail, told.severity, told.run_id, told.reached,
    told.is_recovery, told.week_start_date, told.happened_at, users.user_id, users.display_name, users.team_name,
    case told.kind
        when 'level_up' then coalesce(stats.current_level >= told.reached, false)
        when 'rank_up' then exists (
            select from marts.fct_weekly_ranks as ranks
            inner join marts.dim_rank_tiers as held on ranks.rank_tier = held.rank_tier
            where
                ranks.user_id = told.user_id and ranks.week_start_date = told.week_start_date
                and held.rank_order >= told.reached
        )
        when 'achievement' then exists (
            select from marts.fct_achievements as earned
            where earned.user_id = told.user_id and earned.achievement_id = told.subject
        )
        else true
    end
    and coalesce(not starts_with(told.user_id, 'forgotten-'), true) as still_holds,
    tiers.rank_tier, achievements.title, achievements.description
from raw.notifications as told
left join marts.dim_users as users on told.user_id = users.user_id
left join marts.dim_user_stats as stats on told.user_id = stats.user_id
left join marts.dim_rank_tiers as tiers on told.kind = 'rank_up' and told.reached = tiers.rank_order
left join marts.dim_achievements as achievements
    on told.kind = 'achievement' and told.subject = achievements.achievement_id
where told.notification_id = any(%s::uuid[])
order by told.happened_at, told.notification_id
"""
REPORT: Final = """
select
    iso_week, champion_names, champion_count, champion_tier, meetings_booked, sdr_count, team_count
from marts.rpt_weekly_reports
where week_start_date = %s
"""


@dataclass(frozen=True)
class Subject:
    """One notification, with all that a message may say of it. Fields that its kind does not have are None."""

    notification_id: str
    kind: str
    name: str | None
    detail: str | None
    severity: str | None
    run_id: str | None
    reached: int | None
    is_recovery: bool
    week: date | None
    happened_at: datetime
    user_id: str | None = None
    display_name: str | None = None
    team_name: str | None = None
    still_holds: bool = True
    rank_tier: str | None = None
    title: str | None = None
    description: str | None = None


@dataclass(frozen=True)
class ReportedWeek:
    """The headline of a weekly report."""

    iso_week: str
    champion_names: list[str]
    champion_count: int
    champion_tier: str | None
    meetings_booked: int
    sdr_count: int
    team_count: int


def failures_and_reports(dsn: str, deliveries: Sequence[Open]) -> list[Subject]:
    """What these are about, in the order in which it happened; no mart is read."""
    return _subjects(dsn, PLAIN, deliveries)


def reached(dsn: str, deliveries: Sequence[Open]) -> list[Subject]:
    """What SDRs have reached, in that order. Raises `psycopg2.Error`, also for a broken mart."""
    return _subjects(dsn, REACHED, deliveries)


def _subjects(dsn: str, statement: str, deliveries: Sequence[Open]) -> list[Subject]:
    with cursor(dsn) as reading:
        reading.execute(statement, [[one.notification_id for one in deliveries]])
        rows: list[tuple[Any, ...]] = reading.fetchall()
    return [Subject(*row) for row in rows]


def reported_week(dsn: str, week: date) -> ReportedWeek | None:
    """The headline of a week's report; None when there is none any more."""
    with cursor(dsn) as reading:
        reading.execute(REPORT, [week])
        rows: list[tuple[Any, ...]] = reading.fetchall()
    return ReportedWeek(*rows[0]) if rows else None
