select
    'salesforce'::text as source,
    'event:' || items.object_id as object_key,
    items.raw_id,
    'import'::text as verified_by,
    case when items.is_deleted then 'deleted' end as silenced_by,
    {{ vendor_text("read.document -> 'OwnerId'") }} as actor_id,
    null::text as actor_email,
    false as is_merged,
    read.document is not null as is_readable,
    jsonb_strip_nulls(
        jsonb_build_object(
            'subtype', {{ vendor_field("read.document -> 'EventSubtype'") }},
            'type', {{ vendor_field("read.document -> 'Type'") }}
        )
    ) as fields,
    jsonb_strip_nulls(
        jsonb_build_object(
            'CreatedDate', read.document -> 'CreatedDate'
        )
    ) as moments,
    jsonb_strip_nulls(
        jsonb_build_object(
            'scheduled_at', {{ vendor_choice("read.document -> 'StartDateTime'") }}
        )
    ) as details,
    items.modified_at as version_at,
    case when items.is_deleted then 'infinity' else '-infinity' end::timestamptz as tie_at,
    items.landed_at as received_at,
    items.landed_at,
    items.landed_xid
from {{ source("raw_salesforce", "events") }} as items
cross join {{ read_once("items.payload") }} as read -- noqa: AM09
