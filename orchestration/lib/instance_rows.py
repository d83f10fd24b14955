"""What Dagster's interface neither answers nor deletes: statements on its own tables, of the version that is pinned.

Which runs nobody needs any more is one question over all of them. Deleting a run leaves its rows of asset checks behind
(a build writes a hundred), and events of no run (what a sensor reports) cannot be deleted at all.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final

import psycopg2
from psycopg2 import extensions

# Needed, however old: the newest run that materialized or observed an asset or a partition, since their pages show it;
# of each check the newest of each status, since one that fails goes on from where it last succeeded; of each job the
# newest that succeeded, and the newest of those with a state, since has_succeeded asks for it: an audit or a build
# would else be run again though nothing landed. A backfill may be under way for long.
DUE: Final = """
with needed as (
    select run_id from (
        select distinct on (asset_key, dagster_event_type, partition) run_id from event_logs
        where asset_key is not null and dagster_event_type in ('ASSET_MATERIALIZATION', 'ASSET_OBSERVATION')
        order by asset_key, dagster_event_type, partition, id desc
    ) as materialized
    union
    select run_id from (
        select distinct on (asset_key, check_name, partition, execution_status) run_id
        from asset_check_executions
        order by asset_key, check_name, partition, execution_status, id desc
    ) as checked
    union
    select run_id from (
        select distinct on (runs.pipeline_name, states.id is null) runs.run_id
        from runs left join run_tags as states on states.run_id = runs.run_id and states.key = 'rift/state'
        where runs.status = 'SUCCESS'
        order by runs.pipeline_name, states.id is null, runs.id desc
    ) as succeeded
),

finished as (
    select
        id, run_id, pipeline_name, status,
        coalesce(end_time, extract(epoch from update_timestamp at time zone 'UTC')) as ended_at,
        status = 'SUCCESS' and not exists (
            select from run_tags as tags where tags.run_id = runs.run_id
            and (tags.key = 'dagster/backfill' or (tags.key = 'rift/keep' and tags.value = 'long'))
        ) as is_routine
    from runs where status in ('SUCCESS', 'FAILURE', 'CANCELED')
),

numbered as (
    -- Apart by status: many that were cancelled in the queue would push out those that failed.
    select *, row_number() over (partition by pipeline_name, status, is_routine order by id desc) as place
    from finished
)

select run_id from numbered
where run_id not in (select run_id from needed where run_id is not null) and ended_at < %(newest)s and (
    ended_at < case when is_routine then %(routine)s else %(others)s end or place > %(most)s
)
order by id
"""
KNOWN: Final = "select run_id from runs where run_id = any(%(runs)s)"
# Also those of runs that were deleted by hand, or by a retention that was killed between a run and its events.
LEFT_BEHIND: Final = (
    """
    delete from event_logs where run_id = any(array(
        select run_id from (select distinct run_id from event_logs where run_id <> '') as written
        except select run_id from runs
    ))
    """,
    """
    delete from asset_check_executions as checks
    where id <> all(array(
        select max(id) from asset_check_executions
        group by asset_key, check_name, partition, execution_status
    ))
    and case when coalesce(run_id, '') = ''
        then create_timestamp < timezone('UTC', to_timestamp(%(others)s))
        else not exists (select from runs where runs.run_id = checks.run_id) end
    """,
    """
    delete from event_logs where run_id = '' and "timestamp" < timezone('UTC', to_timestamp(%(routine)s))
    and id <> all(array(
        select max(id) from event_logs where run_id = '' group by asset_key, dagster_event_type, partition
    ))
    """,
    """
    delete from asset_event_tags as tags
    where not exists (select from event_logs as events where events.id = tags.event_id)
    """,
)


def run_ids(dsn: str, query: str, values: Mapping[str, object]) -> list[str]:
    """The run ids that `DUE` or `KNOWN` finds."""
    with _cursor(dsn) as cursor:
        cursor.execute(query, values)
        return [str(run_id) for (run_id,) in cursor.fetchall()]


def delete_left_behind(dsn: str, values: Mapping[str, object]) -> int:
    """Delete what belongs to no run any more, but for what pages show; returns the number of rows."""
    deleted = 0
    with _cursor(dsn) as cursor:
        for statement in LEFT_BEHIND:
            cursor.execute(statement, values)
            deleted += cursor.rowcount
    return deleted


@contextmanager
def _cursor(dsn: str) -> Iterator[extensions.cursor]:
    connection = psycopg2.connect(dsn, connect_timeout=5)
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            yield cursor
    finally:
        connection.close()
