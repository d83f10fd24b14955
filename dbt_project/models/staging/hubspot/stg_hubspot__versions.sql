select
    raw_id,
    'hubspot' as door,
    'hubspot' as source,
    'call:' || object_id as external_id,
    'import' as verified_by,
    payload,
    landed_at as received_at,
    landed_at,
    landed_xid,
    'raw_hubspot.calls' as table_name,
    modified_at
from {{ source("raw_hubspot", "calls") }}
union all
select
    raw_id,
    'hubspot' as door,
    'hubspot' as source,
    'email:' || object_id as external_id,
    'import' as verified_by,
    payload,
    landed_at as received_at,
    landed_at,
    landed_xid,
    'raw_hubspot.emails' as table_name,
    modified_at
from {{ source("raw_hubspot", "emails") }}
union all
select
    raw_id,
    'hubspot' as door,
    'hubspot' as source,
    'meeting:' || object_id as external_id,
    'import' as verified_by,
    payload,
    landed_at as received_at,
    landed_at,
    landed_xid,
    'raw_hubspot.meetings' as table_name,
    modified_at
from {{ source("raw_hubspot", "meetings") }}
