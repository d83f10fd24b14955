"""My HUD as an overlay: one narrow card for a corner of the screen, and the way back."""

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import Database
from tests.hud import sdrs
from tests.hud.conftest import panel

WIDER_THAN_THE_WINDOW = """() => [...document.querySelector('[data-testid=stBidiComponentIsolated]').shadowRoot
    .querySelectorAll('.content *, .bar *')]
    .map((node) => [node.className || node.tagName, node.getBoundingClientRect()])
    .filter(([, box]) => box.width > 1 && (box.right > innerWidth + 1 || box.left < -1))
    .map(([name]) => String(name))"""


@pytest.mark.usefixtures("in_motion")
def test_overlay_is_one_small_card(page: Page, hud: str, hud_database: Database) -> None:
    sdrs.good_day(hud_database, "corner")
    page.set_viewport_size({"width": 360, "height": 440})
    root = panel(page, f"{hud}/?user=corner&overlay=1")
    expect(root).to_have_attribute("data-state", "live")
    for hidden in (".rail", ".feed", ".kda", ".week", ".ladder"):
        expect(page.locator(hidden)).to_be_hidden()
    expect(page.get_by_role("heading", name="Ada Lindqvist")).to_be_visible()
    expect(page.locator(".gold-value")).to_have_text("18,475")
    expect(page.get_by_role("img", name="Level 37")).to_be_visible()
    expect(page.get_by_role("img", name="Emblem of Gold, tier 4 of 10")).to_be_visible()
    expect(page.locator(".today [data-field=calls_made_today]")).to_have_text("41")
    for width in (320, 360, 400):
        page.set_viewport_size({"width": width, "height": 440})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate(WIDER_THAN_THE_WINDOW) == []
        assert page.evaluate("document.documentElement.scrollHeight") <= 440
        # No word is broken.
        heights = "words => words.map((word) => Math.round(word.getBoundingClientRect().height))"
        assert len(set(page.locator(".today dt span").evaluate_all(heights))) == 1
    background = "node => getComputedStyle(node).backgroundColor"
    assert page.locator(".stApp").evaluate(background) == "rgba(1, 10, 19, 0.85)"
    assert page.locator("body").evaluate(background) == "rgba(0, 0, 0, 0)"

    # Sounds are allowed in it, and a feast is as small as the card.
    page.get_by_role("button", name="Enable sound").click()
    expect(root).to_have_attribute("data-audio", "running")
    sdrs.work(hud_database, "corner", "meeting_booked")
    expect(page.locator(".drops .gain")).to_have_text("+100 Meeting booked")
    expect(page.locator(".celebration.rank-up .shout")).to_have_text("Platinum")
    expect(root).to_have_attribute("data-sounds-played", "3")
    prize = page.locator(".celebration .prize").bounding_box()
    assert prize is not None
    assert prize["width"] < 200


def test_keyboard_leads_from_the_overlay_to_the_whole_and_back(page: Page, hud: str, hud_database: Database) -> None:
    sdrs.hire(hud_database, "there & back")
    root = panel(page, f"{hud}/?user=there+%26+back&overlay=1")
    way = page.get_by_role("link", name="Whole HUD")
    for _ in range(6):
        page.keyboard.press("Tab")
        if way.evaluate("node => node.getRootNode().activeElement === node"):
            break
    page.keyboard.press("Enter")
    expect(page.locator(".rail")).to_be_visible()
    expect(page.locator(".feed")).to_be_visible()
    expect(way).to_be_hidden()
    assert "overlay" not in page.url
    assert page.locator("html[data-rift-overlay]").count() == 0
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Overlay").click()
    small = opened.value
    expect(small.locator(".rift.overlay")).to_be_visible()
    assert "overlay=1" in small.url
    expect(root).not_to_have_class("overlay")
