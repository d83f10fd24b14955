{#
    The measures of a user day. All but the last add up: over types, days and weeks, and from settled rows and what has
    changed since. `active_day_count` is 1 on one row of each day on which anything counts, so that days can be summed too. A new measure
    also needs its column in the kept sums of existing databases (bookkeeping.sql).
#}
{% macro day_measures() -%}
    {{ return([
        "event_count", "gross_event_count", "reversed_event_count", "gold_value", "xp_value", "rank_points",
        "active_day_count",
    ]) }}
{%- endmacro %}

{# The measures as columns of a relation; negated, to take rows away from a sum. #}
{% macro select_measures(relation, sign="", last_event_at=none) -%}
    {%- for measure in day_measures() %}
    {{ sign }}{{ relation }}.{{ measure }}{{ " as " ~ measure if sign }},
    {%- endfor %}
    {{ (last_event_at ~ " as last_event_at") if last_event_at else relation ~ ".last_event_at" }}
{%- endmacro %}

{# The measures summed over the rows of a group. #}
{% macro sum_measures(relation, last_event_at=none) -%}
    {%- for measure in day_measures() %}
    sum({{ relation }}.{{ measure }})::bigint as {{ measure }},
    {%- endfor %}
    {{ last_event_at or "max(" ~ relation ~ ".last_event_at)" }} as last_event_at
{%- endmacro %}

{#
    Grain: SDR × local day × event type. The definition of `user_days`, for the keys (user_id, activity_date) in a relation.
    The only place of this logic: the settle and the live views both run it. It goes key by key (LATERAL), so that its cost
    is that of the keys whatever the planner believes; the range on occurred_at follows from the local day (zones lie within
    a day of UTC) and lets the index on (user_id, occurred_at) find a day's events.
#}
{% macro user_days_defined(keys, scored_events, landed_before=none) %}
    select
        touched.user_id,
        touched.activity_date,
        days.event_type,
        days.team_id,
        days.event_count,
        days.gross_event_count,
        days.reversed_event_count,
        days.gold_value,
        days.xp_value,
        days.rank_points,
        days.active_day_count,
        days.last_event_at,
        {{ week_start("touched.activity_date") }} as week_start_date
    from {{ keys }} as touched
    cross join lateral (
        select
            events.event_type,
            max(events.team_id) as team_id,
            count(*) filter (where not events.is_reversed and not events.is_reversal) as event_count,
            count(*) as gross_event_count,
            count(*) filter (where events.is_reversed) as reversed_event_count,
            sum(events.gold_value)::bigint as gold_value,
            sum(events.xp_value)::bigint as xp_value,
            sum(events.rank_points)::bigint as rank_points,
            -- On the day's first type with an event that counts.
            case
                when
                    events.event_type = min(
                        case
                            when bool_or(not events.is_reversed and not events.is_reversal) then events.event_type
                        end
                    ) over ()
                    then 1
                else 0
            end::bigint as active_day_count,
            max(events.occurred_at) as last_event_at
        from {{ scored_events }} as events
        where
            events.user_id = touched.user_id
            and events.activity_date = touched.activity_date
            and events.occurred_at >= (touched.activity_date - 1)::timestamp at time zone 'UTC'
            and events.occurred_at < (touched.activity_date + 2)::timestamp at time zone 'UTC'
            {%- if landed_before %}
            and events.landed_xid < {{ landed_before }}
            {%- endif %}
        group by events.event_type
    ) as days
{% endmacro %}

{# The settled rows, as long as their watermark is believed; without one everything is new. #}
{% macro believed(relation) -%}
    (select * from {{ relation }} where {{ watermark("int_user_days_settled") }} <> '0'::xid8)
{%- endmacro %}

{#
    Grain: SDR × local day. The settled days that are no longer true, because something landed since the watermark that
    changes older events: a reversal of one, a roster version of the SDR (under another zone an event may move by up to
    two days), a rule version that scores one of the day's types, or a vendor's item that took an event away or changed it.
    What is merely new is not in here.
#}
{% macro user_days_outdated(settled_days) %}
    {%- set model = "int_user_days_settled" -%}
    select
        originals.user_id,
        originals.activity_date
    from {{ ref("int_events_located") }} as originals
    where
        originals.event_id = any(array(
            {{ events_taken_back(landed_since_watermark("reversals.landed_xid", model)) }}
        ))
        and originals.landed_xid < {{ watermark(model) }}
    union
    select
        settled.user_id,
        settled.activity_date + shifts.days as activity_date
    from {{ ref("stg_roster__sdr_versions") }} as versions
    inner join {{ settled_days }} as settled on versions.user_id = settled.user_id
    cross join (values (-2), (-1), (0), (1), (2)) as shifts (days)
    where {{ landed_since_watermark("versions.landed_xid", model) }}
    union
    select
        settled.user_id,
        settled.activity_date
    from {{ ref("stg_canonical__rule_versions") }} as rules
    inner join {{ settled_days }} as settled
        on
            rules.event_type = settled.event_type
            and settled.activity_date >= (rules.effective_from at time zone 'UTC')::date - 1
            and settled.activity_date <= (rules.effective_to at time zone 'UTC')::date + 1
    where {{ landed_since_watermark("rules.landed_xid", model) }}
    union
    -- Wherever the SDR was: zones lie within a day of UTC. A day without a settled row has nothing to lose.
    select
        touched.user_id,
        (touched.occurred_at at time zone 'UTC')::date + shifts.days as activity_date
    from {{ vendor_days_touched() }} as touched
    cross join (values (-1), (0), (1)) as shifts (days)
    where {{ landed_since_watermark("touched.landed_xid", model) }}
{% endmacro %}

{# What lost an event of a vendor. A unit test puts rows of its own in its place, as there is no model of it. #}
{% macro vendor_days_touched() -%}
    intermediate.vendor_days_touched
{%- endmacro %}

{#
    Grain: SDR × local day. What a settle computes again: the days of new events and the outdated ones; for a rebuild, and
    when nothing settled is believed, every day: that of any event, and of any settled row; for a backfill, those of its days.
#}
{% macro user_days_touched() %}
    {%- set settled = this if is_incremental() else none -%}
    {%- set model = "int_user_days_settled" -%}
    select
        events.user_id,
        events.activity_date
    from {{ ref("int_events_located") }} as events
    where {{ landed_since_watermark("events.landed_xid", model) }}
    union
    select
        events.user_id,
        events.activity_date
    from {{ ref("int_events_located") }} as events
    where {{ is_rebuild() }}
    union
    select
        events.user_id,
        events.activity_date
    from {{ ref("int_events_located") }} as events
    where
        {{ is_backfill() }}
        and events.activity_date between {{ backfill_day("from") }} and {{ backfill_day("to") }}
        and events.occurred_at >= ({{ backfill_day("from") }} - 1)::timestamp at time zone 'UTC'
        and events.occurred_at < ({{ backfill_day("to") }} + 2)::timestamp at time zone 'UTC'
    {% if settled %}
    union
    {{ user_days_outdated(believed(settled)) }}
    union
    select
        settled.user_id,
        settled.activity_date
    from {{ settled }} as settled
    where {{ is_rebuild() }} or {{ watermark(model) }} = '0'::xid8
    union
    -- Apart: a condition on the session alone is asked once, and without a backfill nothing is read.
    select
        settled.user_id,
        settled.activity_date
    from {{ settled }} as settled
    where
        {{ is_backfill() }}
        and settled.activity_date between {{ backfill_day("from") }} and {{ backfill_day("to") }}
    {% endif %}
{% endmacro %}

{# The same as a relation. A unit test puts keys of its own in its place. #}
{% macro touched_keys() -%}
    ({{ user_days_touched() }})
{%- endmacro %}

{# When the last event of a row of the settled totals occurred, which may be one of a vendor that has gone since. #}
{% macro last_event_of_life(totals) -%}
    case
        when {{ totals }}.user_id in ({{ users_touched() }})
            then (
                select max(events.occurred_at) from {{ ref("stg_sales_events") }} as events
                where
                    events.user_id = {{ totals }}.user_id
                    and events.event_type = {{ totals }}.event_type
            )
        else {{ totals }}.last_event_at
    end
{%- endmacro %}

{# Whose days lost an event of a vendor since the watermark: hardly ever anybody's, for seconds. #}
{% macro users_touched() -%}
    select touched.user_id from {{ vendor_days_touched() }} as touched
    where {{ landed_since_watermark("touched.landed_xid", "int_user_days_settled") }}
{%- endmacro %}

{#
    The event_ids of what some reversals take back, with other columns of the reversals. To be asked for as an array: nothing
    tells the planner that an event_id of stg_sales_events, which is of two tables, is unique, and for a join it would read all
    of both. What names an external_id comes in at the canonical door, and is looked up one by one.
#}
{% macro events_taken_back(condition, also="") -%}
    select
        reversals.reverses_event_id as event_id{{ also }}
    from {{ ref("stg_sales_events") }} as reversals
    where
        reversals.reverses is not null
        and reversals.reverses_event_id is not null
        and {{ condition }}
    union all
    select
        named.event_id{{ also }}
    from {{ ref("stg_canonical__events") }} as reversals
    cross join lateral (
        select originals.event_id from {{ ref("stg_sales_events") }} as originals
        where
            originals.source = reversals.source
            and originals.external_id = reversals.reverses
        offset 0
    ) as named
    where
        reversals.reverses is not null
        and reversals.reverses_event_id is null
        and {{ condition }}
{%- endmacro %}
