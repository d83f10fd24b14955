select
    run_id,
    job_name,
    coalesce(raw.safe_jsonb(failures), '[]') as failures,
    passed_count,
    warned_count,
    failed_count,
    is_finished,
    is_finished and failed_count = 0 as is_passed,
    started_at,
    ended_at
from {{ source("raw", "check_runs") }}
