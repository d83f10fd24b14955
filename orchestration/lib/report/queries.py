"""What a report asks the marts. Every statement takes `week`, its Monday; ids say who, names are looked up once."""

from typing import Final

PUBLICATION: Final = """
select content_hash, published_at, now() as read_at
from marts.rpt_weekly_publications
where week_start_date = %(week)s
"""

TIERS: Final = "select rank_tier, rank_order, minimum_rank_points from marts.dim_rank_tiers order by rank_order"

# Standings as they were announced; names, teams, gold and XP as they were known when the report was made.
STANDINGS: Final = """
with announced as (
    select
        user_id, published_rank_tier as rank_tier, published_rank_position as position,
        published_rank_points as rank_points, published_meetings_booked as meetings_booked, week_start_date
    from marts.fct_weekly_ranks
    where week_start_date in (%(week)s, %(week)s::date - 7) and published_rank_tier is not null
),
worked as (
    select
        user_id,
        sum(gold_value)::bigint as gold,
        sum(xp_value)::bigint as xp,
        (array_agg(team_id order by activity_date desc))[1] as team_id
    from marts.fct_user_daily
    where activity_date between %(week)s and %(week)s::date + 6
    group by user_id
)
select
    week.position, week.user_id, users.display_name, coalesce(teams.team_name, users.team_name) as team_name,
    week.rank_tier, tiers.rank_order, week.rank_points, week.meetings_booked,
    coalesce(worked.gold, 0) as gold, coalesce(worked.xp, 0) as xp,
    before.position as position_before, before.rank_tier as rank_tier_before,
    tiers_before.rank_order as rank_order_before, before.rank_points as rank_points_before
from announced as week
inner join marts.dim_rank_tiers as tiers on week.rank_tier = tiers.rank_tier
inner join marts.dim_users as users on week.user_id = users.user_id
left join announced as before on week.user_id = before.user_id and before.week_start_date < week.week_start_date
left join marts.dim_rank_tiers as tiers_before on before.rank_tier = tiers_before.rank_tier
left join worked on week.user_id = worked.user_id
left join marts.dim_teams as teams on worked.team_id = teams.team_id
where week.week_start_date = %(week)s
order by week.position, week.meetings_booked desc, gold desc, users.display_name, week.user_id
"""

TEAMS: Final = """
select
    week.position, week.team_id, week.team_name, week.headcount, week.meetings_booked, week.rank_points, week.gold,
    week.xp, week.points_per_head::float8 as points_per_head,
    before.position as position_before
from marts.fct_team_weekly as week
left join marts.fct_team_weekly as before
    on week.team_id = before.team_id and before.week_start_date = %(week)s::date - 7
where week.week_start_date = %(week)s
order by week.position nulls last, week.team_name, week.team_id
"""

# Meetings of each published week up to this one, for the season's curve.
SEASON: Final = """
select week_start_date, meetings_booked, sdr_count
from marts.rpt_weekly_publications
where week_start_date <= %(week)s and week_start_date > %(week)s::date - 7 * 26
order by week_start_date
"""

# Sums by day and by week, as fct_personal_bests has them, but as of the week: a later, better one does not hide its.
_MEASURED: Final = """
with days as (
    select
        user_id, activity_date, date_trunc('week', activity_date)::date as week_start_date,
        coalesce(sum(event_count) filter (where event_type = 'meeting_booked'), 0)::bigint as meetings_booked,
        coalesce(sum(event_count) filter (where event_type = 'call_connect'), 0)::bigint as calls_connected,
        coalesce(sum(event_count) filter (where event_type = 'call_dial'), 0)::bigint as calls_made,
        sum(gold_value)::bigint as gold,
        sum(xp_value)::bigint as xp
    from marts.fct_user_daily
    where activity_date < %(week)s::date + 7
    group by user_id, activity_date
),
periods as (
    select
        days.user_id, spans.period, spans.began_on, spans.began_on >= %(week)s as is_now,
        sum(meetings_booked)::bigint as meetings_booked, sum(calls_connected)::bigint as calls_connected,
        sum(calls_made)::bigint as calls_made, sum(gold)::bigint as gold, sum(xp)::bigint as xp
    from days
    cross join lateral (values ('day', activity_date), ('week', week_start_date)) as spans (period, began_on)
    group by days.user_id, spans.period, spans.began_on
),
measured as (
    select
        periods.user_id, periods.period, metrics.metric,
        max(metrics.value) filter (where is_now) as value,
        max(metrics.value) filter (where not is_now) as value_before
    from periods
    cross join lateral (
        values
        ('meetings_booked', meetings_booked), ('calls_connected', calls_connected), ('calls_made', calls_made),
        ('gold', gold), ('xp', xp)
    ) as metrics (metric, value)
    group by periods.user_id, periods.period, metrics.metric
)
"""

