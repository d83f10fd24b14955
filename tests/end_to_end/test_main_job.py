"""One event from the door to the HUD, through everything that a user starts with `make up`."""

import json
import subprocess
import time
from itertools import pairwise
from typing import Any

import httpx
import psutil
import pytest
from playwright.sync_api import expect, sync_playwright

from tests.end_to_end.conftest import Stack
from tests.hud.conftest import CHROMIUM, CHROMIUM_FLAGS

SEED_EXAMPLE = {"source": "manual", "event_type": "meeting_booked", "metadata": {"test": True}}


def wait_for(what: str, seconds: float, found: Any) -> Any:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if result := found():
            return result
        time.sleep(0.5)
    pytest.fail(f"no {what} after {seconds} s")


def gold(stack: Stack, user_id: str = "sdr-001") -> int:
    ((total,),) = stack.rows(f"select total_gold from marts.dim_user_stats where user_id = '{user_id}'")
    return int(total)


def test_the_seeds_curl_line_is_in_every_mart_at_once(stack: Stack) -> None:
    before = gold(stack)
    answer = subprocess.run(
        [
            *("curl", "--silent", "--show-error", "-X", "POST", f"{stack.url('API')}/api/v1/webhook/ingest"),
            *("-H", "Content-Type: application/json", "-H", f"X-RIFT-SECRET: {stack.secret}"),
            *("-d", json.dumps(SEED_EXAMPLE)),
        ],
        check=True,
        capture_output=True,
    )
    event = json.loads(answer.stdout)
    assert (event["status"], event["gold_earned"], event["xp_earned"], event["duplicate"]) == (
        "success",
        100,
        200,
        False,
    )
    assert gold(stack) == before + 100
    assert stack.rows(
        f"select user_id, gold_value from marts.fct_sales_events where event_id = '{event['event_id']}'"
    ) == [("sdr-001", 100)]
    (feed,) = stack.rows("select event_id::text from marts.rpt_activity_feed limit 1")
    assert feed == (event["event_id"],)


def test_the_statistics_answer_with_the_seeds_fields(stack: Stack) -> None:
    stats = httpx.get(f"{stack.url('API')}/api/v1/stats/current", params={"user_id": "sdr-001"}).json()
    assert stats["total_gold"] == gold(stack)
    assert {
        "total_gold", "total_xp", "current_level", "xp_in_current_level", "xp_to_next_level", "total_events",
        "events_today", "calls_made", "calls_connected", "meetings_booked", "weekly_meetings_booked", "current_rank",
    } <= set(stats)  # fmt: skip


def test_an_event_is_on_the_screen_within_three_seconds(stack: Stack) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_FLAGS)
        page = browser.new_page()
        page.goto(f"{stack.url('HUD')}/?user=sdr-002")
        counter = page.locator(".gold-value")
        expect(counter).to_have_text(f"{gold(stack, 'sdr-002'):,}", timeout=30_000)
        after = f"{gold(stack, 'sdr-002') + 100:,}"
        assert stack.post(**SEED_EXAMPLE, user_id="sdr-002").status_code == 201
        expect(counter).to_have_text(after, timeout=3_000)
        browser.close()


def states(stack: Stack, job: str) -> list[str]:
    """The states of the warehouse for which a run of the job has succeeded."""
    runs = stack.graphql(
        f'{{ runsOrError(filter: {{pipelineName: "{job}", statuses: [SUCCESS]}}) {{'
        " ... on Runs { results { tags { key value } } } } }"
    )["runsOrError"]["results"]
    return [tag["value"] for run in runs for tag in run["tags"] if tag["key"] == "rift/state"]


def test_the_sensor_settles_what_lands(stack: Stack) -> None:
    def land_and_look() -> list[str]:
        # Again and again, since a build of the schedule may settle an event before the sensor has seen it.
        stack.post(source="manual", event_type="call_dial", metadata={"at": time.time_ns()})
        return states(stack, "settle_job")

    wait_for("successful run of settle_job", 180, land_and_look)


