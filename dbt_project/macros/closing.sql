{# How long after a week's end late events are waited for. #}
{% macro week_grace_hours() -%}
    {{ return(env_var("WEEK_GRACE_HOURS", "24") | int) }}
{%- endmacro %}

{#
    The instant from which a week is closed: it is over in the westernmost zone of a relation of zones, and the grace period
    for late events has passed there.
#}
{% macro week_closes_at(week_start_date, time_zone) -%}
    max(
        ({{ week_start_date }} + 7 + interval '{{ week_grace_hours() }} hours')
        at time zone {{ time_zone }}
    )
{%- endmacro %}
