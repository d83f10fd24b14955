"""The TV board in a real browser: boards in turn, letters for six metres, a moment for who books a meeting, once."""

from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy.engine import Engine

from hud.queries import rows, tv_news
from hud.views.tv import LONGEST_SECONDS, SECONDS_A_BOARD, SHORTEST_SECONDS, seconds_a_board
from tests import landing
from tests.conftest import Database
from tests.hud import looks, sdrs
from tests.hud.conftest import Wired, Wiring, panel, polls, wait_until
from tests.hud.pages import SIZES
from tests.hud.proxy import Proxy

HOSTILE = '<img src="http://203.0.113.7/x.png" onerror="document.title=1"> **bold**'
RIGHT_TO_LEFT = "שרה לוי 🚀"
# A letter of Barlow or Cinzel is 0.7 em high; 30 mm of the 685 mm of a 55-inch screen are read from six metres.
CAPITALS, WANTED_SHARE, LEAST_SHARE = 0.7, 0.03 / 0.685, 0.032
DUEL = """
insert into seeds.duels (duel_id, title, subject_type, challenger_id, opponent_id, metric, starts_on, ends_on)
values ('tv', 'The crown', 'sdr', 'tv-7', 'tv-5', 'meeting_booked', current_date - 7, current_date + 7)
"""
SMALL = """([share, kinds]) => {
  const root = document.querySelector('[data-testid=stBidiComponentIsolated]').shadowRoot;
  return [...root.querySelectorAll(kinds)]
    .filter((node) => node.getBoundingClientRect().width > 1 && node.textContent && !node.closest('.start, .quiet'))
    .map((node) => [node.className || node.tagName, parseFloat(getComputedStyle(node).fontSize) / innerHeight])
    .filter(([, height]) => height < share);
}"""


# Notes each moment as it comes, and what a screen reader is told: one may be over before a busy machine asks about it.
NOTE_MOMENTS = """() => {
  const root = document.querySelector('[data-testid=stBidiComponentIsolated]').shadowRoot;
  window.moments = [];
  window.said = [];
  const words = (node) => ['name', 'team', 'rank'].map((part) => node.querySelector(`.moment-${part}`).textContent);
  new MutationObserver((changes) => {
    for (const { target, addedNodes } of changes) {
      if (target.matches?.('.quiet[role=status]') && target.textContent) window.said.push(target.textContent);
      for (const node of addedNodes) if (node.matches?.('.moment')) window.moments.push(words(node));
    }
  }).observe(root, { childList: true, subtree: true });
}"""


@pytest.fixture(scope="module")
def place(wired: Wiring) -> Iterator[Wired]:
    """A HUD of its own: nobody else leads there."""
    with wired("tv", HUD_REFRESH_INTERVAL="0.4") as running:
        yield running


@pytest.fixture(scope="module")
def hud_database(place: Wired) -> Database:
    return place.database


@pytest.fixture(scope="module")
def hud(place: Wired) -> str:
    return place.url


def booked(user_id: str, **more: str) -> tuple[object, ...]:
    return landing.event(user_id, "meeting_booked", **more)


def land_together(database: Database, *events: tuple[object, ...]) -> None:
    """In one transaction, so that one poll finds them all."""
    statement = ";".join([landing.INSERT] * len(events))
    database.execute(statement, *(value for one in events for value in one), role="ingest")


@pytest.mark.parametrize(
    ("wanted", "seconds"),
    [
        ("", SECONDS_A_BOARD),
        ("nan", SECONDS_A_BOARD),
        ("-inf", SECONDS_A_BOARD),
        ("<b>", SECONDS_A_BOARD),
        ("0", SHORTEST_SECONDS),
        ("1e9", LONGEST_SECONDS),
        ("20", 20.0),
    ],
)
def test_address_decides_within_bounds_how_long_a_board_stays(wanted: str, seconds: float) -> None:
    assert seconds_a_board(wanted) == seconds


def test_a_season_without_anybody_is_open_to_who_comes(page: Page, hud: str) -> None:
    expect(panel(page, f"{hud}/tv")).to_have_attribute("data-board", "empty")
    expect(page.locator(".nothing")).to_have_text("Nobody is on the board yet. Whoever scores first stands here.")
    expect(page.locator(".turns")).to_be_hidden()


def week_figures(page: Page) -> None:
    expect(page.locator(".leader .position")).to_have_text("Shared place =1")
    expect(page.locator(".leader .who")).to_have_text("Tele 6")
    expect(page.locator(".leader .score")).to_have_text("75")
    expect(page.locator(".leader")).to_contain_text("shared with 1")
    expect(page.locator(".line .position").nth(1)).to_have_text("Place 3")
    expect(page.locator(".leader img")).to_have_attribute("alt", "Challenger")


def teams_figures(page: Page) -> None:
    # The figure is the one that the order is of.
    expect(page.locator(".measure")).to_have_text("Points per head")
    expect(page.locator(".teams .score").first).to_have_text("75")
    expect(page.locator(".teams .position").nth(1)).to_have_text("Shared place =1")


