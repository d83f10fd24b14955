{#
    A settled table caches a definition for every key, as of a watermark. These macros are the steps of a settle, in the
    only safe order; dbt runs them as hooks and statement of one incremental model, so all of it is one transaction:
    lock; in the NEXT statement the horizon (a horizon older than the lock could move a watermark back); in one statement,
    so in one snapshot, the touched keys and their definition up to the horizon (between two, a roster could move an event
    to a day that was not touched); delete those keys; insert the definition; watermark := horizon. A crash anywhere
    repeats it.
#}

{# Hook 1: one settle of this model at a time. #}
{% macro lock_settle() %}
    {% if execute and flags.EMPTY %}
        {{ exceptions.raise_compiler_error(
            this ~ " is a settled table: --empty would move its watermark past events that it has not read."
        ) }}
    {% endif %}
    select pg_advisory_xact_lock(hashtext('settle ' || '{{ this }}'))
{% endmacro %}

{#
    A rebuild settles every key again, in place; readers see the old rows until it commits. It is asked for by a setting of
    the session (`PGOPTIONS="-c rift.rebuild=on"`): a variable of dbt would make dbt parse the whole project again.
#}
{% macro is_rebuild() -%}
    coalesce(current_setting('rift.rebuild', true), '') = 'on'
{%- endmacro %}

{#
    A backfill settles every key of some days again, `rift.backfill_from` to `rift.backfill_to`, settings of the session, too.
    Whoever asks for one doubts what is settled: the sums of those SDRs and weeks are then added up anew, not changed by the
    difference.
#}
{% macro backfill_day(end) -%}
    nullif(current_setting('rift.backfill_{{ end }}', true), '')::date
{%- endmacro %}

{% macro is_backfill() -%}
    ({{ backfill_day("from") }} is not null)
{%- endmacro %}

{# Hook 2: every transaction before the horizon has ended. A new table starts from no watermark. #}
{% macro note_horizon() %}
    {% if not is_incremental() %}
        delete from intermediate.settle_watermarks where model = '{{ this.identifier }}';
    {% endif %}
    create temporary table settle_horizon on commit drop as
    select
        pg_snapshot_xmin(pg_current_snapshot()) as xid,
        {{ is_rebuild() }} or {{ watermark(this.identifier) }} = '0'::xid8 as is_rebuild
{% endmacro %}

{#
    What hook 2 has noted. The settled days hold no event from it on: readers add those up, and would count twice what had
    landed between the horizon and the statement. A unit test puts a number in its place.
#}
{% macro horizon() -%}
    (select settle_horizon.xid from settle_horizon)
{%- endmacro %}

{# The settled days summed for life. A unit test puts rows of its own in their place, as there is no model of them. #}
{% macro settled_totals() -%}
    intermediate.settled_totals
{%- endmacro %}

{#
    The strategy: what was touched goes, its definition comes. The model also gives a row without any event for each touched
    day, so that a day from which everything has gone is known here; those rows go no further.
#}
{% macro get_incremental_settle_sql(arguments) %}
    {% set columns = arguments.dest_columns | map(attribute="quoted") | join(", ") %}
    {%- set is_touched -%}
        {% for column in arguments.unique_key %}
            settled.{{ column }} = touched.{{ column }}{{ " and" if not loop.last }}
        {% endfor %}
    {%- endset %}
    create temporary table settle_touched on commit drop as
    select distinct {{ arguments.unique_key | join(", ") }} from {{ arguments.temp_relation }};
    analyze settle_touched;
    create temporary table settle_replaced on commit drop as
    select settled.*
    from {{ arguments.target_relation }} as settled
    inner join settle_touched as touched on {{ is_touched }};
    delete from {{ arguments.target_relation }} as settled
    using settle_touched as touched
    where {{ is_touched }};
    insert into {{ arguments.target_relation }} ({{ columns }})
    select {{ columns }} from {{ arguments.temp_relation }} where gross_event_count > 0
{% endmacro %}

{#
    The settled days summed: for life, and for each week (by the team of the day). Their keys beside the SDR, and which of
    these a touched day names.
#}
{% macro settled_sums() -%}
    {{ return({
        "settled_totals": {"keys": ["event_type"], "scope": []},
        "settled_weeks": {"keys": ["week_start_date", "team_id", "event_type"], "scope": ["week_start_date"]},
    }) }}
{%- endmacro %}

{#
    Hook after the statement: the sums follow by what the settle has changed, so that their cost does not grow with history.
    A rebuild sums all settled rows anew, a backfill those of its SDRs and weeks (each stretch all days of its SDRs again:
    what the stretches before it have touched is known to them alone). The time of the last event does not add up: where the
    last has gone (a vendor took it away), it is looked for among the settled days.
#}
{% macro settle_sums() %}
    {% if not is_incremental() %}
    create temporary table settle_touched on commit drop as
    select distinct user_id, activity_date from {{ this }};
    {% endif %}
    {% for table, sums in settled_sums().items() %}
    {% set keys = ["user_id"] + sums["keys"] %}
    {%- set in_scope -%}
        ({0}.user_id{{ ", {0}.week_start_date" if sums["scope"] }}) in (
            select
                touched.user_id{{ ", " ~ week_start("touched.activity_date") if sums["scope"] }}
            from settle_touched as touched
        )
    {%- endset %}
    {%- set last_event_at -%}
        case
            when
                max(changes.last_event_at) filter (where changes.origin = 'gone')
                = max(changes.last_event_at) filter (where changes.origin = 'kept')
                and max(changes.last_event_at) filter (where changes.origin = 'gone')
                > coalesce(max(changes.last_event_at) filter (where changes.origin = 'new'), '-infinity')
                then (
                    select max(days.last_event_at) from {{ this }} as days
                    where
                        {% for key in keys %}
                        days.{{ key }} = changes.{{ key }}{{ " and" if not loop.last }}
                        {% endfor %}
                )
            else max(changes.last_event_at) filter (where changes.origin <> 'gone')
        end
    {%- endset %}
    create temporary table settle_{{ table }} on commit drop as
    with changes as (
        select
            sums.*,
            'kept' as origin
        from intermediate.{{ table }} as sums
        cross join settle_horizon
        where not settle_horizon.is_rebuild and not {{ is_backfill() }} and {{ in_scope.format("sums") }}
        union all
        select
            {% for key in keys %}settled.{{ key }}, {% endfor %}
            {{ select_measures("settled") }},
            'new' as origin
        from {{ this }} as settled
        inner join settle_touched as touched
            on
                settled.user_id = touched.user_id
                and settled.activity_date = touched.activity_date
        {% if is_incremental() %}
        where not {{ is_backfill() }}
        union all
        select
            {% for key in keys %}settled.{{ key }}, {% endfor %}
            {{ select_measures("settled") }},
            'new' as origin
        from {{ this }} as settled
        where {{ is_backfill() }} and {{ in_scope.format("settled") }}
        union all
        select
            {% for key in keys %}replaced.{{ key }}, {% endfor %}
            {{ select_measures("replaced", "-") }},
            'gone' as origin
        from settle_replaced as replaced
        cross join settle_horizon
        where not settle_horizon.is_rebuild and not {{ is_backfill() }}
        {% endif %}
    )

    select
        {% for key in keys %}changes.{{ key }}, {% endfor %}
        {{ sum_measures("changes", last_event_at) }}
    from changes
    group by {{ keys | join(", ") }}
    having sum(changes.gross_event_count) > 0;

    delete from intermediate.{{ table }} as sums
    using settle_horizon
    where settle_horizon.is_rebuild or {{ in_scope.format("sums") }};

    insert into intermediate.{{ table }}
    select * from settle_{{ table }};
    {% endfor %}
{% endmacro %}

{# Grain: sum × key, kept and recomputed from the settled days: the two must be the same. #}
{% macro kept_and_recomputed_sums() %}
    {% for table, sums in settled_sums().items() %}
    select
        '{{ table }}' as difference,
        true as is_kept,
        user_id,
        jsonb_build_array({{ sums["keys"] | join(", ") }}) as row_key,
        jsonb_build_array({{ day_measures() | join(", ") }}) as facts
    from intermediate.{{ table }}
    union all
    select
        '{{ table }}' as difference,
        false as is_kept,
        user_id,
        jsonb_build_array({{ sums["keys"] | join(", ") }}) as row_key,
        jsonb_build_array(sum({{ day_measures() | join("), sum(") }})) as facts
    from {{ ref("int_user_days_settled") }}
    group by user_id, {{ sums["keys"] | join(", ") }}
    {{ "union all" if not loop.last }}
    {% endfor %}
{% endmacro %}

{# Last hook: never lower than it was, unless it was another cluster's or another definition's. #}
{% macro move_watermark() %}
    insert into intermediate.settle_watermarks as watermarks (model, xid, system_identifier, definition_hash, settled_at)
    select
        '{{ this.identifier }}',
        settle_horizon.xid,
        raw.system_identifier(),
        '{{ definition_hash() }}',
        clock_timestamp()
    from settle_horizon
    on conflict (model) do update
    set
        xid = case
            when
                watermarks.system_identifier = excluded.system_identifier
                and watermarks.definition_hash = excluded.definition_hash
                then greatest(watermarks.xid, excluded.xid)
            else excluded.xid
        end,
        system_identifier = excluded.system_identifier,
        definition_hash = excluded.definition_hash,
        settled_at = excluded.settled_at
{% endmacro %}

{#
    The transaction id from which on rows are not settled; 0 when nothing is: no settle yet, a dump restored into another
    cluster (its transaction ids mean nothing here), or a definition that has changed since.
#}
{% macro watermark(model) -%}
    coalesce((
        select settle_watermarks.xid
        from intermediate.settle_watermarks
        where
            settle_watermarks.model = '{{ model }}'
            and settle_watermarks.definition_hash = '{{ definition_hash() }}'
            and settle_watermarks.system_identifier = raw.system_identifier()
    ), '0'::xid8)
{%- endmacro %}

{#
    Landed since the watermark. The upper bound excludes nothing: with a range on both sides the planner expects few rows
    and takes the index; with an open one it expects a third of the table and scans it.
#}
{% macro landed_since_watermark(column, model) -%}
    {{ column }} >= {{ watermark(model) }}
    and {{ column }} <= '18446744073709551615'::xid8
{%- endmacro %}

{#
    Changes when anything that decides a settled row changes; every key is then touched until the next settle. What vendors'
    items mean is not among it: events of vendors are rows, and each that changes is noted.
#}
{% macro definition_hash() -%}
    {%- if execute -%}
        {%- set parts = [
            default_time_zone(), week_start("day"), team_id("name"), user_days_defined("keys", "scored_events"),
            tojson(settled_sums()), tojson(day_measures()),
        ] -%}
        {%- set waiting = ["model.rift.int_events_scored"] -%}
        {%- for _ in graph.nodes if waiting -%}
            {%- set node = graph.nodes.get(waiting.pop()) -%}
            {%- if node and node.name != "stg_vendor__events" and node.raw_code not in parts -%}
                {%- do parts.append(node.raw_code) -%}
                {%- do waiting.extend(node.depends_on.nodes) -%}
            {%- endif -%}
        {%- endfor -%}
        {{- local_md5(parts | sort | join("\n")) -}}
    {%- endif -%}
{%- endmacro %}
