{#
    A table that functions of ours keep, in the transaction of whoever lands something: dbt makes it from its contract,
    appends columns to it (whose place is the end of the contract: rows are made in its order), and never swaps or empties it. A model that is the last of several says with
    `functions` that they are to be made, and caught up with what has landed.
#}
{% materialization kept, adapter="postgres" %}
    {%- if flags.EMPTY -%}
        {{ exceptions.raise_compiler_error(this ~ " is kept by functions: --empty would make them read nothing.") }}
    {%- endif -%}
    {%- set target_relation = this.incorporate(type="table") -%}
    {%- set catch_up = config.get("catch_up") -%}
    {#- Without the database's name, which would not work in a copy under another name. -#}
    {%- set create_sql = (
        create_kept_table(target_relation) ~ (create_interpreters() if catch_up else "")
    ) | replace(adapter.quote(target.database) ~ ".", "") -%}
    {%- set definition_hash = local_md5(create_sql ~ tojson(model.columns) ~ model.description) -%}

    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}

    {% if not view_is_current(target_relation, definition_hash) %}
        {% call statement("create") %}{{ create_sql }}{% endcall %}
        {% do persist_docs(target_relation, model) %}
        {% do note_built(target_relation, "regclass", definition_hash) %}
        {{ adapter.commit() }}
    {% endif %}
    {% call statement("main") %}select {{ catch_up or "'UNCHANGED'" }}{% endcall %}

    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {{ adapter.commit() }}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({"relations": [target_relation]}) }}
{% endmaterialization %}

{% macro create_kept_table(relation) %}
create table if not exists {{ relation }} {{ get_table_columns_and_constraints() }};
{% for column in model.columns.values() %}
alter table {{ relation }} add column if not exists {{ column.name }} {{ column.data_type }};
{% endfor %}
do $rift_order$
begin
    if (
        select string_agg(attname, ' ' order by attnum) from pg_attribute
        where attrelid = '{{ relation }}'::regclass and attnum > 0 and not attisdropped
    ) <> '{{ model.columns.keys() | join(" ") }}' then
        raise exception 'The columns of {{ relation }} are others than in its contract. New ones go last.';
    end if;
end
$rift_order$;
{% for index in config.get("kept_indexes", []) %}
create {{ "unique " if index["is_unique"] }}index if not exists {{ relation.identifier }}_{{ index["name"] }}
on {{ relation }} ({{ index["on"] }}){{ " where " ~ index["where"] if index["where"] }};
{% endfor %}
{% endmacro %}
