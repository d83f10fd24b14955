-- No WITH here either: the newest events of one SDR are then read in the order of an index, however many there are.
select
    events.event_id,
    events.raw_id,
    events.external_id,
    events.source,
    events.event_type,
    events.user_id,
    events.team_id,
    events.rule_version_id,
    events.verified_by,
    events.gold_value,
    events.xp_value,
    events.rank_points,
    events.is_reversed,
    events.is_reversal,
    events.activity_date,
    events.week_start_date,
    events.occurred_at,
    events.received_at,
    events.metadata,
    coalesce(event_types.event_label, events.event_type) as event_label,
    -- A look-up by an index for each row, made only where somebody asks for this column.
    (
        select reversals.event_id from {{ ref("int_reversals") }} as reversals
        where reversals.reversal_event_id = events.event_id
        order by reversals.event_id
        limit 1
    ) as reverses_event_id
from {{ ref("int_events_scored") }} as events
left join {{ ref("event_types") }} as event_types on events.event_type = event_types.event_type
