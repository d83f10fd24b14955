"""What Health asks: how fresh and how complete the marts are, what their checks found, and what waits for somebody."""

from typing import Any

from sqlalchemy import text
from sqlalchemy.engine import Engine

from hud.queries import rows

# What a card shows of a list that may be long.
EXAMPLES = 6

HEALTH = text(
    """
    select
        health.tail_event_count,
        health.rejected_event_count,
        health.unknown_sdr_count,
        health.unmapped_object_count,
        health.tail_age_seconds::double precision as tail_age_seconds,
        extract(epoch from health.watermark_settled_at)::double precision as watermark_settled_at,
        extract(epoch from health.last_event_received_at)::double precision as last_event_at,
        extract(epoch from clock_timestamp())::double precision as as_of,
        (
            select feed.event_label from marts.rpt_activity_feed as feed
            order by feed.received_at desc, feed.event_id desc
            limit 1
        ) as last_event_label,
        (
            select coalesce(json_agg(json_build_object(
                'job_name', checks.job_name,
                'run_id', checks.run_id,
                'failures', checks.failures,
                'passed_count', checks.passed_count,
                'warned_count', checks.warned_count,
                'failed_count', checks.failed_count,
                'is_finished', checks.is_finished,
                'passing_since_at', extract(epoch from checks.passing_since_at),
                'ended_at', extract(epoch from checks.ended_at)
            ) order by checks.job_name), '[]')
            from marts.rpt_checks as checks
        ) as checks
    from marts.rpt_health as health
    """
)

UNMAPPED = text(
    """
    select source, object_type, field, value, item_count, count(*) over () as value_count
    from marts.rpt_unmapped_values
    order by item_count desc, source, object_type, field, value
    limit :examples
    """
)

UNKNOWN = text(
    """
    select user_id
    from marts.dim_users
    where not is_known
    order by user_id
    limit :examples
    """
)

ROSTER = text("select count(*) as sdr_count from marts.dim_users where is_known")

# Dagster publishes within the hour. The newest closed week began at most 22 days ago: a week, and as much grace.
PUBLICATION = text(
    """
    select
        overdue.week_start_date::text as overdue_week,
        newest.week_start_date::text as week_start_date,
        newest.sdr_count,
        newest.meetings_booked,
        newest.restatement_count,
        extract(epoch from newest.published_at)::double precision as published_at
    from (
        select max(weeks.week_start_date) as week_start_date
        from marts.fct_team_weekly as weeks
        where
            weeks.week_start_date > current_date - 30
            and weeks.closes_at < now() - interval '2 hours'
            and weeks.event_count > 0
            and not exists (
                select 1 from marts.rpt_weekly_publications as publications
                where publications.week_start_date = weeks.week_start_date
            )
    ) as overdue
    left join (
        select * from marts.rpt_weekly_publications
        order by week_start_date desc
        limit 1
    ) as newest on true
    """
)

LAST_HOUR = text(
    """
    select count(*) as event_count
    from marts.fct_sales_events
    where received_at > now() - interval '1 hour'
    """
)


def health(engine: Engine) -> dict[str, Any]:
    """Freshness, counts of what waits for somebody, and the last checks of each job."""
    return rows(engine, HEALTH)[0]


def unmapped(engine: Engine) -> dict[str, Any]:
    """How many values of vendors nobody has mapped, and the most frequent of them."""
    found = rows(engine, UNMAPPED, {"examples": EXAMPLES})
    return {"value_count": found[0]["value_count"] if found else 0, "examples": found}


def unknown(engine: Engine) -> list[str]:
    """Some of the ids that send events and are on no roster."""
    return [row["user_id"] for row in rows(engine, UNKNOWN, {"examples": EXAMPLES})]


def roster(engine: Engine) -> int:
    """How many are on the roster."""
    return int(rows(engine, ROSTER)[0]["sdr_count"])


def publication(engine: Engine) -> dict[str, Any]:
    """The last published week, with what has changed since, and the last that should be published and is not."""
    return rows(engine, PUBLICATION)[0]


def last_hour(engine: Engine) -> int:
    """Events that arrived within the last hour."""
    return int(rows(engine, LAST_HOUR)[0]["event_count"])
