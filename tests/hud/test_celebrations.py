"""Sounds and celebrations: once for each event in a browser, told apart, and never for what is no news."""

from collections.abc import Callable
from contextlib import closing
from urllib.parse import urlsplit

import psycopg2
from playwright.sync_api import Locator, Page, expect

from tests import landing
from tests.conftest import Database
from tests.hud import sdrs
from tests.hud.conftest import panel, wait_until
from tests.hud.proxy import Proxy

NOTE_CUES = "window.cues = []; document.addEventListener('rift:cue', (cue) => window.cues.push(cue.detail.cue))"


# As when another tab comes to the front: a headless browser shows all of its tabs.
HIDE = """(hidden) => {
  Object.defineProperty(document, "hidden", { configurable: true, get: () => Boolean(hidden) });
  document.dispatchEvent(new Event("visibilitychange"));
}"""


# Notes each line of gold that at any moment is over the letters of a figure; a digit's box is higher than its ink.
NOTE_COVERED = """() => {
  window.covered = [];
  const root = document.querySelector('[data-testid=stBidiComponentIsolated]').shadowRoot;
  const look = () => {
    const figures = [...root.querySelectorAll('.gold, .gold-today')];
    for (const line of root.querySelectorAll('.drops span')) for (const figure of figures) {
      const [one, two] = [line.getBoundingClientRect(), figure.getBoundingClientRect()];
      const air = 0.2 * two.height;
      const across = one.left < two.right - 1 && two.left < one.right - 1;
      const isOver = across && one.top < two.bottom - air && two.top + air < one.bottom;
      if (isOver) window.covered.push(`${line.textContent} / ${figure.className}`);
    }
    requestAnimationFrame(look);
  };
  look();
}"""


def watch(page: Page, address: str) -> Locator:
    """Open an address of My HUD, note every cue, and allow sounds."""
    root = panel(page, address)
    expect(root).to_have_attribute("data-state", "live")
    page.evaluate(NOTE_CUES)
    # Where sounds were allowed before, any touch is enough.
    was_allowed = page.evaluate("JSON.parse(localStorage.getItem('rift.sound'))?.allowed")
    (page.locator(".wealth") if was_allowed else page.get_by_role("button", name="Enable sound")).click()
    expect(root).to_have_attribute("data-audio", "running")
    return root


def cues(*pages: Page) -> list[str]:
    return sorted(cue for page in pages for cue in page.evaluate("window.cues"))


def played(*pages: Page) -> int:
    return sum(int(page.locator(".rift").get_attribute("data-sounds-played") or 0) for page in pages)


def so_it_stays(page: Page, now: Callable[[], object], wanted: object) -> None:
    """`now()` becomes `wanted`, and a poll later it still is."""
    wait_until(lambda: now() == wanted, 5, lambda: f"{now()} is not {wanted}")
    page.wait_for_timeout(1_300)
    assert now() == wanted


def test_each_change_is_celebrated_once_and_only_while_watched(page: Page, hud: str, hud_database: Database) -> None:
    sdrs.hire(hud_database, "cues")
    before = sdrs.win(hud_database, "cues", gold=500, xp=36_600, points=3)
    before += sdrs.work(hud_database, "cues", "meeting_booked")
    panel(page, f"{hud}/?user=cues")
    root = page.locator(".rift")
    page.evaluate("window.cues = []; document.addEventListener('rift:cue', (cue) => window.cues.push(cue.detail.cue))")
    page.get_by_role("button", name="Enable sound").click()
    expect(root).to_have_attribute("data-audio", "running")
    page.wait_for_timeout(1_200)
    assert page.evaluate("window.cues") == [], "what was there before is no news"

    before += sdrs.work(hud_database, "cues", "call_connect")
    expect(root).to_have_attribute("data-cue-count", "1", timeout=3_000)
    expect(root).to_have_attribute("data-sounds-played", "1")
    before += sdrs.work(hud_database, "cues", "meeting_booked")
    expect(root).to_have_attribute("data-last-cue", "rank", timeout=3_000)
    expect(page.locator(".celebration.level-up .level-number")).to_have_text("38")
    page.wait_for_timeout(1_200)
    assert page.evaluate("window.cues") == ["gold", "gold", "meeting", "level", "rank"]
    expect(root).to_have_attribute("data-sounds-played", "5")

    # A loss is shown and not played, and a reload brings no second feast.
    sdrs.take_back(hud_database, "cues", before)
    expect(page.locator("[data-field=gold]")).to_have_text("0 gold", timeout=3_000)
    expect(page.locator(".tier")).to_have_text("Iron")
    expect(root).to_have_attribute("data-cue-count", "5")
    expect(root).to_have_attribute("data-sounds-played", "5")
    page.reload()
    expect(root).to_have_attribute("data-state", "live", timeout=15_000)
    page.wait_for_timeout(1_200)
    expect(root).to_have_attribute("data-cue-count", "0")


