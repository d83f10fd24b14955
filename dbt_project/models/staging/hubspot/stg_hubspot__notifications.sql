-- What an id is of, the pull asks for in the same words (orchestration/lib/pulls.py).
select
    notified.raw_id,
    notified.object_type,
    notified.object_type || ':' || split_part(notified.external_id, ':', 2) as object_key,
    notified.event_type,
    notified.received_at
from (
    select
        raw_id,
        external_id,
        event_type,
        received_at,
        case split_part(external_id, ':', 1)
            when '0-48' then 'call'
            when '0-49' then 'email'
            when '0-47' then 'meeting'
        end as object_type
    from {{ source("raw", "webhook_events") }}
    where door = 'hubspot'
) as notified
where
    notified.object_type is not null
    and split_part(notified.external_id, ':', 2) ~ '^[0-9]{1,20}$'
