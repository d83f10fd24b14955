-- Two parts that both let a condition on user_id through to the index: what was booked, and what was attended without a
-- booking that we know.
select
    {{ own_name("bookings", "meeting_id") }} as meeting_id,
    bookings.event_id,
    bookings.user_id,
    bookings.team_id,
    bookings.source,
    case
        when losses.reversal_event_type = 'meeting_no_show' then 'no_show'
        when losses.reversal_event_id is not null then 'cancelled'
        when attendances.attended_at is not null then 'attended'
        else 'booked'
    end as status,
    round(extract(epoch from attendances.attended_at - bookings.occurred_at)::numeric / 86400, 2) as days_to_attend,
    bookings.activity_date as booked_date,
    bookings.week_start_date as booked_week_start_date,
    bookings.occurred_at as booked_at,
    raw.safe_timestamptz(bookings.metadata ->> 'scheduled_at') as scheduled_for,
    attendances.attended_at,
    case when losses.reversal_event_type <> 'meeting_no_show' then losses.reversal_occurred_at end as cancelled_at,
    case when losses.reversal_event_type = 'meeting_no_show' then losses.reversal_occurred_at end as no_show_at
from {{ ref("int_events_scored") }} as bookings
left join lateral (
    select
        reversals.reversal_event_id,
        reversals.reversal_event_type,
        reversals.reversal_occurred_at
    from {{ ref("int_reversals") }} as reversals
    where reversals.event_id = bookings.event_id
    order by reversals.reversal_occurred_at asc, reversals.reversal_event_id asc
    limit 1
) as losses on true
left join lateral (
    select min(attended.occurred_at) as attended_at
    from {{ ref("int_events_standing") }} as attended
    where
        attended.event_type = 'meeting_attended'
        and {{ is_named_by("bookings", "attended", "meeting_id") }}
) as attendances on true
where
    bookings.event_type = 'meeting_booked'
    and not bookings.is_reversal
union all
select
    {{ own_name("attended", "meeting_id") }} as meeting_id,
    attended.event_id,
    attended.user_id,
    attended.team_id,
    attended.source,
    'attended' as status,
    null::numeric as days_to_attend,
    null::date as booked_date,
    null::date as booked_week_start_date,
    null::timestamptz as booked_at,
    raw.safe_timestamptz(attended.metadata ->> 'scheduled_at') as scheduled_for,
    attended.occurred_at as attended_at,
    null::timestamptz as cancelled_at,
    null::timestamptz as no_show_at
from {{ ref("int_events_scored") }} as attended
where
    attended.event_type = 'meeting_attended'
    and not attended.is_reversal
    and not attended.is_reversed
    and {{ names_none_of(
        "attended", ref("stg_sales_events"), "meeting_id",
        "named.event_type = 'meeting_booked' and named.reverses is null"
    ) }}
    and {{ is_first_to_name(
        "attended", ref("int_events_standing"), "meeting_id", "earlier.event_type = 'meeting_attended'"
    ) }}
