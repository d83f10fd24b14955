select
    events.event_id,
    events.raw_id,
    events.source,
    events.external_id,
    events.event_type,
    events.user_id,
    events.reverses,
    events.verified_by,
    events.metadata,
    events.occurred_at,
    events.received_at,
    events.landed_at,
    events.landed_xid,
    (events.occurred_at at time zone coalesce(versions.time_zone, {{ default_time_zone() }}))::date as activity_date
from {{ ref("stg_sales_events") }} as events
left join {{ ref("stg_roster__sdr_versions") }} as versions
    on
        events.user_id = versions.user_id
        and events.occurred_at >= versions.valid_from
        and events.occurred_at < versions.valid_to
