{#
    A data test that says what is wrong and what to do, where dbt alone would say "got 1 result": the query gives one row
    a problem, in words, and the message of the failed test lists them.
#}
{% macro refuse(problems_sql) %}
    {% if execute and flags.WHICH in ["build", "test"] %}
        {% set problems = run_query(problems_sql) %}
        {% if problems | length > 0 %}
            {{ exceptions.raise_compiler_error(problems.columns[0].values() | join("\n")) }}
        {% endif %}
    {% endif %}
    select 'refused' as problem
    where false
{% endmacro %}
