select
    'nooks'::text as source,
    items.external_id as object_key,
    items.raw_id,
    items.verified_by,
    null::text as silenced_by,
    {{ vendor_text("parsed.document #> '{callData,userData,userId}'") }} as actor_id,
    {{ vendor_text("parsed.document #> '{callData,userData,email}'") }} as actor_email,
    false as is_merged,
    parsed.document is not null as is_readable,
    jsonb_strip_nulls(
        case split_part(items.external_id, ':', 1)
            when 'call'
                then jsonb_build_object(
                    'direction', {{ vendor_field("parsed.document #> '{callData,callDirection}'") }},
                    'status', {{ vendor_field("parsed.document #> '{callData,status}'") }},
                    'disposition', {{ vendor_field("parsed.document #> '{callData,disposition,name}'") }},
                    'disposition_id', {{ vendor_field("parsed.document #> '{callData,disposition,id}'") }}
                )
            else '{}'
        end
    ) as facts,
    jsonb_strip_nulls(
        jsonb_build_object(
            'startedAt', parsed.document #> '{callData,startedAt}',
            'occurredAt', parsed.document -> 'occurredAt'
        )
    ) as moments,
    jsonb_strip_nulls(
        jsonb_build_object(
            'disposition', {{ vendor_choice("parsed.document #> '{callData,disposition,name}'") }},
            'duration_seconds', {{ vendor_seconds("parsed.document #> '{callData,durationSeconds}'") }}
        )
    ) as details,
    items.received_at as version_at,
    '-infinity'::timestamptz as tie_at,
    items.received_at,
    items.landed_at,
    items.landed_xid
from {{ source("raw", "webhook_events") }} as items
cross join {{ read_once("items.payload") }} as parsed -- One row: see the macro. -- noqa: AM09
where items.door <> 'canonical' and items.door = 'nooks' and items.source = 'nooks'
