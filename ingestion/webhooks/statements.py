"""The SQL of landing. One prepared statement judges, scores and inserts a whole batch; see `landing` for the order."""

from typing import Final

DUPLICATE_WINDOW: Final = "5 minutes"

# A reversal that names an event by the sender's own id. Here and below a scalar subquery, not exists(): the planner may
# turn exists() into a hash of the whole log, and a plan made while the log was empty would then read all of it for
# every batch (measured: 8,400 requests/s fell to 2,000 in 8 s).
_REVERSAL_BY_SENDER: Final = """(
    select reversal.raw_id
    from raw.webhook_events as reversal
    where reversal.source = {event}.source and reversal.reverses = {event}.external_id
    and reversal.reverses_event_id is null
    limit 1
)"""

# Every query here looks up a few keys. A plan made while the tables were empty must not stay a sequential scan.
SESSION: Final = f"""
set synchronous_commit = on;
set enable_seqscan = off;
set jit = off;
set plan_cache_mode = force_generic_plan;

prepare land (text) as
with items as materialized (
    select *
    from json_to_recordset($1::json) as item (
        position integer, raw_id uuid, door text, source text, external_id text, dedup_key text, user_id text,
        event_type text, occurred_at timestamptz, reverses text, reverses_event_id uuid,
        received_at timestamptz, verified_by text, payload text
    )
),

judged as materialized (
    select
        items.*,
        earlier.raw_id as earlier_id,
        rule.rule_version_id is not null as is_known,
        items.reverses is null and {_REVERSAL_BY_SENDER.format(event="items")} is null as earns,
        rule.gold_value,
        rule.xp_value
    from items
    left join lateral (
        select landed.raw_id
        from raw.webhook_events as landed
        where items.external_id is not null and landed.door = 'canonical'
        and landed.source = items.source and landed.external_id = items.external_id
        union all
        select landed.raw_id
        from raw.webhook_events as landed
        where items.external_id is null and landed.door = 'canonical'
        and landed.source = items.source and landed.dedup_key = items.dedup_key
        and landed.received_at between items.received_at - interval '{DUPLICATE_WINDOW}'
            and items.received_at + interval '{DUPLICATE_WINDOW}'
        limit 1
    ) as earlier on true
    left join raw.gamification_rule_versions as rule
        on rule.event_type = items.event_type
        and items.occurred_at >= rule.effective_from and items.occurred_at < rule.effective_to
),

landed as (
    insert into raw.webhook_events (
        raw_id, door, source, external_id, dedup_key, user_id, event_type, occurred_at, reverses,
        reverses_event_id, received_at, verified_by, payload
    )
    select
        raw_id, door, source, external_id, dedup_key, user_id, event_type, occurred_at, reverses,
        reverses_event_id, received_at, verified_by, payload::json
    from judged
    where earlier_id is null and is_known
),

rejected as (
    insert into raw.rejected_events (
        rejected_id, door, source, reason, detail, body, verified_by, received_at, external_id
    )
    select
        raw_id, door, source,
        case when earlier_id is not null then 'duplicate' else 'unknown_event_type' end,
        case
            when earlier_id is not null then 'Copy of event ' || earlier_id
            else 'No rule scores this event_type at ' || occurred_at
        end,
        convert_to(payload, 'UTF8'), verified_by, received_at, external_id
    from judged
    where earlier_id is not null or not is_known
)

select
    position,
    earlier_id::text,
    is_known,
    case when earns then gold_value else 0 end,
    case when earns then xp_value else 0 end
from judged
"""

# An event of a sender's, or one that a vendor's item told of.
NAMED_EVENT: Final = """
select coalesce(
    (select raw_id from raw.webhook_events where door = 'canonical' and raw_id = %(event_id)s::uuid),
    raw.vendor_event(%(event_id)s)
)::text
"""

# What an event is worth that a reversal is about to take back: nothing when it was taken back before.
TAKEN_BACK: Final = f"""
with original as (
    select landed.*
    from raw.webhook_events as landed
    where landed.door = 'canonical' and landed.raw_id = %(event_id)s::uuid
    union all
    select landed.*
    from raw.webhook_events as landed
    where %(event_id)s::uuid is null and landed.door = 'canonical'
    and landed.source = %(source)s and landed.external_id = %(reverses)s
)

select rule.gold_value, rule.xp_value
from original
inner join raw.gamification_rule_versions as rule
    on original.event_type = rule.event_type
    and original.occurred_at >= rule.effective_from and original.occurred_at < rule.effective_to
where original.reverses is null
and (
    select reversal.raw_id from raw.webhook_events as reversal
    -- The first condition is the index's.
    where reversal.reverses is not null and reversal.reverses_event_id = original.raw_id
    limit 1
) is null
and {_REVERSAL_BY_SENDER.format(event="original")} is null
"""

KEEP: Final = """
insert into raw.rejected_events (
    rejected_id, door, source, reason, detail, body, verified_by, received_at, event_type, external_id
)
values %s
-- What is landed from the spool may have been kept by a receiver that was killed right after.
on conflict (rejected_id) do nothing
"""
