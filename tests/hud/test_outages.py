"""What the HUD shows while something it needs is not there."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from ingestion.migrations import migrate
from orchestration.stack.postgres import Cluster
from tests.conftest import PASSWORDS, Database, clone, create_database
from tests.hud import sdrs
from tests.hud.conftest import panel, running_hud
from tests.hud.proxy import Proxy


def test_figures_stay_while_the_database_is_away_and_recover(
    page: Page, hud: str, hud_database: Database, proxy: Proxy
) -> None:
    sdrs.hire(hud_database, "away", "Far Away")
    sdrs.work(hud_database, "away", "meeting_booked", 5)
    root = panel(page, f"{hud}/?user=away")
    expect(page.locator("[data-field=gold]")).to_have_text("500 gold")
    proxy.cut()
    try:
        expect(root).to_have_attribute("data-state", "stale")
        expect(page.locator(".status")).to_contain_text("Database away \u00b7 figures of")
        expect(page.locator("[data-field=gold]")).to_have_text("500 gold")
        sdrs.work(hud_database, "away", "meeting_booked", 2)
        # Who comes now has nothing to see yet, and is told so.
        stranger = page.context.new_page()
        panel(stranger, f"{hud}/?user=never-asked-before")
        expect(stranger.get_by_role("heading", name="The database does not answer")).to_be_visible()
    finally:
        proxy.mend()
    expect(root).to_have_attribute("data-state", "live")
    expect(page.locator("[data-field=gold]")).to_have_text("700 gold")
    expect(stranger.get_by_role("heading", name="No such SDR")).to_be_visible()


def test_screen_says_when_the_hud_itself_is_gone(page: Page, hud_database: Database, tmp_path: Path) -> None:
    sdrs.hire(hud_database, "cut")
    sdrs.work(hud_database, "cut", "meeting_booked", 5)
    with running_hud(hud_database.dsn("hud"), tmp_path / "hud.log") as address:
        root = panel(page, f"{address}/?user=cut")
        expect(root).to_have_attribute("data-state", "live")
    expect(root).to_have_attribute("data-state", "cut")
    expect(page.locator("[data-field=gold]")).to_have_text("500 gold")


MOVES = """async (address) => {
  const { render } = await import(address);
  const usual = { view: "refused", page: "refused", pages: [], state: "unknown", advice: "", beat: 1 };
  const [one, two, three] = [1, 2, 3].map(() => {
    const host = document.body.appendChild(document.createElement("div"));
    return host.attachShadow({ mode: "open" });
  });
  const put = (parentElement, changes) => {
    const data = { ...usual, assets: "/app/static", version: "", ...changes };
    return render({ data, parentElement, setTriggerValue() {} });
  };
  const leave = await put(one, { headline: "First" });
  const before = one.querySelector(".rift");
  leave();
  const leaveAgain = await put(two, { headline: "Second" });
  const after = two.querySelector(".rift");
  const told = [before === after, after.querySelector(".message h2").textContent, one.childNodes.length];
  leaveAgain();
  await put(three, { view: "gate" });
  return [...told, three.querySelector(".gate") !== null, two.childNodes.length];
}"""


def test_what_is_on_a_page_moves_into_the_element_that_takes_the_place_of_its_own(page: Page, hud: str) -> None:
    """As Streamlit may do on a busy machine: what is shown and heard goes on."""
    page.goto(f"{hud}/_stcore/health")
    told = page.evaluate(MOVES, f"{hud}/app/static/js/panel.js")
    assert told == [True, "Second", 0, True, 0]


@pytest.mark.usefixtures("template")
def test_warehouse_that_is_not_built_yet(page: Page, cluster: Cluster, tmp_path: Path) -> None:
    database = create_database(cluster, "hud_unbuilt")
    migrate(database.owner_dsn, PASSWORDS)
    with running_hud(database.dsn("hud"), tmp_path / "hud.log", HUD_OPACITY="0.3", SOUND_VOLUME="0.2") as address:
        root = panel(page, f"{address}/?user=sdr-001")
        expect(root).to_have_attribute("data-state", "unbuilt")
        expect(page.locator(".message")).to_contain_text("Run make up")
        picker = page.context.new_page()
        panel(picker, address)
        expect(picker.locator(".found")).to_contain_text("has not been built yet: run make up")
        # In the place of the one that holds nothing comes one that dbt has built.
        built = clone(cluster, "hud_unbuilt")
        sdrs.hire(built, "sdr-001", "First Ever")
        expect(root).to_have_attribute("data-state", "live")
        expect(page.get_by_role("heading", name="First Ever")).to_be_visible()
        expect(picker.locator(".people li")).to_have_count(1)
        opacity = page.locator(".panel.kda").evaluate("node => getComputedStyle(node).backgroundImage")
        assert "0.3)" in opacity
        assert page.locator(".volume").input_value() == "0.2"
