-- Computed once for all SDRs: it is empty but for seconds after a reversal, a rule or a roster.
with outdated as materialized (
    select * from {{ ref("int_user_days_outdated") }}
),

removed as (
    select
        settled.user_id,
        settled.activity_date,
        settled.event_type,
        settled.team_id,
        settled.week_start_date,
        {{ select_measures("settled", "-") }}
    from {{ believed(ref("int_user_days_settled")) }} as settled
    inner join outdated
        on
            settled.user_id = outdated.user_id
            and settled.activity_date = outdated.activity_date
),

redefined as (
    {{ user_days_defined("outdated", ref("int_events_scored")) }}
),

added as (
    select
        events.user_id,
        events.activity_date,
        events.event_type,
        events.team_id,
        events.week_start_date,
        events.gold_value,
        events.xp_value,
        events.rank_points,
        not events.is_reversed and not events.is_reversal as is_counted,
        events.is_reversed,
        events.event_id,
        events.occurred_at
    from {{ ref("int_events_scored") }} as events
    where
        {{ landed_since_watermark("events.landed_xid", "int_user_days_settled") }}
        and not exists (
            select 1 from outdated
            where
                events.user_id = outdated.user_id
                and events.activity_date = outdated.activity_date
        )
)

select
    user_id,
    activity_date,
    event_type,
    team_id,
    week_start_date,
    event_count,
    gross_event_count,
    reversed_event_count,
    gold_value,
    xp_value,
    rank_points,
    active_day_count,
    last_event_at,
    true as is_removal
from removed
union all
select
    user_id,
    activity_date,
    event_type,
    team_id,
    week_start_date,
    event_count,
    gross_event_count,
    reversed_event_count,
    gold_value,
    xp_value,
    rank_points,
    active_day_count,
    last_event_at,
    false as is_removal
from redefined
union all
select
    user_id,
    activity_date,
    event_type,
    team_id,
    week_start_date,
    is_counted::integer::bigint as event_count,
    1::bigint as gross_event_count,
    is_reversed::integer::bigint as reversed_event_count,
    gold_value::bigint as gold_value,
    xp_value::bigint as xp_value,
    rank_points::bigint as rank_points,
    -- The first event that counts on a day on which nothing settled did. A scalar and not EXISTS, which may be
    -- answered by reading all settled days.
    case
        when
            is_counted
            and row_number() over (
                partition by user_id, activity_date order by is_counted desc, event_id asc
            ) = 1
            and coalesce((
                select max(settled.event_count)
                from {{ believed(ref("int_user_days_settled")) }} as settled
                where
                    settled.user_id = added.user_id
                    and settled.activity_date = added.activity_date
            ), 0) = 0
            then 1
        else 0
    end::bigint as active_day_count,
    occurred_at as last_event_at,
    false as is_removal
from added
