"""Sounds and celebrations: once for each event in a browser, told apart, and never for what is no news."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from hud.queries import landings
from tests import landing
from tests.conftest import Database
from tests.hud import sdrs
from tests.hud.conftest import panel, polls, wait_until
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


def so_it_stays(now: Callable[[], object], wanted: object, *pages: Page) -> None:
    """`now()` becomes `wanted`, and polls of these pages later it still is."""
    wait_until(lambda: now() == wanted, 30, lambda: f"{now()} is not {wanted}")
    for page in pages:
        polls(page, 2)
    assert now() == wanted


@pytest.mark.usefixtures("in_motion")
def test_each_change_is_celebrated_once_and_only_while_watched(page: Page, hud: str, hud_database: Database) -> None:
    sdrs.hire(hud_database, "cues")
    before = sdrs.win(hud_database, "cues", gold=500, xp=36_600, points=3)
    before += sdrs.work(hud_database, "cues", "meeting_booked")
    root = watch(page, f"{hud}/?user=cues")
    polls(page, 2)
    assert page.evaluate("window.cues") == [], "what was there before is no news"

    before += sdrs.work(hud_database, "cues", "call_connect")
    expect(root).to_have_attribute("data-cue-count", "1")
    expect(root).to_have_attribute("data-sounds-played", "1")
    page.evaluate(KEEP_LEVELS)
    before += sdrs.work(hud_database, "cues", "meeting_booked")
    expect(root).to_have_attribute("data-last-cue", "rank")
    page.wait_for_function("window.levels.includes('38')")
    polls(page, 2)
    assert page.evaluate("window.cues") == ["gold", "gold", "meeting", "level", "rank"]
    expect(root).to_have_attribute("data-sounds-played", "5")

    # A loss is shown and not played, and a reload brings no second feast.
    sdrs.take_back(hud_database, "cues", before)
    expect(page.locator("[data-field=gold]")).to_have_text("0 gold")
    expect(page.locator(".tier")).to_have_text("Iron")
    expect(root).to_have_attribute("data-cue-count", "5")
    expect(root).to_have_attribute("data-sounds-played", "5")
    page.reload()
    expect(root).to_have_attribute("data-state", "live")
    polls(page, 2)
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
    expect(page.locator(".drops .gain")).to_have_text(["+100 Meeting booked"] * 2)
    expect(other.locator(".drops .gain")).to_have_text("+200 \u00b7 2 \u00d7 Meeting booked")
    feast = ["gold", "gold", "level", "meeting", "meeting", "rank"]
    so_it_stays(lambda: (cues(page, other), played(page, other)), (feast, 6), page, other)

    # Several levels at once are one, and a second tab that comes or comes back has nothing to celebrate.
    sdrs.win(hud_database, "tabs", gold=0, xp=3_500)
    so_it_stays(lambda: (cues(page, other), played(page, other)), (sorted([*feast, "level"]), 7), page, other)
    for tab in (page, other):
        expect(tab.get_by_role("img", name="Level 5")).to_contain_text("5")
    other.reload()
    expect(other.locator(".rift")).to_have_attribute("data-state", "live")
    expect(other.locator(".rift")).to_have_attribute("data-cue-count", "0")


@pytest.mark.usefixtures("in_motion")
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
        expect(page.locator(f".drops .{kind}")).to_have_text(words)
        for width, height in ((390, 844), (820, 1180), (1366, 768)):
            page.set_viewport_size({"width": width, "height": height})
            page.wait_for_timeout(150)
    assert page.evaluate("window.covered") == []


@pytest.mark.usefixtures("in_motion")
def test_gain_and_loss_of_one_poll_are_two_things(page: Page, hud: str, hud_database: Database) -> None:
    sdrs.hire(hud_database, "both")
    (old,) = sdrs.work(hud_database, "both", "meeting_booked", seconds_ago=200)
    root = watch(page, f"{hud}/?user=both")
    booked = landing.event("both", "meeting_booked")
    landing.land_at_once(hud_database, booked, landing.event("both", "meeting_cancelled", reverses=old))
    expect(page.locator(".drops .gain")).to_have_text("+100 Meeting booked")
    lost = "Meeting cancelled \u2212100 gold, \u2212200 XP"
    expect(page.locator(".drops .loss")).to_have_text(lost)
    expect(root.locator("> [role=status]")).to_have_text("Meeting booked")
    so_it_stays(lambda: (cues(page), played(page)), (["gold", "meeting"], 2), page)

    # A loss alone: calm, silent, and spoken once.
    sdrs.take_back(hud_database, "both", [str(booked[0])])
    expect(root.locator("> [role=status]")).to_have_text(f"{lost}, back to Iron")
    expect(page.locator("[data-field=gold]")).to_have_text("0 gold")
    assert played(page) == 2
    assert page.locator(".gold-value.rising").count() == 0


def test_late_work_is_news_and_a_hidden_tab_waits_with_its_feast(page: Page, hud: str, hud_database: Database) -> None:
    sdrs.hire(hud_database, "late")
    sdrs.work(hud_database, "late", "call_dial", 20, seconds_ago=100)
    root = watch(page, f"{hud}/?user=late")
    landing.land(hud_database, landing.event("late", "meeting_booked", "2026-01-14T10:00:00Z"))
    expect(page.locator(".drops .gain")).to_have_text("+100 Meeting booked")
    so_it_stays(lambda: (cues(page), played(page)), (["gold", "meeting"], 2), page)
    expect(page.locator(".drops .loss")).to_have_count(0)

    # A tab in the background is heard at once, and celebrates when it is seen.
    page.evaluate(HIDE, "hidden")
    sdrs.work(hud_database, "late", "meeting_booked")
    expect(root).to_have_attribute("data-sounds-played", "5")
    expect(root).to_have_attribute("data-cue-count", "2")
    page.evaluate(HIDE, "")
    expect(root).to_have_attribute("data-cue-count", "5")
    expect(page.locator(".celebration.rank-up .shout")).to_have_text("Bronze")


def test_connection_that_comes_back_brings_no_second_feast(page: Page, hud: str, hud_database: Database) -> None:
    sdrs.hire(hud_database, "back")
    with Proxy(urlsplit(hud).port or 0) as wire:
        watch(page, f"http://127.0.0.1:{wire.port}/?user=back")
        sdrs.work(hud_database, "back", "call_connect")
        so_it_stays(lambda: (cues(page), played(page)), (["gold"], 1), page)
        with page.expect_websocket():
            wire.cut()
            sdrs.work(hud_database, "back", "call_connect")
            wire.mend()
        expect(page.locator("[data-field=gold]")).to_have_text("50 gold")
        so_it_stays(lambda: (cues(page), played(page)), (["gold", "gold"], 2), page)


def test_who_lost_it_reads_why_and_a_heap_is_not_merged_into_it(page: Page, hud: str, hud_database: Database) -> None:
    for name in ("owner", "poster"):
        sdrs.hire(hud_database, name)
    (old,) = sdrs.work(hud_database, "owner", "meeting_booked", seconds_ago=9_000)
    watch(page, f"{hud}/?user=owner")
    other = page.context.new_page()
    panel(other, f"{hud}/?user=poster")
    expect(other.locator(".rift")).to_have_attribute("data-state", "live")

    # A hundred in one poll: a line for those that are listed, one with the rest, no figure that nothing explains.
    page.evaluate(KEEP_LINES)
    landing.land_many(hud_database, "owner", "call_connect", 100, apart=0.01)
    expect(page.locator("[data-field=gold]")).to_have_text("2,600 gold")
    polls(page, 2)
    lines = page.evaluate("window.lines")
    assert lines == ["gain +1,000 \u00b7 40 \u00d7 Call connected", "gain +1,500 gold, +3,000 XP of more events"]

    # Somebody else says that it is cancelled: the one who booked it reads so, the other has lost nothing.
    sdrs.take_back(hud_database, "poster", [old])
    lost = "Meeting cancelled \u2212100 gold, \u2212200 XP"
    wait_until(lambda: page.evaluate("window.lines.slice(2)") == [f"loss {lost}"], 30, lambda: f"{lost} is not read")
    expect(other.locator(".events li")).to_contain_text("Meeting cancelled")
    assert other.locator(".drops .loss").count() == 0
    for tab in (page, other):
        polls(tab, 2)
    assert page.evaluate("window.lines.length") == 3
    assert other.locator(".drops .loss").count() == 0


# The level of each feast, as it comes: one may be over before a busy machine asks about it.
KEEP_LEVELS = """() => {
  const root = document.querySelector('[data-testid=stBidiComponentIsolated]').shadowRoot;
  window.levels = [];
  const words = (node) => node.querySelector('.level-number')?.textContent;
  new MutationObserver((changes) => {
    for (const { addedNodes } of changes)
      for (const node of addedNodes) if (node.matches?.('.celebration.level-up')) window.levels.push(words(node));
  }).observe(root, { childList: true, subtree: true });
}"""


KEEP_LINES = """() => {
  const root = document.querySelector('[data-testid=stBidiComponentIsolated]').shadowRoot;
  window.lines = [];
  const keep = new MutationObserver((changes) => {
    for (const { addedNodes } of changes)
      for (const node of addedNodes) window.lines.push(`${node.className} ${node.textContent}`);
  });
  for (const drops of root.querySelectorAll('.drops')) keep.observe(drops, { childList: true });
}"""


def looks(page: Page, hud: str, *sdr: Mapping[str, object]) -> list[dict[str, Any]]:
    """What a screen's books say of these looks, one after the other, and the keys of its sounds."""
    page.goto(f"{hud}/_stcore/health")
    usual: dict[str, object] = {
        "user_id": "x",
        "week": "2026-11-16",
        "total_gold": 0,
        "total_xp": 0,
        "current_level": 1,
    }
    usual |= {"current_rank": "Iron", "current_rank_order": 1, "feed": [], "landed": [], "landed_count": 0}
    given = [{**usual, "as_of": 1_000 + place, **one} for place, one in enumerate(sdr)]
    return page.evaluate(BOOKS, [f"{hud}/app/static/js/cues.js", given])  # type: ignore[no-any-return]


