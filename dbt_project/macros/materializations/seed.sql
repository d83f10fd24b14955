{# Reset a seed by DELETE, in the transaction that loads it again: TRUNCATE would show some readers an empty table. #}
{% macro postgres__reset_csv_table(model, full_refresh, old_relation, agate_table) %}
    {% set sql = "delete from " ~ old_relation %}
    {% call statement("reset_seed") %}{{ sql }}{% endcall %}
    {{ return(sql) }}
{% endmacro %}
