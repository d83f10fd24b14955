{#
    A settled table caches a definition for every key, as of a watermark. These macros are the steps of a settle, in the
    only safe order; dbt runs them as hooks and statement of one incremental model, so all of it is one transaction:
    lock; in the NEXT statement the horizon (a horizon older than the lock could move a watermark back); the touched keys;
    delete those; insert their definition; watermark := horizon. A crash anywhere repeats it.
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

{# Hook 2: every transaction before the horizon has ended, so all that it wrote can be seen from here on. #}
{% macro note_horizon() %}
    create temporary table settle_horizon on commit drop as
    select pg_snapshot_xmin(pg_current_snapshot()) as xid
{% endmacro %}

{# Hook 3: the keys that anything landed since the watermark reaches. A new table starts from no watermark. #}
{% macro note_touched(touched_sql) %}
    {% if not is_incremental() %}
        delete from intermediate.settle_watermarks where model = '{{ this.identifier }}';
    {% endif %}
    create temporary table settle_touched on commit drop as
    {{ touched_sql }};
    analyze settle_touched
{% endmacro %}

{# The strategy: what was touched goes, its definition comes. #}
{% macro get_incremental_settle_sql(arguments) %}
    {% set columns = arguments.dest_columns | map(attribute="quoted") | join(", ") %}
    delete from {{ arguments.target_relation }} as settled
    using settle_touched as touched
    where
        {% for column in arguments.unique_key %}
        settled.{{ column }} = touched.{{ column }}{{ " and" if not loop.last }}
        {% endfor %};
    insert into {{ arguments.target_relation }} ({{ columns }})
    select {{ columns }} from {{ arguments.temp_relation }}
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
    True for every row. A rule or a roster changes rarely, but the planner would expect each change to reach a good part of
    all events, and prepare to read them all; a range between two unknowns makes it expect few.
#}
{% macro expect_few(date_column) -%}
    {{ date_column }} between (select '-infinity'::date) and (select 'infinity'::date)
{%- endmacro %}

{# Changes when anything that decides a settled row changes; every key is then touched until the next settle. #}
{% macro definition_hash() -%}
    {%- if execute -%}
        {%- set parts = [default_time_zone(), week_start("day"), user_days_defined("keys", "scored_events")] -%}
        {%- for node in graph.nodes.values() | sort(attribute="unique_id") -%}
            {%- if node.resource_type == "model" and node.fqn[1] in ["staging", "intermediate"] -%}
                {%- do parts.append(node.raw_code) -%}
            {%- endif -%}
        {%- endfor -%}
        {{- local_md5(parts | join("\n")) -}}
    {%- endif -%}
{%- endmacro %}
