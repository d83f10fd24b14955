{#
    What a sample is drawn by: one text, so that the same can be drawn again. By default the hour, else what the session
    says: `set rift.sample = '2026-03-09T14'`.
#}
{% macro sample() -%}
    coalesce(
        nullif(current_setting('rift.sample', true), ''), to_char(now() at time zone 'UTC', 'YYYY-MM-DD"T"HH24')
    )
{%- endmacro %}

{# A whole number from 0 below `count`, that follows from the sample and what is drawn for. #}
{% macro drawn_number(drawn_for, count) -%}
    mod(('x' || left(md5({{ sample() }} || {{ drawn_for }}), 7))::bit(28)::integer, {{ count }})
{%- endmacro %}
