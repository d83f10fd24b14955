"""Health: each sentence from a real state of a real warehouse."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from hud.assets import make_signs
from orchestration.lib.publication import publish
from tests import landing
from tests.conftest import Database
from tests.hud.conftest import Wired, Wiring, panel
from tests.vendors import Delivery

HOSTILE = "<img src=x onerror=alert(1)> **who**"
CHECK_RUN = """
insert into raw.check_runs (
    run_id, job_name, failures, passed_count, warned_count, failed_count, is_finished, started_at, ended_at
) values (gen_random_uuid()::text, %s, %s, %s, %s, %s, %s, now(), now() - %s::interval)
"""


@pytest.fixture(scope="module")
def place(wired: Wiring) -> Iterator[Wired]:
    with wired("health", DAGSTER_PORT="3999", HUD_REFRESH_INTERVAL="0.2") as running:
        yield running


@pytest.fixture(scope="module")
def health_database(place: Wired) -> Database:
    return place.database


@pytest.fixture(scope="module")
def address(place: Wired) -> str:
    return place.url


def card(page: Page, key: str) -> Locator:
    return page.locator(f"[data-card={key}]")


def says(page: Page, key: str, level: str, words: str, next_step: str = "") -> None:
    expect(card(page, key).locator(".sentence")).to_contain_text(words)
    expect(card(page, key)).to_have_attribute("data-level", level)
    if next_step:
        expect(card(page, key).locator(".next")).to_contain_text(next_step)


def ran(database: Database, job: str, passed: int, failed: int = 0, *, finished: bool = True, ago: str = "0 s") -> None:
    failures = '[{"name": "assert_settled_days_equal_raw", "words": "Settled days equal raw", "is_warning": false}]'
    database.execute(CHECK_RUN, job, failures if failed else "[]", passed, 0, failed, finished, ago)


def test_an_empty_rift_waits_for_its_first_event(page: Page, address: str) -> None:
    panel(page, f"{address}/health")
    says(page, "fresh", "rest", "No event has arrived yet", "begin with the first")
    expect(card(page, "fresh").locator("dl")).to_contain_text(
        "For whoever runs Rift:Enter one by hand: .venv/bin/rift log"
    )
    says(page, "checks", "rest", "No quick check is noted yet")
    says(page, "weeks", "rest", "No week has been published yet")
    says(page, "refused", "well", "No delivery is waiting: none was refused.")
    says(page, "unknown", "rest", "The roster is empty")
    expect(page.get_by_role("heading", name="Waiting for the first event")).to_be_visible()
    expect(page.locator(".emblem")).to_have_attribute("src", re.compile("rest"))


def test_every_state_has_its_sentence(page: Page, address: str, health_database: Database, place: Wired) -> None:
    root = panel(page, f"{address}/health")
    # A good day.
    landing.employ(health_database, "ann")
    long_ago = datetime.now(UTC) - timedelta(days=15)
    landing.land(health_database, landing.event("ann", "meeting_booked", long_ago), landing.event("ann"))
    says(page, "weeks", "look", "is over and not published yet", "It comes by itself")
    publish(health_database.dsn("transform"))
    ran(health_database, "build_job", 186, ago="3 days")
    ran(health_database, "build_job", 186, ago="4 minutes")
    says(page, "fresh", "well", "Figures are live: the last event (Call dialled) arrived")
    says(page, "cache", "well", "behind (2 events); every figure counts them all the same")
    says(page, "checks", "well", "All 186 quick checks passed 4 min ago; no failure since")
    says(page, "weeks", "well", "is published. Nothing has changed since")
    says(page, "unknown", "well", "Everybody who scores is on the roster")
    expect(page.get_by_role("heading", name="All is well")).to_be_visible()

    # One thing after the other wants somebody.
    landing.land(health_database, landing.event(HOSTILE))
    landing.deliver(health_database, Delivery("nooks", "call:1", None, {"callData": {"disposition": {"name": "Gate"}}}))
    health_database.execute(
        "insert into raw.rejected_events (rejected_id, door, reason, detail, body, verified_by, received_at)"
        " select gen_random_uuid(), 'canonical', 'unknown_event_type', 'x', '{}', 'secret', now()"
        " from generate_series(1, 2)"
    )
    health_database.execute("update raw.webhook_events set landed_at = now() - interval '10 minutes'")
    warning = '[{"name": "tail_is_short", "words": "The tail is short", "is_warning": true}]'
    health_database.execute(CHECK_RUN, "watch_job", warning, 7, 1, 0, "true", "0 s")
    ran(health_database, "audit_job", 40, 1)
    ran(health_database, "build_job", 0, finished=False)
    says(page, "unknown", "look", "1 id is on no roster", "who they are")
    says(page, "refused", "look", "2 deliveries were refused and are in no figure", "Nothing is lost")
    says(page, "cache", "look", "is 10 min behind (3 events); every figure counts them", "Pages get slower")
    says(
        page,
        "audit",
        "wrong",
        "1 check of history fails: not true is \u201cSettled days equal raw\u201d",
        "Ask whoever runs Rift",
    )
    says(page, "checks", "look", "The last run of the quick checks broke off", "Tell whoever runs Rift")
    says(page, "watch", "look", "Not true is \u201cThe tail is short\u201d.", "The figures are right all the same")
    says(page, "unmapped", "look", "1 value that Rift does not know, so it scores nothing")
    expect(page.get_by_role("heading", name="Something is wrong")).to_be_visible()
    expect(page.locator(".causes button")).to_have_text(
        ["Nightly audit", "Speed of pages", "Deliveries", "Sales tools", "Roster", "Checks", "Hourly look"]
    )

    # By keyboard to what is wrong, and to the numbers behind it; names are text.
    page.locator(".causes button").nth(4).focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(card(page, "unknown").locator("dd")).to_have_text(
        ["Add them to the file, and load it: .venv/bin/rift roster load people.csv", HOSTILE]
    )
    expect(page.locator("dd img")).to_have_count(0)
    card(page, "audit").locator("summary").click()
    expect(card(page, "audit").get_by_role("link", name="Dagster")).to_have_attribute("href", "http://127.0.0.1:3999/")

    # Away: the last figures stay, and the page says what they are.
    place.wire.cut()
    try:
        expect(root).to_have_attribute("data-state", "stale")
        says(page, "fresh", "wrong", "The database does not answer: these are the last figures", "Tell whoever")
    finally:
        place.wire.mend()
    says(page, "fresh", "well", "Figures are live")


def test_nobody_checks(page: Page, address: str, health_database: Database) -> None:
    health_database.execute("delete from raw.check_runs")
    landing.land(health_database, landing.event("ann"))
    ran(health_database, "build_job", 186, ago="2 hours")
    ran(health_database, "audit_job", 40, ago="3 days")
    page.set_viewport_size({"width": 390, "height": 844})
    panel(page, f"{address}/health")
    says(page, "checks", "look", "Nobody has checked the figures for 2 h, though events have arrived", "Tell whoever")
    says(page, "audit", "look", "Nobody has checked history for 3 days, though events have arrived", "Tell whoever")
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_signs_are_what_the_script_draws(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = {file.name: file.read_text(encoding="utf-8") for file in make_signs.FOLDER.iterdir()}
    monkeypatch.setattr(make_signs, "FOLDER", tmp_path)
    make_signs.main()
    assert kept == {file.name: file.read_text(encoding="utf-8") for file in tmp_path.iterdir()}
