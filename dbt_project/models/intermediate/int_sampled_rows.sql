with days as materialized (
    select * from {{ ref("int_sampled_days") }}
),

defined as (
    {{ user_days_defined("days", ref("int_events_scored")) }}
),

-- Which row of a day says that it was an active one may differ; that the day was one may not.
recomputed as (
    select
        user_id,
        activity_date,
        event_type,
        jsonb_build_array(
            team_id, event_count, gross_event_count, reversed_event_count, gold_value, xp_value, rank_points,
            last_event_at, week_start_date, sum(active_day_count) over (partition by user_id, activity_date)
        ) as facts
    from defined
),

-- Asked for these SDRs and dates by arrays, which reach through the sums of int_user_days; a join would not.
live as (
    select
        days.user_id,
        days.activity_date,
        live_days.event_type,
        jsonb_build_array(
            live_days.team_id, live_days.event_count, live_days.gross_event_count, live_days.reversed_event_count,
            live_days.gold_value, live_days.xp_value, live_days.rank_points, live_days.last_event_at,
            live_days.week_start_date,
            sum(live_days.active_day_count) over (partition by days.user_id, days.activity_date)
        ) as facts
    from days
    inner join {{ ref("int_user_days") }} as live_days
        on
            days.user_id = live_days.user_id
            and days.activity_date = live_days.activity_date
    where
        live_days.user_id = any(array(select asked.user_id from days as asked))
        and live_days.activity_date = any(array(select asked.activity_date from days as asked))
),

-- Of the SDRs in the sample, all that is kept: it is one row a week and type.
sums as (
    select all_sums.*
    from (
        {{ kept_and_recomputed_sums() }}
    ) as all_sums
    where all_sums.user_id = any(array(select days.user_id from days))
),

kept_sums as (
    select * from sums
    where is_kept
),

recomputed_sums as (
    select * from sums
    where not is_kept
)

select
    {{ sample() }} as sample,
    'int_user_days_settled' as table_name,
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
union all
select
    {{ sample() }} as sample,
    coalesce(kept_sums.difference, recomputed_sums.difference) as table_name,
    coalesce(kept_sums.user_id, recomputed_sums.user_id) as user_id,
    coalesce(kept_sums.row_key, recomputed_sums.row_key) as row_key,
    kept_sums.facts as kept,
    recomputed_sums.facts as recomputed
from kept_sums
full outer join recomputed_sums
    on
        kept_sums.difference = recomputed_sums.difference
        and kept_sums.user_id = recomputed_sums.user_id
        and kept_sums.row_key = recomputed_sums.row_key
