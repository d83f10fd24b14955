select
    events.event_id,
    events.raw_id,
    events.source,
    events.external_id,
    events.event_type,
    events.user_id,
    coalesce(teams.team_id, 'unassigned') as team_id,
    rules.rule_version_id,
    events.verified_by,
    case when reversals.is_reversal or reversals.is_reversed then 0 else coalesce(rules.gold_value, 0) end
        as gold_value,
    case when reversals.is_reversal or reversals.is_reversed then 0 else coalesce(rules.xp_value, 0) end
        as xp_value,
    case when reversals.is_reversal or reversals.is_reversed then 0 else coalesce(rules.rank_points, 0) end
        as rank_points,
    reversals.is_reversed,
    reversals.is_reversal,
    events.activity_date,
    {{ week_start("events.activity_date") }} as week_start_date,
    events.occurred_at,
    events.received_at,
    events.landed_at,
    events.landed_xid,
    events.metadata,
    events.reverses
from {{ ref("int_events_located") }} as events
left join {{ ref("stg_canonical__rule_versions") }} as rules
    on
        events.event_type = rules.event_type
        and events.occurred_at >= rules.effective_from
        and events.occurred_at < rules.effective_to
left join {{ ref("stg_roster__sdr_versions") }} as teams
    on
        events.user_id = teams.user_id
        and events.activity_date >= teams.effective_from_date
        and events.activity_date < teams.effective_to_date
-- What takes an event back is final itself. `reverses` means an event_id of ours, else an external_id of the source.
-- There is one row; LIMIT keeps this one look-up an event, instead of one for each column that uses it.
cross join lateral (
    select
        events.reverses is not null as is_reversal,
        events.reverses is null and (
            exists (
                select 1 from {{ ref("stg_sales_events") }} as by_event_id
                where
                    by_event_id.reverses is not null
                    and by_event_id.reverses_event_id = events.event_id
            )
            or exists (
                select 1 from {{ ref("stg_canonical__events") }} as by_external_id
                where
                    by_external_id.reverses is not null
                    and by_external_id.reverses_event_id is null
                    and by_external_id.source = events.source
                    and by_external_id.reverses = events.external_id
            )
        ) as is_reversed
    limit 1 -- There is one row. -- noqa: AM09
) as reversals
