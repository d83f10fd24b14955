with days as (
    select * from {{ ref("int_days_totalled") }}
),

-- Both periods from one reading: a day is one period of its own, and a part of its week.
periods as (
    select
        days.user_id,
        spans.period,
        spans.period_start_date,
        {{ total("days.gold") }} as gold,
        {{ total("days.xp") }} as xp,
        {{ total("days.meetings_booked") }} as meetings_booked,
        {{ total("days.calls_made") }} as calls_made
    from days
    cross join
        lateral (
            values ('day', days.activity_date), ('week', days.week_start_date)
        ) as spans (period, period_start_date)
    group by days.user_id, spans.period, spans.period_start_date
),

measured as (
    select
        periods.user_id,
        metrics.metric,
        periods.period,
        metrics.value,
        periods.period_start_date
    from periods
    cross join lateral (
        values
        ('gold', periods.gold),
        ('xp', periods.xp),
        ('meetings_booked', periods.meetings_booked),
        ('calls_made', periods.calls_made)
    ) as metrics (metric, value)
),

compared as (
    select
        *,
        nullif(max(value) over (
            partition by user_id, metric, period order by period_start_date
            rows between unbounded preceding and 1 preceding
        ), 0) as best_before,
        row_number() over (
            partition by user_id, metric, period order by value desc, period_start_date asc
        ) as place
    from measured
)

select
    user_id,
    metric,
    period,
    value as best_value,
    best_before as previous_best_value,
    period_start_date as reached_date
from compared
where place = 1 and value > 0
