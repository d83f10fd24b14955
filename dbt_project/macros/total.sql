{# The sum of a count or value as bigint, of the rows that meet a condition; 0 where there are none. #}
{% macro total(column, condition=none) -%}
    coalesce(sum({{ column }}){% if condition %} filter (where {{ condition }}){% endif %}, 0)::bigint
{%- endmacro %}
