{# The identity that a team's name gives: in small letters, with hyphens for blanks. #}
{% macro team_id(team_name) -%}
    regexp_replace(lower(btrim({{ team_name }})), '\s+', '-', 'g')
{%- endmacro %}
