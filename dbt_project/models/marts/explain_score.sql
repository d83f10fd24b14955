{{ config(materialized="function", arguments="user_id text, activity_date date") }}

select
    scored.event_id,
    scored.raw_id,
    scored.event_type,
    scored.source,
    scored.rule_version_id,
    scored.reverses,
    reversals.reversal_event_id as reversed_by_event_id,
    case
        when scored.is_reversal
            then 'It takes back ' || scored.reverses || ' and earns nothing itself.'
        when scored.is_reversed
            then 'It was taken back by ' || reversals.reversal_event_id || ' and earns nothing.'
        when scored.rule_version_id is null
            then 'No rule scored ' || scored.event_type || ' when it occurred.'
        else format(
            'Rule version %s gave %s gold, %s XP and %s rank points for %s when it occurred.',
            rules.rule_version_id, rules.gold_value, rules.xp_value, rules.rank_points, scored.event_type
        )
    end as explanation,
    items.raw_text,
    rules.gold_value as rule_gold_value,
    rules.xp_value as rule_xp_value,
    rules.rank_points as rule_rank_points,
    scored.gold_value,
    scored.xp_value,
    scored.rank_points,
    scored.is_reversed,
    scored.is_reversal,
    scored.occurred_at,
    scored.received_at,
    scored.landed_at
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
inner join lateral (
    select all_items.raw_text
    from {{ ref("stg_raw__items") }} as all_items
    where all_items.raw_id = scored.raw_id
    limit 1 -- There is one. -- noqa: AM09
) as items on true
left join {{ ref("stg_canonical__rule_versions") }} as rules on scored.rule_version_id = rules.rule_version_id
left join lateral (
    select all_reversals.reversal_event_id
    from {{ ref("int_reversals") }} as all_reversals
    where all_reversals.event_id = scored.event_id
    order by all_reversals.reversal_occurred_at asc, all_reversals.reversal_event_id asc
    limit 1
) as reversals on true
order by scored.occurred_at asc, scored.event_id asc