def newest_figures(page: Page) -> None:
    expect(page.locator(".newest .person .of").first).to_contain_text("Team ")
    expect(page.locator(".newest .score").first).to_have_text("+100 gold")
    expect(page.locator(".newest .emblem").first).to_have_attribute("alt", "Challenger")


def duels_figures(page: Page) -> None:
    expect(page.locator(".side b")).to_have_text(["67", "65"])
    expect(page.locator(".challenger .crown")).to_be_visible()
    expect(page.locator(".duel .leads")).to_have_text("Tele 7 leads by 2")


TITLES = {
    "today": "Today",
    "week": "This week",
    "field": "This week",
    "teams": "Teams",
    "newest": "Latest meetings",
    "duels": "Duels",
}
FIGURES: dict[str, Callable[[Page], None]] = {
    "week": week_figures,
    "teams": teams_figures,
    "newest": newest_figures,
    "duels": duels_figures,
}


@pytest.mark.usefixtures("in_motion")
def test_boards_take_turns_and_are_read_from_six_metres(page: Page, hud: str, hud_database: Database) -> None:
    for place in range(8):
        sdrs.hire(hud_database, f"tv-{place}", f"Tele {'W' * 90 if place == 1 else place}", f"Team {place}")
        sdrs.work(hud_database, f"tv-{place}", "meeting_booked", 60 + place, 30)
    # Two share the first place, with more points than meetings.
    sdrs.win(hud_database, "tv-7", 0, 0, 8)
    sdrs.win(hud_database, "tv-6", 100, 200, 9)
    hud_database.execute(DUEL)
    root = panel(page, f"{hud}/tv?seconds=1")
    expect(root).to_have_attribute("data-state", "live")
    expect(page.get_by_role("heading", name="TV board", level=1)).to_have_count(1)
    # Nothing to click but the one thing that browsers want a click for.
    expect(page.locator(".rift :is(a, button, input):visible")).to_have_text(["Sound and full screen"])
    expect(root).not_to_have_attribute("data-board", "empty")
    for board in ("today", "week", "field"):
        expect(root).to_have_attribute("data-board", board)
    # The line runs below everything, through nothing.
    line = page.locator(".progress-line").evaluate("node => node.getBoundingClientRect().toJSON()")
    start = page.locator(".start").bounding_box()
    assert start is not None
    assert start["y"] + start["height"] <= line["top"]

    # What is measured from here on rests.
    page.emulate_media(reduced_motion="reduce")
    page.goto(f"{hud}/tv?seconds=600")
    for width, height in (SIZES[0], (1920, 1080), SIZES[-1]):
        looks.resize(page, width, height)
        # After the last comes the first, at the next size.
        for board, title in TITLES.items():
            expect(root).to_have_attribute("data-board", board)
            expect(page.locator(".board-title")).to_have_text(title)
            looks.drawn(page)
            if width == SIZES[0][0] and board in FIGURES:
                FIGURES[board](page)
            assert looks.faults(page) == [], f"{board} at {width} pixels"
            page.keyboard.press("ArrowRight")
            if width < 720:
                continue
            matters = ".who, .position, .score, .board-title"
            assert page.evaluate(SMALL, [WANTED_SHARE / CAPITALS - 0.001, matters]) == [], board
            assert page.evaluate(SMALL, [LEAST_SHARE, "h2, p, span, strong, b"]) == [], board
    page.set_viewport_size({"width": 1366, "height": 768})
    page.keyboard.press("Escape")
    expect(page.locator(".rift.picker")).to_be_visible()


@pytest.mark.usefixtures("in_motion")
def test_who_books_a_meeting_has_a_moment_with_name_and_sound_once(
    page: Page, hud: str, hud_database: Database
) -> None:
    sdrs.hire(hud_database, "moment-1", HOSTILE, "River Wardens")
    sdrs.hire(hud_database, "moment-2", RIGHT_TO_LEFT)
    sdrs.win(hud_database, "moment-1", 5, points=20)
    sdrs.work(hud_database, "moment-1", "meeting_booked")
    root = panel(page, f"{hud}/tv")
    expect(root).to_have_attribute("data-board", "today")
    page.get_by_role("button", name="Sound and full screen").click()
    expect(root).to_have_attribute("data-audio", "running")
    expect(page.locator(".start")).to_be_hidden()
    polls(page, 2)
    expect(root).to_have_attribute("data-moments", "0")

    # Two people and one that is taken back at once, in one poll; and an old one that an import brings.
    taken_back = booked("moment-2")
    cancelled = landing.event("moment-2", "meeting_cancelled", reverses=str(taken_back[0]))
    old = booked("moment-1", occurred_at="2026-01-07T10:00:00Z")
    one, two = booked("moment-1"), booked("moment-2")
    while str(one[0]) > str(two[0]):  # of what landed at one time, ids tell the order
        one = booked("moment-1")
    page.evaluate(NOTE_MOMENTS)
    land_together(hud_database, taken_back, cancelled, old, one, two)
    expect(page.locator(".moment-name")).to_be_visible()
    expect(root).to_have_attribute("data-sounds-played", "3")
    assert page.evaluate("window.moments") == [
        [HOSTILE, "River Wardens", "Challenger \u00b7 22 points this week"],
        [RIGHT_TO_LEFT, "Baron Squad", "New rank: Bronze"],
    ]
    assert page.evaluate("window.said") == [f"{name} booked a meeting" for name in (HOSTILE, RIGHT_TO_LEFT)]
    assert root.locator(".moment img[src*='203.0.113']").count() == 0

    # A second board in the same browser does not repeat it, nor does a reload; only one of them shows the next.
    other = page.context.new_page()
    second = panel(other, f"{hud}/tv")
    expect(second).to_have_attribute("data-board", "today")
    expect(root).to_have_attribute("data-moments", "2")
    land_together(hud_database, booked("moment-1"))

    def shown() -> int:
        return sum(int(one.get_attribute("data-moments") or 0) for one in (root, second))

    wait_until(lambda: shown() >= 3, 30)
    for tab in (page, other):
        polls(tab, 2)
    assert shown() == 3
    other.reload()
    expect(second).to_have_attribute("data-board", "today")
    polls(other, 2)
    expect(second).to_have_attribute("data-moments", "0")


