"""What candidate rules would make of the last weeks, computed from the marts in one statement; nothing is written."""

import json
from collections.abc import Sequence
from typing import Any, Final

from psycopg2 import extensions

from ingestion.rules.change import CANDIDATE_FIELDS, Change, read_candidate, refuse, require_object
from ingestion.rules.moved import bound
from ingestion.rules.plan import FOR_EVER, Stretch, plan, timeline
from ingestion.webhooks.parser import UnusableError

DEFAULT_WEEKS: Final = 8
MOST_WEEKS: Final = 52
MOST_CANDIDATES: Final = 100

VERSIONS: Final = """
select effective_from, gold_value, xp_value, rank_points
from marts.dim_gamification_rules
where event_type = %s and not is_superseded
order by effective_from nulls first
"""

# One row per SDR. A candidate without a beginning holds from the Monday of the SDR's own first week of the last ones;
# what it does not say stays as the event was scored. OFFSET 0: as in `moved`.
PREVIEW: Final = """
with candidates as materialized (
    select *
    from json_to_recordset(%(candidates)s::json) as candidate (
        event_type text, gold_value integer, xp_value integer, rank_points integer,
        begins timestamptz, ends timestamptz
    )
),

people as materialized (
    select
        stats.*,
        local.local_date - (extract(isodow from local.local_date)::integer - 1) as this_week_date,
        local.local_date - (extract(isodow from local.local_date)::integer - 1) - 7 * (%(weeks)s - 1) as first_week_date
    from marts.dim_user_stats as stats
    cross join lateral (select (now() at time zone stats.time_zone)::date as local_date) as local
),

moved as materialized (
    select
        people.user_id,
        scored.week_start_date,
        sum(coalesce(candidates.gold_value, scored.gold_value) - scored.gold_value) as gold,
        sum(coalesce(candidates.xp_value, scored.xp_value) - scored.xp_value) as xp,
        sum(coalesce(candidates.rank_points, scored.rank_points) - scored.rank_points) as points
    from people
    cross join candidates
    cross join lateral (
        select events.week_start_date, events.gold_value, events.xp_value, events.rank_points
        from marts.fct_sales_events as events
        where events.user_id = people.user_id
        and events.event_type = candidates.event_type
        -- A local day begins within a day of the same day in UTC.
        and events.occurred_at
            >= coalesce(candidates.begins, (people.first_week_date - 1)::timestamp at time zone 'UTC')
        and events.occurred_at < candidates.ends
        and (candidates.begins is not null or events.week_start_date >= people.first_week_date)
        and not events.is_reversed and not events.is_reversal
        offset 0
    ) as scored
    group by people.user_id, scored.week_start_date
),

worked as (
    select
        daily.user_id,
        daily.activity_date - (extract(isodow from daily.activity_date)::integer - 1) as week_start_date,
        sum(daily.rank_points) as points
    from marts.fct_user_daily as daily
    where daily.activity_date >= (select min(first_week_date) from people)
    group by 1, 2
),

weeks as (
    select
        people.user_id,
        people.this_week_date = days.week_start_date as is_this_week,
        days.week_start_date,
        coalesce(worked.points, 0)::bigint as points_before,
        (coalesce(worked.points, 0) + coalesce(moved.points, 0))::bigint as points_after
    from people
    cross join lateral (
        select people.first_week_date + 7 * number as week_start_date
        from generate_series(0, %(weeks)s - 1) as number
    ) as days
    left join worked on people.user_id = worked.user_id and days.week_start_date = worked.week_start_date
    left join moved on people.user_id = moved.user_id and days.week_start_date = moved.week_start_date
),

ranked as (
    select weeks.*, before.rank_tier as rank_before, after.rank_tier as rank_after
    from weeks
    cross join lateral (
        select tiers.rank_tier from marts.dim_rank_tiers as tiers
        where tiers.minimum_rank_points <= weeks.points_before order by tiers.minimum_rank_points desc limit 1
    ) as before
    cross join lateral (
        select tiers.rank_tier from marts.dim_rank_tiers as tiers
        where tiers.minimum_rank_points <= weeks.points_after order by tiers.minimum_rank_points desc limit 1
    ) as after
),

standings as (
    select
        user_id,
        max(rank_before) filter (where is_this_week) as rank_before,
        max(rank_after) filter (where is_this_week) as rank_after,
        count(*) filter (where rank_before <> rank_after) as weeks_changed,
        json_agg(json_build_object(
            'week_start_date', week_start_date,
            'rank_points_before', points_before, 'rank_points_after', points_after,
            'rank_before', rank_before, 'rank_after', rank_after
        ) order by week_start_date) as weeks
    from ranked
    group by user_id
),

totals as (
    select user_id, sum(gold) as gold, sum(xp) as xp from moved group by user_id
)

select
    people.user_id,
    people.display_name,
    people.team_name,
    people.current_level as level_before,
    ((people.total_xp + coalesce(totals.xp, 0))::bigint / 1000 + 1)::integer as level_after,
    people.total_gold as gold_before,
    (people.total_gold + coalesce(totals.gold, 0))::bigint as gold_after,
    people.total_xp as xp_before,
    (people.total_xp + coalesce(totals.xp, 0))::bigint as xp_after,
    standings.rank_before,
    standings.rank_after,
    standings.weeks_changed,
    standings.weeks
from people
inner join standings on people.user_id = standings.user_id
left join totals on people.user_id = totals.user_id
order by abs(coalesce(totals.xp, 0)) desc, people.user_id
"""


