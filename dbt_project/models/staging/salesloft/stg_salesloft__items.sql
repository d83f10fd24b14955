select
    'salesloft'::text as source,
    items.external_id as object_key,
    items.raw_id,
    items.verified_by,
    null::text as silenced_by,
    {{ vendor_text("parsed.document -> 'booked_by_user_id'") }} as actor_id,
    coalesce(
        {{ vendor_text("parsed.document #> '{booked_by_meetings_settings,email_address}'") }},
        -- Whose calendar it is in; where somebody booked it whom nobody knows, that is somebody else.
        case
            when {{ vendor_text("parsed.document -> 'booked_by_user_id'") }} is null
                then {{ vendor_text("parsed.document #> '{owned_by_meetings_settings,email_address}'") }}
        end
    ) as actor_email,
    false as is_merged,
    parsed.document is not null as is_readable,
    case
        when split_part(items.external_id, ':', 1) <> 'meeting' or jsonb_typeof(parsed.document) <> 'object' then '{}'
        -- Only the body is signed: what has no time to meet at is no meeting, whatever the header called it.
        when coalesce(jsonb_typeof(parsed.document -> 'start_time'), 'null') = 'null' then '{}'
        when jsonb_typeof(parsed.document -> 'canceled_at') <> 'null' then '{"state": ["canceled"]}'
        when parsed.document -> 'no_show' = 'true' then '{"state": ["no_show"]}'
        when parsed.document is not null then '{"state": ["booked"]}'
        else '{}'
    end::jsonb as facts,
    jsonb_strip_nulls(
        jsonb_build_object(
            'created_at', parsed.document -> 'created_at',
            'updated_at', parsed.document -> 'updated_at',
            'canceled_at', parsed.document -> 'canceled_at'
        )
    ) as moments,
    jsonb_strip_nulls(
        jsonb_build_object('scheduled_at', {{ vendor_choice("parsed.document -> 'start_time'") }})
    ) as details,
    coalesce(raw.safe_timestamptz(parsed.document ->> 'updated_at'), items.received_at) as version_at,
    '-infinity'::timestamptz as tie_at,
    items.received_at,
    items.landed_at,
    items.landed_xid
from {{ source("raw", "webhook_events") }} as items
cross join {{ read_once("items.payload") }} as parsed -- One row: see the macro. -- noqa: AM09
where items.door <> 'canonical' and items.door = 'salesloft' and items.source = 'salesloft'
