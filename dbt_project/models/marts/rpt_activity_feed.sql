with newest_ids as (
    select event_id from {{ ref("stg_sales_events") }}
    order by landed_xid desc, event_id desc
    limit 500
),

newest as (
    select scored.*
    from {{ ref("int_events_scored") }} as scored
    -- An array and no join: nothing tells the planner that an event_id of stg_sales_events, which is of two tables, is
    -- unique, and for a join it would read all of both.
    where scored.event_id = any(array(select newest_ids.event_id from newest_ids))
),

versions as (
    select * from {{ ref("stg_roster__sdr_versions") }}
    where valid_from <= now() and valid_to > now()
),

event_types as (
    select * from {{ ref("event_types") }}
)

select
    newest.event_id,
    newest.user_id,
    coalesce(versions.display_name, newest.user_id) as display_name,
    coalesce(versions.team_name, 'Unassigned') as team_name,
    newest.event_type,
    coalesce(event_types.event_label, newest.event_type) as event_label,
    newest.gold_value,
    newest.xp_value,
    newest.is_reversed,
    newest.is_reversal,
    newest.occurred_at,
    newest.received_at
from newest
left join versions on newest.user_id = versions.user_id
left join event_types on newest.event_type = event_types.event_type
order by newest.received_at desc, newest.event_id desc
