{# What goals and duels are counted in, besides the type of an event: its count. #}
{% macro score_metrics() -%}
    ('gold', 'xp', 'rank_points')
{%- endmacro %}

{# What one row of user days adds to a metric: gold, xp, rank_points, or the type of the events that it counts. #}
{% macro day_metric_value(metric, days) -%}
    case {{ metric }}
        when 'gold' then {{ days }}.gold_value
        when 'xp' then {{ days }}.xp_value
        when 'rank_points' then {{ days }}.rank_points
        else case when {{ days }}.event_type = {{ metric }} then {{ days }}.event_count else 0 end
    end
{%- endmacro %}

{# What one scored event adds to a metric; any other metric counts the event, where it counts. #}
{% macro event_metric_value(metric, events) -%}
    case {{ metric }}
        when 'gold' then {{ events }}.gold_value
        when 'xp' then {{ events }}.xp_value
        when 'rank_points' then {{ events }}.rank_points
        else (not {{ events }}.is_reversed and not {{ events }}.is_reversal)::integer
    end
{%- endmacro %}

{# Whether a row has anything to say to a metric: every row does to a score, only those of its type to a count. #}
{% macro concerns_metric(metric, rows) -%}
    ({{ metric }} in {{ score_metrics() }} or {{ rows }}.event_type = {{ metric }})
{%- endmacro %}