def read_request(document: object) -> tuple[list[Change], int]:
    """The candidates and the number of weeks in a parsed JSON document; raises `UnusableError` with the reason."""
    members = require_object(document, ("rules", "weeks"))
    rules = members.get("rules")
    if not isinstance(rules, list) or not 1 <= len(rules) <= MOST_CANDIDATES:
        refuse(
            "rules", f"is no list of 1 to {MOST_CANDIDATES} candidates, {', '.join(('event_type', *CANDIDATE_FIELDS))}"
        )
    weeks = members.get("weeks", DEFAULT_WEEKS)
    if isinstance(weeks, bool) or not isinstance(weeks, int) or not 1 <= weeks <= MOST_WEEKS:
        refuse("weeks", f"is no whole number from 1 to {MOST_WEEKS}")
    candidates = [read_candidate(rule) for rule in rules]
    if len({candidate.event_type for candidate in candidates}) < len(candidates):
        refuse("event_type", "occurs in two candidates")
    return candidates, weeks


def preview(cursor: extensions.cursor, candidates: Sequence[Change], weeks: int) -> list[dict[str, Any]]:
    """One row per SDR, who moves most first: level, gold, XP and this week's rank before and after, and each week's.

    A candidate with `effective_from` holds where `rift rules set` would make it hold; one without replaces whatever
    held in the last `weeks` weeks of each SDR.
    """
    cursor.execute("select now()")
    (now,) = cursor.fetchone() or ()
    rows = []
    for candidate in candidates:
        cursor.execute(VERSIONS, [candidate.event_type])
        stretches = timeline(cursor.fetchall())
        planned = plan(stretches, candidate, now) if candidate.effective_from else None
        rows += [_row(candidate, stretch) for stretch in planned.moved] if planned else [_open(candidate, stretches)]
    cursor.execute(PREVIEW, {"candidates": json.dumps(rows), "weeks": weeks})
    names = [column.name for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _row(candidate: Change, stretch: Stretch) -> dict[str, object]:
    values: dict[str, object] = stretch.values._asdict() if stretch.values else {}
    return values | {"event_type": candidate.event_type, "begins": bound(stretch.begins), "ends": bound(stretch.ends)}


def _open(candidate: Change, stretches: Sequence[Stretch]) -> dict[str, object]:
    if all(stretch.values is None for stretch in stretches):
        raise UnusableError("unknown_event_type", "No rule knows this event_type. Check its spelling.", "event_type")
    return {
        "event_type": candidate.event_type,
        "gold_value": candidate.gold_value,
        "xp_value": candidate.xp_value,
        "rank_points": candidate.rank_points,
        "begins": None,
        "ends": bound(candidate.effective_to or FOR_EVER),
    }
