-- Three parts: events that earn nothing, items of which no event was made, and what a door refused.
select
    events.raw_id as item_id,
    events.event_id,
    events.user_id,
    items.source,
    items.door,
    events.event_type,
    case
        when events.is_reversal then 'reversal'
        when events.is_reversed then 'reversed'
        when events.rule_version_id is null then 'no_rule'
        else 'worth_nothing'
    end as reason,
    case
        when events.is_reversal then 'It takes another event back and earns nothing itself.'
        when events.is_reversed then 'Another event took it back.'
        when events.rule_version_id is null then 'No rule scored ' || events.event_type || ' when it occurred.'
        else 'The rule in force gives no gold, no XP and no rank points for ' || events.event_type || '.'
    end as detail,
    events.occurred_at,
    events.received_at
from {{ ref("int_events_scored") }} as events
inner join lateral (
    select
        all_items.source,
        all_items.door
    from {{ ref("stg_raw__items") }} as all_items
    where all_items.raw_id = events.raw_id
    limit 1 -- There is one. -- noqa: AM09
) as items on true
where
    events.gold_value = 0
    and events.xp_value = 0
    and events.rank_points = 0
union all
select
    items.raw_id as item_id,
    null::uuid as event_id,
    null::text as user_id,
    items.source,
    items.door,
    null::text as event_type,
    items.outcome as reason,
    case items.outcome
        when 'superseded' then 'A newer item says what holds of ' || items.object_key || '.'
        when 'notification' then 'It only says that there is something to pull.'
        when 'pending' then 'It has landed, and is read with the next settle.'
        when 'deleted' then items.object_key || ' was deleted at its source.'
        when 'not_closed' then items.object_key || ' is not closed at its source.'
        when 'unreadable' then 'Nothing can be read from it: marts.raw_text shows it.'
        when 'not_scoring_source' then 'What it tells of is scored by another source (seed scoring_sources).'
        else 'Nothing maps this item of the door ' || items.door || ' to an event.'
    end as detail,
    null::timestamptz as occurred_at,
    items.received_at
from {{ ref("stg_vendor__item_outcomes") }} as items
where items.outcome <> 'scored'
union all
select
    rejections.rejected_id as item_id,
    null::uuid as event_id,
    null::text as user_id,
    rejections.source,
    rejections.door,
    null::text as event_type,
    rejections.reason,
    rejections.detail,
    null::timestamptz as occurred_at,
    rejections.received_at
from {{ ref("stg_canonical__rejected_events") }} as rejections
-- What was replayed has landed after all.
where rejections.replayed_at is null
