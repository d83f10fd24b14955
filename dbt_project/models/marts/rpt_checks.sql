with runs as (
    select * from {{ ref("stg_raw__check_runs") }}
),

latest as (
    select distinct on (job_name) *
    from runs
    order by job_name asc, ended_at desc, run_id desc
),

troubled as (
    select
        job_name,
        max(ended_at) as last_troubled_at
    from runs
    where not is_passed
    group by job_name
),

-- The good times began with the first run after the last bad one.
passing as (
    select
        runs.job_name,
        min(runs.ended_at) as passing_since_at
    from runs
    left join troubled on runs.job_name = troubled.job_name
    where runs.is_passed and runs.ended_at > coalesce(troubled.last_troubled_at, '-infinity')
    group by runs.job_name
)

select
    latest.job_name,
    latest.run_id,
    latest.failures,
    latest.passed_count,
    latest.warned_count,
    latest.failed_count,
    latest.is_finished,
    latest.is_passed,
    passing.passing_since_at,
    latest.started_at,
    latest.ended_at
from latest
left join passing on latest.job_name = passing.job_name
