select
    'salesforce'::text as source,
    'event:' || items.object_id as object_key,
    items.raw_id,
    'import'::text as verified_by,
    case when items.is_deleted then 'deleted' end as silenced_by,
    {{ vendor_text("parsed.document -> 'OwnerId'") }} as actor_id,
    null::text as actor_email,
    false as is_merged,
    parsed.document is not null as is_readable,
    jsonb_strip_nulls(
        jsonb_build_object(
            'subtype', {{ vendor_field("parsed.document -> 'EventSubtype'") }},
            'type', {{ vendor_field("parsed.document -> 'Type'") }}
        )
    ) as facts,
    jsonb_strip_nulls(
        jsonb_build_object(
            'CreatedDate', parsed.document -> 'CreatedDate'
        )
    ) as moments,
    jsonb_strip_nulls(
        jsonb_build_object(
            'scheduled_at', {{ vendor_choice("parsed.document -> 'StartDateTime'") }}
        )
    ) as details,
    items.modified_at as version_at,
    case when items.is_deleted then 'infinity' else '-infinity' end::timestamptz as tie_at,
    items.landed_at as received_at,
    items.landed_at,
    items.landed_xid
from {{ source("raw_salesforce", "events") }} as items
cross join {{ read_once("items.payload") }} as parsed -- One row: see the macro. -- noqa: AM09