def test_dagster_builds_and_checks_what_landed_and_tells_of_it(stack: Stack) -> None:
    stack.post(source="manual", event_type="meeting_booked", user_id="sdr-003", metadata={"n": 2})
    ((newest,),) = stack.rows("select newest_landed_xid::text from intermediate.int_tail", role="owner")
    seen = lambda: any(int(state.split("-")[0]) >= int(newest) for state in states(stack, "build_job"))  # noqa: E731
    wait_for("successful run of build_job", 240, seen)
    assert stack.rows("select tail_event_count from marts.rpt_health") == [(0,)]
    assert check_statuses(stack, "fct_user_daily")["landed_events_are_counted"] == "SUCCEEDED"
    # None of these reads history.
    assert set(check_statuses(stack, "dim_user_stats").values()) == {"SUCCEEDED"}
    ((name,),) = stack.rows("select display_name from marts.dim_users where user_id = 'sdr-003'")
    wait_for("message", 60, lambda: f"{name} reached Bronze" in stack.hooks.titles)


def check_statuses(stack: Stack, mart: str) -> dict[str, str | None]:
    """How each check of a mart ended, since the mart was last built."""
    checks = stack.graphql(
        f'{{ assetNodeOrError(assetKey: {{path: ["marts", "{mart}"]}})'
        " { ... on AssetNode { assetChecksOrError { ... on AssetChecks {"
        " checks { name executionForLatestMaterialization { status } } } } } } }"
    )["assetNodeOrError"]["assetChecksOrError"]["checks"]
    return {check["name"]: (check["executionForLatestMaterialization"] or {}).get("status") for check in checks}


def test_the_asset_graph_joins_the_raw_log_to_the_hud(stack: Stack) -> None:
    nodes = stack.graphql("{ assetNodes { assetKey { path } dependencyKeys { path } } }")["assetNodes"]
    upstream = {tuple(n["assetKey"]["path"]): {tuple(k["path"]) for k in n["dependencyKeys"]} for n in nodes}
    reached, frontier = set(), {("exposure", "my_hud")}
    while frontier:
        reached |= frontier
        frontier = set().union(*(upstream[key] for key in frontier)) - reached
    assert {("marts", "dim_user_stats"), ("raw", "webhook_events"), ("raw_roster", "sdr_versions")} <= reached


def test_two_runs_never_write_the_warehouse_at_once(stack: Stack) -> None:
    launch = (
        'mutation { launchRun(executionParams: {selector: {repositoryLocationName: "rift",'
        ' repositoryName: "__repository__", jobName: "build_job"}}) { __typename'
        " ... on LaunchRunSuccess { run { runId } } } }"
    )
    launched = [stack.graphql(launch)["launchRun"]["run"]["runId"] for _ in range(2)]

    def spans() -> list[tuple[float, float]]:
        runs = stack.graphql(
            '{ runsOrError(filter: {tags: [{key: "rift/writes", value: "warehouse"}]}) {'
            " ... on Runs { results { runId startTime endTime } } } }"
        )["runsOrError"]["results"]
        ended = {run["runId"]: (run["startTime"], run["endTime"]) for run in runs if run["endTime"]}
        return sorted(ended.values()) if set(launched) <= set(ended) else []

    found = wait_for("end of two runs launched at once", 240, spans)
    assert all(ended <= started for (_, ended), (started, _) in pairwise(found))


def test_status_shows_every_part_well(stack: Stack) -> None:
    shown = stack.rift("status")
    for part in ("postgres", "receiver", "code-server", "run-server", "webserver", "daemon", "hud"):
        assert part in shown
    stack.rift("doctor")  # it ends with 1 when something is broken


def test_down_leaves_nothing_and_up_finds_the_data_again(stack: Stack) -> None:
    before = gold(stack)
    home = stack.environment["RIFT_HOME"]
    stack.rift("down")
    left = [p.pid for p in psutil.process_iter(["environ"]) if (p.info["environ"] or {}).get("RIFT_HOME") == home]
    assert left == []
    stack.rift("up", "--detach")
    assert gold(stack) == before
