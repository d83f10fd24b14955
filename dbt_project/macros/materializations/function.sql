{#
    A question with arguments: a model whose SQL may use `arguments` becomes a table function of the model's columns.
    dbt's own functions know neither RETURNS TABLE with described columns nor who may call them, hence a materialization.
    Readers may not read what it reads, so it runs with its owner's rights: one SQL statement, whose names are all
    qualified, and never text made into SQL. Nothing happens while the definition is the same; otherwise it is replaced in
    place, and dropped first only when its arguments or columns changed, which Postgres allows in no other way.
#}
{% materialization function, adapter="postgres" %}
    {%- set target_relation = this.incorporate(type="function") -%}
    {%- set arguments = config.require("arguments") -%}
    {%- set columns = function_columns() -%}
    {%- set signature_hash = local_md5(arguments ~ " returns " ~ columns) -%}
    {#- The body is kept as text: with the database's name in it, it would not work in a copy under another name. -#}
    {%- set body = sql | replace(adapter.quote(target.database) ~ ".", "") -%}
    {%- set create_sql = create_function(target_relation, arguments, columns, body) -%}
    {%- set definition_hash = signature_hash ~ local_md5(create_sql ~ function_comment()) -%}

    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}

    {% if function_is_noted(target_relation, definition_hash) %}
        {{ store_raw_result(name="main", message="UNCHANGED", code="UNCHANGED", rows_affected="0") }}
    {% else %}
        {% if not function_is_noted(target_relation, signature_hash) %}
            {% call statement("drop") %}{{ drop_function(target_relation) }}{% endcall %}
        {% endif %}
        {% call statement("main") %}
            {{ create_sql }};
            revoke execute on function {{ target_relation }} from public;
            grant execute on function {{ target_relation }} to rift_hud, rift_analyst;
            comment on function {{ target_relation }} is '{{ function_comment() | replace("'", "''") }}'
        {% endcall %}
        {% do note_built(target_relation, "regproc", definition_hash) %}
    {% endif %}

    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {{ adapter.commit() }}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({"relations": [target_relation]}) }}
{% endmaterialization %}

{% macro create_function(relation, arguments, columns, body) %}
create or replace function {{ relation }}({{ arguments }})
returns table ({{ columns }})
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $rift_function${{ body }}$rift_function$
{% endmacro %}

{% macro function_columns() -%}
    {%- for column in model.columns.values() -%}
        {{ column.name }} {{ column.data_type }}{{ ", " if not loop.last }}
    {%- endfor -%}
{%- endmacro %}

{# Postgres keeps no comment for a column that a function returns, so the function's has them all. #}
{% macro function_comment() -%}
    {{ model.description | trim }}
{%- for column in model.columns.values() %}
{{ column.name }}: {{ column.description | trim }}
{%- endfor -%}
{%- endmacro %}

{# Whether the function that is there was built from a definition whose hash begins so. #}
{% macro function_is_noted(relation, hash) %}
    {% call statement("found", fetch_result=True) %}
        select 1 from intermediate.built_views
        where
            relation = '{{ relation }}'
            and starts_with(definition_hash, '{{ hash }}')
            and relation_oid = to_regproc('{{ relation }}')
    {% endcall %}
    {{ return(load_result("found").data | length > 0) }}
{% endmacro %}

{# Whatever arguments it has had: of one name there is one function. #}
{% macro drop_function(relation) %}
    do $rift_drop$
    declare
        old regprocedure;
    begin
        for old in
            select oid from pg_proc
            where
                pronamespace = '{{ relation.schema }}'::regnamespace
                and proname = '{{ relation.identifier }}'
        loop
            execute format('drop function %s', old);
        end loop;
    end
    $rift_drop$
{% endmacro %}
