-- Every item that says something of an object. What a door of HubSpot lands says only that there is something to pull.
select
    source,
    object_key,
    raw_id,
    verified_by,
    silenced_by,
    actor_id,
    actor_email,
    is_merged,
    is_readable,
    facts,
    moments,
    details,
    version_at,
    tie_at,
    received_at,
    landed_at,
    landed_xid
from {{ ref("stg_outreach__items") }}
union all
select
    source,
    object_key,
    raw_id,
    verified_by,
    silenced_by,
    actor_id,
    actor_email,
    is_merged,
    is_readable,
    facts,
    moments,
    details,
    version_at,
    tie_at,
    received_at,
    landed_at,
    landed_xid
from {{ ref("stg_nooks__items") }}
union all
select
    source,
    object_key,
    raw_id,
    verified_by,
    silenced_by,
    actor_id,
    actor_email,
    is_merged,
    is_readable,
    facts,
    moments,
    details,
    version_at,
    tie_at,
    received_at,
    landed_at,
    landed_xid
from {{ ref("stg_hubspot__items") }}
union all
select
    source,
    object_key,
    raw_id,
    verified_by,
    silenced_by,
    actor_id,
    actor_email,
    is_merged,
    is_readable,
    facts,
    moments,
    details,
    version_at,
    tie_at,
    received_at,
    landed_at,
    landed_xid
from {{ ref("stg_salesloft__items") }}
union all
select
    source,
    object_key,
    raw_id,
    verified_by,
    silenced_by,
    actor_id,
    actor_email,
    is_merged,
    is_readable,
    facts,
    moments,
    details,
    version_at,
    tie_at,
    received_at,
    landed_at,
    landed_xid
from {{ ref("stg_calendly__items") }}
union all
select
    source,
    object_key,
    raw_id,
    verified_by,
    silenced_by,
    actor_id,
    actor_email,
    is_merged,
    is_readable,
    facts,
    moments,
    details,
    version_at,
    tie_at,
    received_at,
    landed_at,
    landed_xid
from {{ ref("stg_salesforce__items") }}
