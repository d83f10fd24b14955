-- What checks of the warehouse found: runs and their results live in Dagster, and those who read the marts do not.

create table raw.check_runs (
    run_id text primary key,
    job_name text not null,
    failures json not null,
    passed_count integer not null,
    warned_count integer not null,
    failed_count integer not null,
    is_finished boolean not null,
    started_at timestamptz not null,
    ended_at timestamptz not null,
    landed_at timestamptz not null default clock_timestamp(),
    landed_xid xid8 not null default pg_current_xact_id()
);
comment on table raw.check_runs is
'One row per run that checked the warehouse and found something else than the one before, or some time after it: a run '
'every minute with the same result is not noted each time. Append-only.';
comment on column raw.check_runs.run_id is
'The run in Dagster, which keeps its log for a while.';
comment on column raw.check_runs.failures is
'The checks that were not met: name, what it says in words, and whether it only warns. At most 20.';
comment on column raw.check_runs.is_finished is
'Whether the run came to its end, or to a failed check. False: it broke before, so some checks may not have been made.';
create index check_runs_job_name on raw.check_runs (job_name, ended_at, run_id);
-- Of years of runs, the last that did not pass.
create index check_runs_troubled on raw.check_runs (job_name, ended_at)
where not (is_finished and failed_count = 0);
create index check_runs_landed_xid on raw.check_runs (landed_xid);

-- The runs themselves note it, as dbt's role.
grant insert on raw.check_runs to rift_transform;
