{#
    Grain: SDR × local day × event type. The definition of `user_days`, for the keys (user_id, activity_date) in a relation.
    The only place of this logic: the settle and the live view both run it. The range on occurred_at follows from
    the local day (zones lie within a day of UTC) and lets the index on (user_id, occurred_at) find a day's events.
#}
{% macro user_days_defined(keys, scored_events) %}
    select
        events.user_id,
        events.activity_date,
        events.event_type,
        max(events.team_id) as team_id,
        count(*) filter (where not events.is_reversed and not events.is_reversal) as event_count,
        count(*) as gross_event_count,
        count(*) filter (where events.is_reversed) as reversed_event_count,
        sum(events.gold_value)::bigint as gold_value,
        sum(events.xp_value)::bigint as xp_value,
        sum(events.rank_points)::bigint as rank_points,
        max(events.occurred_at) as last_event_at
    from {{ keys }} as touched
    inner join {{ scored_events }} as events
        on
            touched.user_id = events.user_id
            and touched.activity_date = events.activity_date
            and events.occurred_at >= (touched.activity_date - 1)::timestamp at time zone 'UTC'
            and events.occurred_at < (touched.activity_date + 2)::timestamp at time zone 'UTC'
    group by events.user_id, events.activity_date, events.event_type
{% endmacro %}

{#
    Grain: SDR × local day. The keys that raw rows landed since the watermark reach: the days of the events themselves, of
    the events that they reverse, all days of a person whose roster changed (the settled ones too: under another zone an
    event may have left them), and the days that a new rule version scores. Without a watermark: every key.
#}
{% macro user_days_touched(settled) %}
    {%- set model = "int_user_days_settled" -%}
    select
        events.user_id,
        events.activity_date
    from {{ ref("int_events_located") }} as events
    where {{ landed_since_watermark("events.landed_xid", model) }}
    union
    select
        originals.user_id,
        originals.activity_date
    from {{ ref("stg_sales_events") }} as reversals
    inner join {{ ref("int_events_located") }} as originals on reversals.reverses_event_id = originals.event_id
    where
        reversals.reverses is not null
        and {{ landed_since_watermark("reversals.landed_xid", model) }}
    union
    select
        originals.user_id,
        originals.activity_date
    from {{ ref("stg_sales_events") }} as reversals
    inner join {{ ref("int_events_located") }} as originals
        on
            reversals.source = originals.source
            and reversals.reverses = originals.external_id
    where
        reversals.reverses is not null
        and reversals.reverses_event_id is null
        and {{ landed_since_watermark("reversals.landed_xid", model) }}
    union
    select
        events.user_id,
        events.activity_date
    from {{ ref("stg_roster__sdr_versions") }} as versions
    inner join {{ ref("int_events_located") }} as events on versions.user_id = events.user_id
    where
        {{ landed_since_watermark("versions.landed_xid", model) }}
        and {{ expect_few("events.activity_date") }}
    union
    select
        events.user_id,
        events.activity_date
    from {{ ref("stg_canonical__rule_versions") }} as rules
    inner join {{ ref("int_events_located") }} as events
        on
            rules.event_type = events.event_type
            and rules.effective_from <= events.occurred_at
            and rules.effective_to > events.occurred_at
    where
        {{ landed_since_watermark("rules.landed_xid", model) }}
        and {{ expect_few("events.activity_date") }}
    {% if settled %}
    union
    select
        settled.user_id,
        settled.activity_date
    from {{ ref("stg_roster__sdr_versions") }} as versions
    inner join {{ settled }} as settled on versions.user_id = settled.user_id
    where {{ landed_since_watermark("versions.landed_xid", model) }}
    union
    select
        settled.user_id,
        settled.activity_date
    from {{ settled }} as settled
    -- All of them or none; the upper bound excludes nothing and makes the planner expect few.
    where
        settled.activity_date
        >= case when {{ watermark(model) }} = '0'::xid8 then '-infinity'::date else 'infinity'::date end
        and settled.activity_date <= 'infinity'::date
    {% endif %}
{% endmacro %}