BOOKS = """async ([address, given]) => {
  const { createLedger, cuesOf } = await import(address);
  const ledger = createLedger();
  return given.map((sdr) => {
    const news = ledger.look(sdr, 90);
    return news && { ...news, keys: cuesOf(news, sdr).map((cue) => cue.key) };
  });
}"""


def booked(event_id: str, **more: object) -> dict[str, object]:
    kind = {"event_type": "meeting_booked", "event_label": "Meeting booked", "gold_value": 100, "xp_value": 200}
    return kind | {"event_id": event_id, "is_reversed": False, "is_reversal": False, "received_at": 1_000} | more


def test_books_of_a_screen(page: Page, hud: str) -> None:
    # On Monday the rank starts anew: no loss and no feast; a rank of the new week has a key of its own.
    gold = {"current_rank": "Gold", "current_rank_order": 4}
    monday = {"week": "2026-11-23"}
    _, over, silver = looks(page, hud, gold, monday, monday | {"current_rank": "Silver", "current_rank_order": 3})
    assert (over["losses"], over["rank"], over["keys"]) == ([], False, [])
    assert silver["keys"] == ["rank:x:2026-11-23:3"]

    # What was there at the first look is never news, also when it is on the list only; a door may be a minute behind.
    first = {"landed": [booked("before")], "landed_count": 1, "total_gold": 100, "total_xp": 200}
    then = {"landed": [booked("behind", received_at=930), booked("before")], "landed_count": 2}
    _, same, more = looks(page, hud, first, first, then | {"total_gold": 200, "total_xp": 400})
    assert (same["gains"], same["losses"]) == ([], [])
    assert ([event["event_id"] for event in more["gains"]], more["losses"]) == (["behind"], [])

    # Taken back, and nobody knows by what; a heap in the same look is told apart.
    heap = {"landed": [booked("new"), booked("before", is_reversed=True)], "landed_count": 12}
    _, mixed = looks(page, hud, first, heap | {"total_gold": 1_000, "total_xp": 2_000})
    assert [(loss["reasons"], loss["gold"]) for loss in mixed["losses"]] == [(["Meeting booked taken back"], -100)]
    assert mixed["rest"] == {"gold": 900, "xp": 1_800}

    # With a long interval a look after three minutes is a look like any other, but not with a short one.
    assert looks(page, hud, {}, {"as_of": 1_180})[1] is None
    assert landings.news_seconds(60) == 180
    assert landings.news_seconds(1) == 90


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


