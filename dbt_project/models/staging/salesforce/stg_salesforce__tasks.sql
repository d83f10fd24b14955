select
    'salesforce'::text as source,
    'task:' || items.object_id as object_key,
    items.raw_id,
    'import'::text as verified_by,
    case
        when items.is_deleted then 'deleted'
        when read.document -> 'IsClosed' = 'true' then null
        else 'not_closed'
    end as silenced_by,
    {{ vendor_text("read.document -> 'OwnerId'") }} as actor_id,
    null::text as actor_email,
    false as is_merged,
    read.document is not null as is_readable,
    jsonb_strip_nulls(
        jsonb_build_object(
            'call_type', {{ vendor_field("read.document -> 'CallType'") }},
            'subtype', {{ vendor_field("read.document -> 'TaskSubtype'") }},
            'disposition', {{ vendor_field("read.document -> 'CallDisposition'") }},
            'status', {{ vendor_field("read.document -> 'Status'") }}
        )
    ) as fields,
    jsonb_strip_nulls(
        jsonb_build_object(
            'CompletedDateTime', read.document -> 'CompletedDateTime',
            'CreatedDate', read.document -> 'CreatedDate'
        )
    ) as moments,
    jsonb_strip_nulls(
        jsonb_build_object(
            'disposition', {{ vendor_choice("read.document -> 'CallDisposition'") }},
            'duration_seconds', {{ vendor_seconds("read.document -> 'CallDurationInSeconds'") }}
        )
    ) as details,
    items.modified_at as version_at,
    case when items.is_deleted then 'infinity' else '-infinity' end::timestamptz as tie_at,
    items.landed_at as received_at,
    items.landed_at,
    items.landed_xid
from {{ source("raw_salesforce", "tasks") }} as items
cross join {{ read_once("items.payload") }} as read -- noqa: AM09
