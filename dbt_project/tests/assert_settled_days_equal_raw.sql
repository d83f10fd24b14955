-- It compares a cache with what it caches, over the whole history and in one snapshot: the live days (settled ones, and
-- what has landed since) with all events counted again, and the kept sums with the settled days.
{{ config(tags=["audit"], meta={"dagster": {"ref": {"name": "int_user_days_settled"}}}) }}

with live as (
    select
        user_id,
        activity_date,
        event_type,
        jsonb_build_array(
            team_id, event_count, gross_event_count, reversed_event_count, gold_value, xp_value, rank_points,
            last_event_at, week_start_date, sum(active_day_count) over (partition by user_id, activity_date)
        ) as facts
    from {{ ref("int_user_days") }}
),

counted as (
    select
        user_id,
        activity_date,
        event_type,
        max(team_id) as team_id,
        count(*) filter (where not is_reversed and not is_reversal) as event_count,
        count(*) as gross_event_count,
        count(*) filter (where is_reversed) as reversed_event_count,
        sum(gold_value) as gold_value,
        sum(xp_value) as xp_value,
        sum(rank_points) as rank_points,
        max(occurred_at) as last_event_at
    from {{ ref("int_events_scored") }}
    group by user_id, activity_date, event_type
),

recomputed as (
    select
        user_id,
        activity_date,
        event_type,
        jsonb_build_array(
            team_id, event_count, gross_event_count, reversed_event_count, gold_value, xp_value, rank_points,
            last_event_at, {{ week_start("activity_date") }},
            (sum(event_count) over (partition by user_id, activity_date) > 0)::integer
        ) as facts
    from counted
),

sums as (
    {{ kept_and_recomputed_sums() }}
),

kept as (
    select * from sums
    where is_kept
),

summed as (
    select * from sums
    where not is_kept
)

select
    'day' as difference,
    coalesce(live.user_id, recomputed.user_id) as user_id,
    jsonb_build_array(
        coalesce(live.activity_date, recomputed.activity_date), coalesce(live.event_type, recomputed.event_type)
    ) as row_key,
    live.facts as kept,
    recomputed.facts as recomputed
from live
full outer join recomputed
    on
        live.user_id = recomputed.user_id
        and live.activity_date = recomputed.activity_date
        and live.event_type = recomputed.event_type
where live.facts is distinct from recomputed.facts
union all
select
    coalesce(kept.difference, summed.difference) as difference,
    coalesce(kept.user_id, summed.user_id) as user_id,
    coalesce(kept.row_key, summed.row_key) as row_key,
    kept.facts as kept,
    summed.facts as recomputed
from kept
full outer join summed
    on
        kept.difference = summed.difference
        and kept.user_id = summed.user_id
        and kept.row_key = summed.row_key
where kept.facts is distinct from summed.facts
