-- The HUD asks every few seconds, and runs are noted for ever: each look-up ends at its first row in an index.
with recursive runs as not materialized (
    select * from {{ ref("stg_raw__check_runs") }}
),

-- The jobs, each found behind the one before: distinct would read every run.
jobs as (
    (
        select job_name from runs
        order by job_name
        limit 1
    )
    union all
    select (
        select runs.job_name from runs
        where runs.job_name > jobs.job_name
        order by runs.job_name
        limit 1
    ) as job_name
    from jobs
    where jobs.job_name is not null
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
    since.passing_since_at,
    latest.started_at,
    latest.ended_at
from jobs
inner join lateral (
    select runs.* from runs
    where runs.job_name = jobs.job_name
    order by runs.ended_at desc, runs.run_id desc
    limit 1
) as latest on true
left join lateral (
    select max(runs.ended_at) as ended_at from runs
    where runs.job_name = jobs.job_name and not runs.is_passed
) as troubled on true
-- The good times began with the first run after the last bad one.
left join lateral (
    select min(runs.ended_at) as passing_since_at from runs
    where runs.job_name = jobs.job_name and runs.ended_at > coalesce(troubled.ended_at, '-infinity')
) as since on true
