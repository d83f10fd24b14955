select
    raw_id,
    'salesforce' as door,
    'salesforce' as source,
    'task:' || object_id as external_id,
    'import' as verified_by,
    payload,
    landed_at as received_at,
    landed_at,
    landed_xid,
    'raw_salesforce.tasks' as table_name
from {{ source("raw_salesforce", "tasks") }}
union all
select
    raw_id,
    'salesforce' as door,
    'salesforce' as source,
    'event:' || object_id as external_id,
    'import' as verified_by,
    payload,
    landed_at as received_at,
    landed_at,
    landed_xid,
    'raw_salesforce.events' as table_name
from {{ source("raw_salesforce", "events") }}
