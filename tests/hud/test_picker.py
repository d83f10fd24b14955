"""The choice of an SDR, which the URL then remembers."""

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import Database
from tests.hud import sdrs
from tests.hud.conftest import panel


@pytest.fixture(scope="module", autouse=True)
def roster(hud_database: Database) -> None:
    for place in range(70):
        sdrs.hire(hud_database, f"pick-{place}", f"Picker {place:02}", "Pick Team")
    sdrs.hire(hud_database, "a&b=c #1/ü", "100% <b>Bold</b>", "<i>R&D</i>")


def test_search_narrows_and_a_choice_stays_in_the_url(page: Page, hud: str) -> None:
    panel(page, hud)
    search = page.get_by_label("Search SDRs")
    search.fill("pick team")
    expect(page.locator(".found")).to_have_text("The first 60 of 70: type to narrow it down.")
    search.fill("picker 6")
    expect(page.locator(".people li")).to_have_count(10)
    page.get_by_role("link", name="Picker 63").click()
    expect(page.get_by_role("heading", name="Picker 63")).to_be_visible()
    assert page.url.endswith("?user=pick-63")
    page.reload()
    expect(page.get_by_role("heading", name="Picker 63")).to_be_visible()
    page.get_by_role("button", name="Change SDR").click()
    expect(page.locator(".rift.picker")).to_be_visible()
    assert "user=" not in page.url


def test_signs_in_names_and_ids_are_only_signs(page: Page, hud: str) -> None:
    panel(page, hud)
    page.get_by_label("Search SDRs").fill("100% <b>")
    link = page.get_by_role("link", name="100% <b>Bold</b>")
    expect(page.locator(".people li")).to_have_count(1)
    expect(link).to_contain_text("<i>R&D</i>")
    link.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="100% <b>Bold</b>")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="100% <b>Bold</b>")).to_be_visible()


def test_nobody_found_is_said(page: Page, hud: str) -> None:
    panel(page, hud)
    page.get_by_label("Search SDRs").fill("zzzz _ % \\")
    expect(page.locator(".found")).to_have_text("Nobody is called that.")
    expect(page.locator(".people li")).to_have_count(0)


def test_ids_that_no_roster_knows_are_offered_and_marked(page: Page, hud: str, hud_database: Database) -> None:
    sdrs.work(hud_database, "stray <b>7", "call_connect")
    sdrs.hire(hud_database, "stray-left", "Stray Who Left", ended_on="2026-01-01")
    panel(page, hud)
    page.get_by_label("Search SDRs").fill("stray")
    expect(page.locator(".people li")).to_have_text(["Sstray <b>7Not on the roster"])
    page.get_by_role("link", name="stray <b>7").click()
    expect(page.get_by_role("heading", name="stray <b>7")).to_be_visible()
    expect(page.locator("[data-field=gold]")).to_have_text("25 gold")
