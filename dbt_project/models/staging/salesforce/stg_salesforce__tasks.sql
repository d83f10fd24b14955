select
    'salesforce'::text as source,
    'task:' || items.object_id as object_key,
    items.raw_id,
    'import'::text as verified_by,
    case
        when items.is_deleted then 'deleted'
        when parsed.document -> 'IsClosed' = 'true' then null
        else 'not_closed'
    end as silenced_by,
    {{ vendor_text("parsed.document -> 'OwnerId'") }} as actor_id,
    null::text as actor_email,
    false as is_merged,
    parsed.document is not null as is_readable,
    jsonb_strip_nulls(
        jsonb_build_object(
            'call_type', {{ vendor_field("parsed.document -> 'CallType'") }},
            'subtype', {{ vendor_field("parsed.document -> 'TaskSubtype'") }},
            'disposition', {{ vendor_field("parsed.document -> 'CallDisposition'") }},
            'status', {{ vendor_field("parsed.document -> 'Status'") }}
        )
    ) as facts,
    jsonb_strip_nulls(
        jsonb_build_object(
            'CompletedDateTime', parsed.document -> 'CompletedDateTime',
            'CreatedDate', parsed.document -> 'CreatedDate'
        )
    ) as moments,
    jsonb_strip_nulls(
        jsonb_build_object(
            'disposition', {{ vendor_choice("parsed.document -> 'CallDisposition'") }},
            'duration_seconds', {{ vendor_seconds("parsed.document -> 'CallDurationInSeconds'") }}
        )
    ) as details,
    items.modified_at as version_at,
    case when items.is_deleted then 'infinity' else '-infinity' end::timestamptz as tie_at,
    items.landed_at as received_at,
    items.landed_at,
    items.landed_xid
from {{ source("raw_salesforce", "tasks") }} as items
cross join {{ read_once("items.payload") }} as parsed -- One row: see the macro. -- noqa: AM09