def test_a_board_that_was_cut_off_shows_what_it_missed_once(page: Page, hud: str, hud_database: Database) -> None:
    sdrs.hire(hud_database, "missed", "Missed Me")
    with Proxy(urlsplit(hud).port or 0) as wire:
        root = panel(page, f"http://127.0.0.1:{wire.port}/tv")
        expect(root).to_have_attribute("data-state", "live")
        # The first answers tell what was there before.
        polls(page, 3)
        with page.expect_websocket():
            wire.cut()
            land_together(hud_database, booked("missed"))
            wire.mend()
        expect(page.locator(".moment-name")).to_have_text("Missed Me")
        polls(page, 2)
        expect(root).to_have_attribute("data-moments", "1")


def test_one_meeting_makes_a_new_rank_also_while_an_import_lands(engine: Engine, hud_database: Database) -> None:
    sdrs.hire(hud_database, "climber")
    sdrs.hire(hud_database, "sunday")
    sdrs.work(hud_database, "sunday", "meeting_booked", seconds_ago=60)
    cancelled, kept = booked("climber"), [booked("climber") for _ in range(3)]
    reversal = landing.event("climber", "meeting_cancelled", reverses=str(cancelled[0]))
    # The last minute of the week before, which lands now.
    ((sunday,),) = hud_database.execute(
        "select date_trunc('week', now() at time zone %s) at time zone %s - interval '1 minute'",
        sdrs.noon_zone(),
        sdrs.noon_zone(),
    )
    late = booked("sunday", occurred_at=sunday.isoformat())
    land_together(hud_database, cancelled, *kept, reversal, late)
    landing.land_many(hud_database, "import", "call_dial", 600, apart=0.001)

    of_a_week = {"news_seconds": 120, "news_occurred_seconds": 9 * 86_400, "most_news": 20}
    (found,) = rows(engine, tv_news.MEETINGS, of_a_week)
    ranks = {meeting["event_id"]: meeting["is_new_rank"] for meeting in found["meetings"]}
    assert sorted(ranks[str(one[0])] for one in kept) == [False, False, True]
    assert {meeting["points"] for meeting in found["meetings"] if meeting["user_id"] == "climber"} == {3}
    assert ranks[str(late[0])] is False
    assert str(cancelled[0]) in found["taken_back"]
    assert str(cancelled[0]) not in ranks
    usual = tv_news.news(engine)["meetings"]
    assert str(late[0]) not in {meeting["event_id"] for meeting in usual}, "it occurred days ago"


def test_nothing_moves_for_who_wants_no_motion(page: Page, hud: str, hud_database: Database) -> None:
    sdrs.hire(hud_database, "calm-tv", "Still Name")
    sdrs.work(hud_database, "calm-tv", "call_connect", 3)
    page.add_init_script("localStorage.setItem('rift.sound', JSON.stringify({ allowed: true, muted: true }))")
    root = panel(page, f"{hud}/tv?seconds=1")
    expect(root).to_have_attribute("data-board", "today")
    page.keyboard.press("Shift")
    expect(root).to_have_attribute("data-audio", "running")
    polls(page, 2)
    land_together(hud_database, booked("calm-tv"))
    expect(page.locator(".moment-name")).to_have_text("Still Name")
    assert root.evaluate("node => node.getRootNode().getAnimations().length") == 0
    expect(page.locator(".moment .shard").first).to_be_hidden()
    expect(root).to_have_attribute("data-board", "week")  # the boards go round
    # Muted, it leaves the sound to a page that can be heard.
    claimed = page.evaluate("JSON.parse(localStorage.getItem('rift.once')).map(([key]) => key)")
    assert claimed
    assert all(key.startswith("see:") for key in claimed)
