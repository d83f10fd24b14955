"""What the page Reports asks: the reports that were made, when the next will be, and one of them."""

from datetime import date
from typing import Any

from sqlalchemy import text
from sqlalchemy.engine import Engine

from hud.queries import rows

# Five years: whoever looks further back has rift report.
LIST_LENGTH = 260

REPORTS = text(
    """
    select
        week_start_date::text as week,
        iso_week,
        champion_names,
        champion_count,
        champion_tier,
        champion_tier_order,
        meetings_booked,
        sdr_count,
        team_count,
        rise_count,
        fall_count,
        personal_best_count,
        restatement_count
    from marts.rpt_weekly_reports
    order by week_start_date desc
    limit :list_length
    """
)

# The next one is of the earliest recent week that anybody was at work in and that has none.
NEXT_REPORT = text(
    """
    select
        to_char(weeks.week_start_date, 'IYYY-"W"IW') as iso_week,
        extract(epoch from min(weeks.closes_at))::double precision as closes_at,
        bool_and(weeks.is_closed) as is_closed
    from marts.fct_team_weekly as weeks
    where
        weeks.week_start_date >= current_date - 15
        and weeks.week_start_date <= current_date
        and not exists (
            select 1 from marts.rpt_weekly_reports as reports
            where reports.week_start_date = weeks.week_start_date
        )
    group by weeks.week_start_date
    order by weeks.week_start_date
    limit 1
    """
)

# Apart from the list, which is asked for more often: counting them reads every restatement.
RESTATED = text(
    """
    select week_start_date::text as week, restated_since_count
    from marts.rpt_weekly_reports
    where restated_since_count > 0
    """
)

# By its ISO name: with the date itself, Postgres would count the week's restatements on the way.
DOCUMENT = text(
    """
    select iso_week, report_document, report_csv
    from marts.rpt_weekly_reports
    where iso_week = to_char(cast(:week as date), 'IYYY-"W"IW')
    """
)


def reports(engine: Engine) -> list[dict[str, Any]]:
    """The reports, newest first, without their documents."""
    return rows(engine, REPORTS, {"list_length": LIST_LENGTH})


def restated(engine: Engine) -> dict[str, int]:
    """How many changes each reported week has seen since it was published; weeks without any are left out."""
    return {row["week"]: row["restated_since_count"] for row in rows(engine, RESTATED)}


def next_report(engine: Engine) -> dict[str, Any] | None:
    """Which week is reported next and when it closes; None when nobody is at work."""
    found = rows(engine, NEXT_REPORT)
    return found[0] if found else None


def document(engine: Engine, week: date) -> dict[str, Any] | None:
    """The report of a week; None when there is none."""
    found = rows(engine, DOCUMENT, {"week": week})
    return found[0] if found else None