def test_two_tabs_share_one_feast_and_tell_events_of_one_poll_apart(
    page: Page, hud: str, hud_database: Database
) -> None:
    sdrs.hire(hud_database, "tabs")
    sdrs.win(hud_database, "tabs", gold=10, xp=900)
    watch(page, f"{hud}/?user=tabs")
    other = page.context.new_page()
    watch(other, f"{hud}/?user=tabs&overlay=1")
    landing.land_many(hud_database, "tabs", "meeting_booked", 2, apart=0.01)
    expect(page.locator(".drops .gain")).to_have_text(["+100 Meeting booked"] * 2, timeout=3_000)
    expect(other.locator(".drops .gain")).to_have_text("+200 \u00b7 2 \u00d7 Meeting booked", timeout=3_000)
    feast = ["gold", "gold", "level", "meeting", "meeting", "rank"]
    so_it_stays(page, lambda: (cues(page, other), played(page, other)), (feast, 6))

    # Several levels at once are one, and a second tab that comes or comes back has nothing to celebrate.
    sdrs.win(hud_database, "tabs", gold=0, xp=3_500)
    so_it_stays(page, lambda: (cues(page, other), played(page, other)), (sorted([*feast, "level"]), 7))
    for tab in (page, other):
        expect(tab.get_by_role("img", name="Level 5")).to_contain_text("5")
    other.reload()
    expect(other.locator(".rift")).to_have_attribute("data-state", "live", timeout=15_000)
    expect(other.locator(".rift")).to_have_attribute("data-cue-count", "0")


def test_many_of_one_kind_are_one_line_and_no_line_covers_a_figure(
    page: Page, hud: str, hud_database: Database
) -> None:
    sdrs.hire(hud_database, "many")
    watch(page, f"{hud}/?user=many")
    page.evaluate(NOTE_COVERED)
    booked = landing.land_many(hud_database, "many", "meeting_booked", 6, apart=0.01)
    for kind, words in (
        ("gain", "+600 \u00b7 6 \u00d7 Meeting booked"),
        ("loss", "6 \u00d7 Meeting cancelled \u2212600 gold, \u22121,200 XP"),
    ):
        if kind == "loss":
            sdrs.take_back(hud_database, "many", booked)
        expect(page.locator(f".drops .{kind}")).to_have_text(words, timeout=6_000)
        for width, height in ((390, 844), (820, 1180), (1366, 768)):
            page.set_viewport_size({"width": width, "height": height})
            page.wait_for_timeout(150)
    assert page.evaluate("window.covered") == []


def test_gain_and_loss_of_one_poll_are_two_things(page: Page, hud: str, hud_database: Database) -> None:
    sdrs.hire(hud_database, "both")
    (old,) = sdrs.work(hud_database, "both", "meeting_booked", seconds_ago=200)
    root = watch(page, f"{hud}/?user=both")
    with closing(psycopg2.connect(hud_database.dsn("ingest"))) as connection, connection, connection.cursor() as cursor:
        booked = landing.event("both", "meeting_booked")
        cursor.execute(landing.INSERT, booked)
        cursor.execute(landing.INSERT, landing.event("both", "meeting_cancelled", reverses=old))
    expect(page.locator(".drops .gain")).to_have_text("+100 Meeting booked", timeout=3_000)
    lost = "Meeting cancelled \u2212100 gold, \u2212200 XP"
    expect(page.locator(".drops .loss")).to_have_text(lost)
    expect(root.locator("> [role=status]")).to_have_text("Meeting booked")
    so_it_stays(page, lambda: (cues(page), played(page)), (["gold", "meeting"], 2))

    # A loss alone: calm, silent, and spoken once.
    sdrs.take_back(hud_database, "both", [str(booked[0])])
    expect(root.locator("> [role=status]")).to_have_text(f"{lost}, back to Iron", timeout=3_000)
    expect(page.locator("[data-field=gold]")).to_have_text("0 gold")
    assert played(page) == 2
    assert page.locator(".gold-value.rising").count() == 0