# Of those who had done anything of the kind before: a first week is no record.
PERSONAL_BESTS: Final = f"""
{_MEASURED}
select bests.user_id, users.display_name, bests.metric, bests.period, bests.value, bests.value_before
from measured as bests
inner join marts.dim_users as users on bests.user_id = users.user_id
where bests.value > bests.value_before and bests.value_before > 0 and bests.metric <> 'calls_connected'
order by
    array_position(array['meetings_booked', 'gold', 'xp', 'calls_made'], bests.metric), bests.period desc,
    bests.value desc, users.display_name, bests.user_id
"""

# The most of each kind in the week, by whom (three at most), and the most in any week before, by anybody.
WEEK_RECORDS: Final = f"""
{_MEASURED}
select
    tops.metric, tops.value, tops.value_before, count(*) as holder_count,
    (array_agg(tops.display_name order by tops.display_name, tops.user_id))[:3] as display_names,
    array_agg(tops.user_id order by tops.display_name, tops.user_id) as user_ids
from (
    select
        measured.metric, measured.value, measured.user_id, users.display_name,
        max(measured.value) over (partition by measured.metric) as most,
        max(measured.value_before) over (partition by measured.metric) as value_before
    from measured
    inner join marts.dim_users as users on measured.user_id = users.user_id
    where measured.period = 'week'
) as tops
where tops.value = tops.most and tops.value > 0
group by tops.metric, tops.value, tops.value_before
"""

# Working days in a row that reach into the week: numbered without weekends, a run of them is an island.
STREAK: Final = """
with days as (
    select distinct user_id, activity_date
    from marts.fct_user_daily
    where activity_date < %(week)s::date + 7 and extract(isodow from activity_date) <= 5 and event_count > 0
),
numbered as (
    select
        user_id, activity_date,
        (activity_date - '2000-01-03'::date) / 7 * 5 + extract(isodow from activity_date)::integer
        - row_number() over (partition by user_id order by activity_date) as island
    from days
),
runs as (
    select user_id, count(*) as value, max(activity_date) as last_date
    from numbered
    group by user_id, island
),
tops as (
    select user_id, value, last_date, max(value) filter (where last_date >= %(week)s) over () as most,
        max(value) filter (where last_date < %(week)s) over () as value_before
    from runs
)
select
    'streak' as metric, tops.value, tops.value_before, count(*) as holder_count,
    (array_agg(users.display_name order by users.display_name, tops.user_id))[:3] as display_names,
    array_agg(tops.user_id order by users.display_name, tops.user_id) as user_ids
from tops
inner join marts.dim_users as users on tops.user_id = users.user_id
where tops.last_date >= %(week)s and tops.value = tops.most
group by tops.value, tops.value_before
"""

# Changes of earlier weeks that had been noticed when this one was published, and that no other report tells.
RESTATEMENTS: Final = """
with told as materialized (
    select entry ->> 'key' as key
    from marts.rpt_weekly_reports as reports
    cross join lateral jsonb_array_elements(reports.figures -> 'restatements') as entry
    where reports.restatement_count > 0 and reports.week_start_date <> %(week)s
),
changes as (
    select
        *,
        md5(row(
            user_id, week_start_date, caused_by, caused_by_event_id, caused_by_rule_version_id, from_points, to_points
        )::text) as key
    from marts.fct_weekly_rank_restatements
    where week_start_date < %(week)s and (noticed_at is null or noticed_at <= %(published_at)s)
)
select
    changes.key, changes.week_start_date, changes.user_id, users.display_name, changes.from_tier, changes.to_tier,
    changes.from_points, changes.to_points, changes.caused_by, changes.is_tier_change, changes.noticed_at
from changes
inner join marts.dim_users as users on changes.user_id = users.user_id
where changes.key not in (select told.key from told)
order by changes.week_start_date desc, users.display_name, changes.user_id, changes.change_number
"""
