"""A backfill as Dagster's pages start one: by GraphQL from the real webserver, run by the real daemon."""

import json
import time

import pytest

from tests.end_to_end.conftest import Stack

SELECTOR = '{repositoryLocationName: "rift", repositoryName: "__repository__"}'
LAUNCH = """mutation {{ launchPartitionBackfill(backfillParams: {params}) {{
    __typename ... on LaunchBackfillSuccess {{ backfillId }} ... on PythonError {{ message }}
}} }}"""
STATE = """{{ partitionBackfillOrError(backfillId: "{backfill}") {{ ... on PartitionBackfill {{
    status numPartitions runs(limit: 9) {{ status tags {{ key value }} }}
}} }} }}"""
DAYS = """
select to_char(day, 'YYYY-MM-DD') from generate_series(current_date - 364, current_date, interval '1 day') as day
"""


def launch(stack: Stack, params: str) -> str:
    answer = stack.graphql(LAUNCH.format(params=params))["launchPartitionBackfill"]
    assert answer["__typename"] == "LaunchBackfillSuccess", answer
    return str(answer["backfillId"])


@pytest.mark.chaos
@pytest.mark.timeout(900)
def test_a_year_is_one_run_and_settles_go_on_beside_it(stack: Stack) -> None:
    days = json.dumps([day for (day,) in stack.rows(DAYS)])
    stack.post(source="manual", event_type="meeting_booked")
    by_asset = launch(stack, f'{{assetSelection: [{{path: ["backfills", "days"]}}], partitionNames: {days}}}')
    by_job = launch(
        stack,
        '{selector: {partitionSetName: "backfill_days_job_partition_set", repositorySelector: '
        f"{SELECTOR}}}, partitionNames: {days}}}",
    )
    deadline = time.monotonic() + 600
    posted = 0
    while time.monotonic() < deadline:
        states = [
            stack.graphql(STATE.format(backfill=backfill))["partitionBackfillOrError"]
            for backfill in (by_asset, by_job)
        ]
        started = [run for state in states for run in state["runs"] if run["status"] == "STARTED"]
        assert len(started) <= 1
        if started and posted == 0:
            stack.post(source="manual", event_type="call_dial")
            posted += 1
        if all(state["status"] in {"COMPLETED_SUCCESS", "COMPLETED"} for state in states):
            break
        time.sleep(1)
    assert [[run["status"] for run in state["runs"]] for state in states] == [["SUCCESS"], ["SUCCESS"]]
    assert [state["numPartitions"] for state in states] == [365, 365]
    settled = stack.rows("select sum(gross_event_count) from intermediate.int_user_days_settled", "transform")
    assert settled == stack.rows("select count(*) from raw.webhook_events", "transform")
