-- depends_on: {{ ref("int_user_days_settled") }}
-- depends_on: {{ ref("stg_sales_events") }}
with life as (
    select
        totals.user_id,
        totals.event_type,
        {{ select_measures("totals", last_event_at=last_event_of_life("totals")) }}
    from {{ believed(settled_totals()) }} as totals
),

recent_days as (
    select
        settled.user_id,
        settled.activity_date,
        settled.event_type,
        settled.week_start_date,
        {{ select_measures("settled") }}
    from {{ believed(ref("int_user_days_settled")) }} as settled
    -- From the Monday of last week on, wherever the SDR is.
    where settled.activity_date >= {{ week_start("((now() at time zone 'UTC')::date - 1)") }} - 7
),

changes as (
    select
        changes.user_id,
        changes.activity_date,
        changes.event_type,
        changes.week_start_date,
        changes.is_removal,
        {{ select_measures("changes") }}
    from {{ ref("int_user_day_changes") }} as changes
)

select
    user_id,
    event_type,
    event_count,
    gross_event_count,
    reversed_event_count,
    gold_value,
    xp_value,
    rank_points,
    active_day_count,
    last_event_at,
    true as is_of_life,
    null::date as activity_date,
    null::date as week_start_date
from life
union all
select
    user_id,
    event_type,
    event_count,
    gross_event_count,
    reversed_event_count,
    gold_value,
    xp_value,
    rank_points,
    active_day_count,
    null::timestamptz as last_event_at,
    false as is_of_life,
    activity_date,
    week_start_date
from recent_days
union all
select
    user_id,
    event_type,
    event_count,
    gross_event_count,
    reversed_event_count,
    gold_value,
    xp_value,
    rank_points,
    active_day_count,
    case when not is_removal then last_event_at end as last_event_at,
    true as is_of_life,
    activity_date,
    week_start_date
from changes
