-- It compares two marts: whatever changed after a publication is restated, step by step, down to the last point.
{{ config(meta={"dagster": {"ref": {"name": "fct_weekly_rank_restatements"}}}) }}

with steps as (
    select
        user_id,
        week_start_date,
        from_points,
        to_points,
        lag(to_points) over (partition by user_id, week_start_date order by change_number) as previous_points,
        row_number() over (partition by user_id, week_start_date order by change_number desc) as number_from_end
    from {{ ref("fct_weekly_rank_restatements") }}
)

select
    user_id,
    week_start_date
from steps
where from_points <> previous_points
union all
select
    ranks.user_id,
    ranks.week_start_date
from {{ ref("fct_weekly_ranks") }} as ranks
inner join {{ ref("rpt_weekly_publications") }} as weeks on ranks.week_start_date = weeks.week_start_date
left join steps
    on
        ranks.user_id = steps.user_id
        and ranks.week_start_date = steps.week_start_date
        and steps.number_from_end = 1
where ranks.weekly_rank_points <> coalesce(steps.to_points, ranks.published_rank_points, 0)
