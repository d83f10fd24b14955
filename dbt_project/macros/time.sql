{# The zone of people whose zone nobody has told us: RIFT_TIMEZONE. #}
{% macro default_time_zone() -%}
    '{{ env_var("RIFT_TIMEZONE", "UTC") | replace("'", "''") }}'
{%- endmacro %}

{# The Monday of a local date's week. #}
{% macro week_start(date_column) -%}
    ({{ date_column }} - (extract(isodow from {{ date_column }})::integer - 1))
{%- endmacro %}
