{# A model's schema is the one that its folder names, in every environment: roles and contracts depend on it. #}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ custom_schema_name or target.schema }}
{%- endmacro %}
