-- Of the systems that tell of an object and are asked for it, too; at present HubSpot. Today and the week before.
with notifications as (
    select
        object_type,
        object_key,
        event_type,
        received_at,
        count(*) filter (where event_type = 'object.privacyDeletion') over (partition by object_key) as deletion_count
    from {{ ref("stg_hubspot__notifications") }}
    where received_at >= date_trunc('day', now() - interval '7 days', 'UTC')
),

told as (
    select
        object_type,
        object_key,
        (received_at at time zone 'UTC')::date as delivery_date,
        min(received_at) as told_at,
        max(deletion_count) > 0 as is_deleted
    from notifications
    where event_type is distinct from 'object.privacyDeletion'
    group by object_type, object_key, delivery_date
),

-- A version of the day before is recent enough, as HubSpot repeats for a day what it could not deliver. What was told
-- within the hour may still come. Of what was deleted for privacy nothing is left to pull, whatever was told before.
found as materialized (
    select
        told.*,
        told.told_at >= now() - interval '1 hour'
        or told.is_deleted
        or exists (
            select 1 from {{ ref("stg_hubspot__versions") }} as versions
            where
                versions.external_id = told.object_key
                and versions.modified_at >= told.told_at - interval '1 day'
        ) as is_pulled
    from told
),

pulled as materialized (
    select distinct
        split_part(versions.external_id, ':', 1) as object_type,
        versions.external_id as object_key,
        (versions.modified_at at time zone 'UTC')::date as delivery_date
    from {{ ref("stg_hubspot__versions") }} as versions
    where versions.modified_at >= date_trunc('day', now() - interval '7 days', 'UTC')
),

days_told as (
    select
        object_type,
        delivery_date,
        count(*) as told_count,
        count(*) filter (where not is_pulled) as unpulled_count,
        (array_agg(object_key order by told_at desc) filter (where not is_pulled))[:5] as unpulled_object_keys
    from found
    group by object_type, delivery_date
),

days_pulled as (
    select
        pulled.object_type,
        pulled.delivery_date,
        count(*) as pulled_count,
        count(*) filter (
            where not exists (
                select 1 from found
                where
                    found.object_key = pulled.object_key
                    and found.delivery_date between pulled.delivery_date and pulled.delivery_date + 1
            )
        ) as untold_count
    from pulled
    group by pulled.object_type, pulled.delivery_date
)

select
    'hubspot' as source,
    coalesce(days_told.object_type, days_pulled.object_type) as object_type,
    coalesce(days_told.unpulled_object_keys, '{}') as unpulled_object_keys,
    coalesce(days_told.told_count, 0) as told_count,
    coalesce(days_pulled.pulled_count, 0) as pulled_count,
    coalesce(days_pulled.pulled_count, 0) - coalesce(days_told.told_count, 0) as difference_count,
    coalesce(days_told.unpulled_count, 0) as unpulled_count,
    coalesce(days_pulled.untold_count, 0) as untold_count,
    coalesce(days_told.delivery_date, days_pulled.delivery_date) as delivery_date
from days_told
full outer join days_pulled
    on
        days_told.object_type = days_pulled.object_type
        and days_told.delivery_date = days_pulled.delivery_date
