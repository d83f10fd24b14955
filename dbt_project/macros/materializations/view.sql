{#
    Views are changed in place. The stock materialization renames and drops: readers then meet "relation does not exist",
    and everything on top is dropped too. Here nothing happens while the definition is the same, and otherwise
    `create or replace view` waits at most a moment for its lock, again and again, so that a reader behind a long query
    is never queued behind us. Columns can only be appended: another shape is another version of the mart.
#}
{% materialization view, adapter="postgres" %}
    {%- set target_relation = this.incorporate(type="view") -%}
    {%- set definition_hash = local_md5(sql ~ tojson(model.columns) ~ model.description) -%}

    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}

    {% if view_is_current(target_relation, definition_hash) %}
        {{ store_raw_result(name="main", message="UNCHANGED", code="UNCHANGED", rows_affected="0") }}
    {% else %}
        {% call statement("main") %}
            {{ replace_view(target_relation, get_create_view_as_sql(target_relation, sql)) }}
        {% endcall %}
        {% do persist_docs(target_relation, model) %}
        {% do note_built(target_relation, "regclass", definition_hash) %}
    {% endif %}

    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {{ adapter.commit() }}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({"relations": [target_relation]}) }}
{% endmaterialization %}

{% macro view_is_current(relation, definition_hash) %}
    {% call statement("found", fetch_result=True) %}
        select 1 from intermediate.built_views
        where
            relation = '{{ relation }}'
            and definition_hash = '{{ definition_hash }}'
            and relation_oid = to_regclass('{{ relation }}')
    {% endcall %}
    {{ return(load_result("found").data | length > 0) }}
{% endmacro %}

{% macro replace_view(relation, create_sql) %}
    do $rift_replace$
    begin
        for attempt in 1..60 loop
            begin
                set local lock_timeout = '250ms';
                execute $rift_view${{ create_sql | replace("create view", "create or replace view", 1) }}$rift_view$;
                set local lock_timeout = '0';
                return;
            exception when lock_not_available then
                perform pg_sleep(0.25);
            end;
        end loop;
        raise exception 'Could not lock {{ relation }} for 30 seconds: a long query reads it. Run dbt again when it has ended.';
    end
    $rift_replace$
{% endmacro %}
