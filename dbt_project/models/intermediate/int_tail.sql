with settles as (
    select settled_at from intermediate.settle_watermarks
    where model = 'int_user_days_settled'
),

watermark as (
    select
        {{ watermark("int_user_days_settled") }} as watermark_xid,
        pg_snapshot_xmin(pg_current_snapshot()) as horizon_xid
),

tail_events as (
    select
        count(*) as tail_event_count,
        min(landed_xid::text::numeric) as oldest_xid,
        min(landed_at) as tail_started_at
    from {{ ref("stg_sales_events") }}
    where {{ landed_since_watermark("landed_xid", "int_user_days_settled") }}
),

tail_rules as (
    select
        count(*) as tail_rule_count,
        min(landed_xid::text::numeric) as oldest_xid
    from {{ ref("stg_canonical__rule_versions") }}
    where {{ landed_since_watermark("landed_xid", "int_user_days_settled") }}
),

tail_versions as (
    select
        count(*) as tail_sdr_version_count,
        min(landed_xid::text::numeric) as oldest_xid
    from {{ ref("stg_roster__sdr_versions") }}
    where {{ landed_since_watermark("landed_xid", "int_user_days_settled") }}
),

-- Events of vendors that went or changed, and items of theirs that may not have been interpreted.
tail_touched as (
    select min(landed_xid::text::numeric) as oldest_xid
    from {{ vendor_days_touched() }}
    where {{ landed_since_watermark("landed_xid", "int_user_days_settled") }}
),

interpreted as (
    select coalesce(max(xid), '0'::xid8) as xid
    from intermediate.settle_watermarks
    where
        model = '{{ interpretation() }}'
        and system_identifier = raw.system_identifier()
),

tail_items as (
    select
        count(*) as tail_item_count,
        min(items.landed_xid::text::numeric) as oldest_xid,
        max(items.landed_xid::text::numeric)::text::xid8 as newest_xid
    from {{ ref("stg_raw__items") }} as items
    where
        items.door <> 'canonical'
        and items.landed_xid >= (select interpreted.xid from interpreted)
        and items.landed_xid <= '18446744073709551615'::xid8
),

newest_event as (
    select
        landed_xid,
        received_at,
        landed_at
    from {{ ref("stg_sales_events") }}
    order by landed_xid desc, received_at desc, event_id desc
    limit 1
),

newest_rule as (
    select landed_xid
    from {{ ref("stg_canonical__rule_versions") }}
    order by landed_xid desc
    limit 1
),

newest_version as (
    select landed_xid
    from {{ ref("stg_roster__sdr_versions") }}
    order by landed_xid desc
    limit 1
)

select
    tail_events.tail_event_count,
    tail_rules.tail_rule_count,
    tail_versions.tail_sdr_version_count,
    greatest(
        newest_event.landed_xid, newest_rule.landed_xid, newest_version.landed_xid, tail_items.newest_xid
    ) as newest_landed_xid,
    watermark.watermark_xid,
    -- A settle now would settle something. What an open transaction holds back must wait for its end.
    watermark.watermark_xid = '0'::xid8
    or coalesce(
        least(
            tail_events.oldest_xid, tail_rules.oldest_xid, tail_versions.oldest_xid, tail_touched.oldest_xid,
            tail_items.oldest_xid
        )
        < watermark.horizon_xid::text::numeric,
        false
    ) as is_settleable,
    -- Nothing below the newest transaction that landed something can land any more.
    coalesce(
        greatest(
            newest_event.landed_xid, newest_rule.landed_xid, newest_version.landed_xid, tail_items.newest_xid
        ) < watermark.horizon_xid,
        true
    ) as is_complete,
    tail_events.tail_started_at,
    newest_event.received_at as last_event_received_at,
    newest_event.landed_at as last_event_landed_at,
    settles.settled_at as watermark_settled_at,
    tail_items.tail_item_count
from tail_events
cross join tail_rules
cross join tail_versions
cross join tail_touched
cross join tail_items
cross join watermark
left join newest_event on true
left join newest_rule on true
left join newest_version on true
left join settles on true