# How loud whatever the page plays is.
NOTE_LOUDNESS = """
  const create = AudioContext.prototype.createGain;
  AudioContext.prototype.createGain = function () { return (window.loudness = create.call(this)); };
"""
LOUDNESS = "Math.round(window.loudness?.gain.value * 100) / 100"


def test_mute_and_volume_are_heard_and_remembered(page: Page, hud: str, hud_database: Database) -> None:
    sdrs.hire(hud_database, "mute")
    page.add_init_script(NOTE_LOUDNESS)
    expect(panel(page, f"{hud}/?user=mute")).to_have_attribute("data-state", "live")
    assert page.locator(".volume").input_value() == "0.6"
    page.get_by_role("button", name="Enable sound").click()
    page.wait_for_function(f"{LOUDNESS} === 0.6")
    page.get_by_label("Volume").fill("0.25")
    page.wait_for_function(f"{LOUDNESS} === 0.25")
    page.get_by_role("button", name="Mute sounds").click()
    page.wait_for_function(f"{LOUDNESS} === 0")
    page.reload()
    expect(page.locator(".rift")).to_have_attribute("data-state", "live")
    # The browser asks for one touch of the page again, wherever it is; the choice itself is kept.
    page.locator(".rank").click()
    expect(page.get_by_role("button", name="Mute sounds")).to_have_attribute("aria-pressed", "true")
    assert page.locator(".volume").input_value() == "0.25"
    page.wait_for_function(f"{LOUDNESS} === 0")
    sdrs.work(hud_database, "mute", "call_connect")
    expect(page.locator(".rift")).to_have_attribute("data-cue-count", "1")
    expect(page.locator(".rift")).to_have_attribute("data-sounds-played", "0")
    page.get_by_role("button", name="Mute sounds").click()
    page.wait_for_function(f"{LOUDNESS} === 0.25")
