with source as (
    select * from {{ source("raw", "webhook_events") }}
    where door = 'canonical'
),

renamed as (
    select
        raw_id as event_id,
        raw_id,
        source,
        external_id,
        reverses,
        verified_by,
        occurred_at,
        received_at,
        landed_at,
        landed_xid,
        -- A null in a key would be counted live and lost by a settle.
        coalesce(user_id, 'unknown') as user_id,
        coalesce(event_type, 'unknown') as event_type,
        case
            when reverses ~* '^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$' then reverses::uuid
        end as reverses_event_id,
        raw.safe_jsonb(payload -> 'metadata') as metadata
    from source
)

select * from renamed