def test_late_work_is_news_and_a_hidden_tab_waits_with_its_feast(page: Page, hud: str, hud_database: Database) -> None:
    sdrs.hire(hud_database, "late")
    sdrs.work(hud_database, "late", "call_dial", 20, seconds_ago=100)
    root = watch(page, f"{hud}/?user=late")
    landing.land(hud_database, landing.event("late", "meeting_booked", "2026-01-14T10:00:00Z"))
    expect(page.locator(".drops .gain")).to_have_text("+100 Meeting booked", timeout=4_000)
    so_it_stays(page, lambda: (cues(page), played(page)), (["gold", "meeting"], 2))
    expect(page.locator(".drops .loss")).to_have_count(0)

    # A tab in the background is heard at once, and celebrates when it is seen.
    page.evaluate(HIDE, "hidden")
    sdrs.work(hud_database, "late", "meeting_booked")
    expect(root).to_have_attribute("data-sounds-played", "5", timeout=3_000)
    expect(root).to_have_attribute("data-cue-count", "2")
    page.evaluate(HIDE, "")
    expect(root).to_have_attribute("data-cue-count", "5")
    expect(page.locator(".celebration.rank-up .shout")).to_have_text("Bronze")


def test_connection_that_comes_back_brings_no_second_feast(page: Page, hud: str, hud_database: Database) -> None:
    sdrs.hire(hud_database, "back")
    with Proxy(urlsplit(hud).port or 0) as wire:
        watch(page, f"http://127.0.0.1:{wire.port}/?user=back")
        sdrs.work(hud_database, "back", "call_connect")
        so_it_stays(page, lambda: (cues(page), played(page)), (["gold"], 1))
        with page.expect_websocket(timeout=15_000):
            wire.cut()
            sdrs.work(hud_database, "back", "call_connect")
            wire.mend()
        expect(page.locator("[data-field=gold]")).to_have_text("50 gold", timeout=15_000)
        so_it_stays(page, lambda: (cues(page), played(page)), (["gold", "gold"], 2))


CLAIM = """async ([address, withLocks, withStorage, keys]) => {
  if (!withLocks) Object.defineProperty(navigator, "locks", { configurable: true, value: undefined });
  if (!withStorage) Storage.prototype.getItem = Storage.prototype.setItem = () => { throw new Error("refused"); };
  const { claim } = await import(address);
  const both = await Promise.all([claim(keys), claim(keys)]);
  window.claimed = both.flatMap((mine) => [...mine]);
}"""


def test_a_key_is_claimed_once_in_a_browser(page: Page, hud: str) -> None:
    other = page.context.new_page()
    for tab in (page, other):
        tab.goto(f"{hud}/_stcore/health")
    for turn, (with_locks, with_storage) in enumerate([(True, True), (False, True), (False, False)]):
        keys = [f"{turn}:{number}" for number in range(300)]
        arguments = [f"{hud}/app/static/js/once.js?{turn}", with_locks, with_storage, keys]
        # Both at the same time: neither call is waited for.
        for tab in (page, other):
            tab.evaluate(f"(given) => {{ window.claimed = null; ({CLAIM})(given); }}", arguments)
        found = []
        for tab in (page, other):
            tab.wait_for_function("window.claimed !== null")
            found.append(tab.evaluate("window.claimed"))
        if with_storage:
            assert sorted(found[0] + found[1]) == sorted(keys)
            assert page.evaluate("JSON.parse(localStorage.getItem('rift.once')).length") <= 500
        else:
            assert sorted(found[0]) == sorted(keys), "a page remembers even where nothing may be stored"


def test_mute_and_volume_are_remembered(page: Page, hud: str, hud_database: Database) -> None:
    sdrs.hire(hud_database, "mute")
    panel(page, f"{hud}/?user=mute")
    assert page.locator(".volume").input_value() == "0.6"
    page.get_by_role("button", name="Enable sound").click()
    page.get_by_label("Volume").fill("0.25")
    page.get_by_role("button", name="Mute sounds").click()
    page.reload()
    expect(page.locator(".rift")).to_have_attribute("data-state", "live", timeout=15_000)
    # The browser asks for one touch of the page again, wherever it is; the choice itself is kept.
    page.locator(".rank").click()
    expect(page.get_by_role("button", name="Mute sounds")).to_have_attribute("aria-pressed", "true")
    assert page.locator(".volume").input_value() == "0.25"
    sdrs.work(hud_database, "mute", "call_connect")
    expect(page.locator(".rift")).to_have_attribute("data-cue-count", "1", timeout=3_000)
    expect(page.locator(".rift")).to_have_attribute("data-sounds-played", "0")
