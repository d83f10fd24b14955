{{ config(materialized="function", arguments="user_id text, activity_date date") }}

select
    scored.event_id,
    scored.raw_id,
    scored.event_type,
    scored.source,
    scored.gold_value,
    scored.occurred_at
-- By position: their names alone would mean the columns of the same name.
from (
    select
        $1 as user_id,
        $2 as activity_date
) as asked
inner join {{ ref("int_events_scored") }} as scored
    on
        asked.user_id = scored.user_id
        and asked.activity_date = scored.activity_date
        -- Zones lie within a day of UTC: the range finds the day by the index on user_id and occurred_at.
        and scored.occurred_at >= (asked.activity_date - 1)::timestamp at time zone 'UTC'
        and scored.occurred_at < (asked.activity_date + 2)::timestamp at time zone 'UTC'
