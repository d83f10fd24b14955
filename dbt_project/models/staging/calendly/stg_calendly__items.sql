select
    'calendly'::text as source,
    items.external_id as object_key,
    items.raw_id,
    items.verified_by,
    null::text as silenced_by,
    -- Who booked it; where nobody of the team did, its first host.
    {{ vendor_text(
        "case"
        " when jsonb_typeof(parsed.document #> '{payload,invitee_scheduled_by}') <> 'null'"
        " then parsed.document #> '{payload,invitee_scheduled_by}'"
        " else parsed.document #> '{payload,scheduled_event,event_memberships,0,user}' end"
    ) }} as actor_id,
    case
        when coalesce(jsonb_typeof(parsed.document #> '{payload,invitee_scheduled_by}'), 'null') = 'null'
            then {{ vendor_text("parsed.document #> '{payload,scheduled_event,event_memberships,0,user_email}'") }}
    end as actor_email,
    false as is_merged,
    parsed.document is not null as is_readable,
    jsonb_strip_nulls(
        case split_part(items.external_id, ':', 1)
            when 'invitee' then jsonb_build_object('event', {{ vendor_field("parsed.document -> 'event'") }})
            else '{}'
        end
    ) as facts,
    jsonb_strip_nulls(jsonb_build_object('created_at', parsed.document -> 'created_at')) as moments,
    jsonb_strip_nulls(
        jsonb_build_object(
            'scheduled_at', {{ vendor_choice("parsed.document #> '{payload,scheduled_event,start_time}'") }}
        )
    ) as details,
    coalesce(raw.safe_timestamptz(parsed.document ->> 'created_at'), items.received_at) as version_at,
    items.received_at as tie_at,
    items.received_at,
    items.landed_at,
    items.landed_xid
from {{ source("raw", "webhook_events") }} as items
cross join {{ read_once("items.payload") }} as parsed -- One row: see the macro. -- noqa: AM09
where items.door <> 'canonical' and items.door = 'calendly' and items.source = 'calendly'
