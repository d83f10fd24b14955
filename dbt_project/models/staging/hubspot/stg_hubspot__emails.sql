select
    'hubspot'::text as source,
    'email:' || items.object_id as object_key,
    items.raw_id,
    'import'::text as verified_by,
    case when items.is_deleted then 'deleted' end as silenced_by,
    {{ vendor_text("parsed.document #> '{properties,hubspot_owner_id}'") }} as actor_id,
    null::text as actor_email,
    false as is_merged,
    parsed.document is not null as is_readable,
    jsonb_strip_nulls(
        jsonb_build_object(
            'direction', {{ vendor_field("parsed.document #> '{properties,hs_email_direction}'") }},
            'status', {{ vendor_field("parsed.document #> '{properties,hs_email_status}'") }}
        )
    ) as facts,
    jsonb_strip_nulls(
        jsonb_build_object(
            'hs_timestamp', parsed.document #> '{properties,hs_timestamp}',
            'createdAt', parsed.document -> 'createdAt'
        )
    ) as moments,
    '{}'::jsonb as details,
    items.modified_at as version_at,
    case when items.is_deleted then 'infinity' else '-infinity' end::timestamptz as tie_at,
    items.landed_at as received_at,
    items.landed_at,
    items.landed_xid
from {{ source("raw_hubspot", "emails") }} as items
cross join {{ read_once("items.payload") }} as parsed -- One row: see the macro. -- noqa: AM09
