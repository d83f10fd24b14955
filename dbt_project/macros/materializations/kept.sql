{#
    A table that functions of ours keep, in the transaction of whoever lands something: dbt makes it from its contract,
    appends columns to it (the last of its contract: rows are made in that order), and never swaps or empties it. A model
    that is the last of several says with `catch_up` that the functions are to be made, and which of them catches up with
    what has landed; with `look_again` which one tends to what landed beside that, in transactions of its own, and says
    whether something is left.
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
    {%- set look_again = config.get("look_again") -%}
    {%- set again = namespace(is_left=look_again is not none) -%}
    {% for _ in range(100) %}
        {% if again.is_left %}
            {% call statement("look_again", fetch_result=True) %}select {{ look_again }}{% endcall %}
            {% do adapter.commit() %}
            {% set again.is_left = load_result("look_again")["data"][0][0] %}
        {% endif %}
    {% endfor %}
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
