-- As in fct_meetings, two parts that let a condition on user_id through to the index.
select
    {{ own_name("dials", "call_id") }} as call_id,
    dials.event_id,
    connects.event_id as connect_event_id,
    dials.user_id,
    dials.team_id,
    dials.source,
    coalesce({{ disposition("connects") }}, {{ disposition("dials") }}) as disposition,
    coalesce({{ duration_seconds("connects") }}, {{ duration_seconds("dials") }}) as duration_seconds,
    connects.event_id is not null as is_connected,
    dials.activity_date,
    dials.occurred_at as dialled_at,
    connects.occurred_at as connected_at
from {{ ref("int_events_scored") }} as dials
left join lateral (
    select
        connect_events.event_id,
        connect_events.metadata,
        connect_events.occurred_at
    from {{ ref("int_events_standing") }} as connect_events
    where
        connect_events.event_type = 'call_connect'
        and {{ is_named_by("dials", "connect_events", "call_id") }}
    order by connect_events.occurred_at asc, connect_events.event_id asc
    limit 1
) as connects on true
where
    dials.event_type = 'call_dial'
    and not dials.is_reversal
    and not dials.is_reversed
union all
select
    {{ own_name("connects", "call_id") }} as call_id,
    connects.event_id,
    connects.event_id as connect_event_id,
    connects.user_id,
    connects.team_id,
    connects.source,
    {{ disposition("connects") }} as disposition,
    {{ duration_seconds("connects") }} as duration_seconds,
    true as is_connected,
    connects.activity_date,
    null::timestamptz as dialled_at,
    connects.occurred_at as connected_at
from {{ ref("int_events_scored") }} as connects
where
    connects.event_type = 'call_connect'
    and not connects.is_reversal
    and not connects.is_reversed
    and {{ names_none_of(
        "connects", ref("int_events_standing"), "call_id", "named.event_type = 'call_dial'"
    ) }}
    and {{ is_first_to_name(
        "connects", ref("int_events_standing"), "call_id", "earlier.event_type = 'call_connect'"
    ) }}
