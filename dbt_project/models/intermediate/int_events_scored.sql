with events as (
    select * from {{ ref("int_events_located") }}
),

reversals as (
    select * from {{ ref("stg_sales_events") }}
    where reverses is not null
),

rules as (
    select * from {{ ref("stg_canonical__rule_versions") }}
),

versions as (
    select * from {{ ref("stg_roster__sdr_versions") }}
),

matched as (
    select
        events.event_id,
        events.raw_id,
        events.source,
        events.external_id,
        events.event_type,
        events.user_id,
        events.verified_by,
        events.metadata,
        events.activity_date,
        events.occurred_at,
        events.received_at,
        events.landed_at,
        events.landed_xid,
        rules.rule_version_id,
        rules.gold_value,
        rules.xp_value,
        rules.rank_points,
        coalesce(versions.team_id, 'unassigned') as team_id,
        {{ week_start("events.activity_date") }} as week_start_date,
        events.reverses is not null as is_reversal,
        -- What takes an event back is final itself. `reverses` means an event_id of ours, else an external_id.
        events.reverses is null and (
            exists (
                select 1 from reversals
                where lower(reversals.reverses) = events.event_id::text
            )
            or exists (
                select 1 from reversals
                where
                    reversals.source = events.source
                    and reversals.reverses = events.external_id
                    and not exists (
                        select 1 from {{ ref("stg_sales_events") }} as named
                        where named.event_id = reversals.reverses_event_id
                    )
            )
        ) as is_reversed
    from events
    left join rules
        on
            events.event_type = rules.event_type
            and events.occurred_at >= rules.effective_from
            and events.occurred_at < rules.effective_to
    left join versions
        on
            events.user_id = versions.user_id
            and events.activity_date >= versions.effective_from_date
            and events.activity_date < versions.effective_to_date
),

scored as (
    select
        event_id,
        raw_id,
        source,
        external_id,
        event_type,
        user_id,
        team_id,
        rule_version_id,
        verified_by,
        case when is_reversed or is_reversal then 0 else coalesce(gold_value, 0) end as gold_value,
        case when is_reversed or is_reversal then 0 else coalesce(xp_value, 0) end as xp_value,
        case when is_reversed or is_reversal then 0 else coalesce(rank_points, 0) end as rank_points,
        is_reversed,
        is_reversal,
        activity_date,
        week_start_date,
        occurred_at,
        received_at,
        landed_at,
        landed_xid,
        metadata
    from matched
)

select * from scored
