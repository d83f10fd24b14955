"""The Arena in a real browser, in a crowd of 10,000: figures of the marts, the own row in view, teams, duels."""

from collections.abc import Iterator
from urllib.parse import quote

import pytest
from playwright.sync_api import Locator, Page, expect

from hud.queries.arena import Board
from hud.views.arena import MOST_ROWS, PAGE_ROWS, PODIUM
from tests import landing
from tests.conftest import Database
from tests.hud import looks, sdrs
from tests.hud.conftest import Wired, Wiring, panel, wait_until

HOSTILE = '<img src="http://203.0.113.7/x.png" onerror="document.title=1"> ![x](http://203.0.113.7/y.png) **bold**'
NAMES = [HOSTILE, "x" * 200, "שרה לוי", f"👩🏽‍🚀 Zoë {HOSTILE}"]
SIZES = [(390, 844), (1120, 700), (1366, 768), (3840, 2160)]
ME = "crowd-04321"

# Everybody before the 4,321st has booked meetings, the 4,321st has been on the phone, nobody else has done anything.
CROWD = """
insert into raw_roster.sdr_versions
    (user_id, display_name, team_name, time_zone, identities, _dlt_load_id, _dlt_id)
select 'crowd-' || lpad(number::text, 5, '0'), 'Crowd ' || number, 'Squad ' || number %% 40, %s, '{}', '', ''
from generate_series(1, 10000) as number
"""
WORK = """
insert into raw.webhook_events (
    raw_id, door, source, dedup_key, user_id, event_type, occurred_at, received_at, verified_by, payload
)
select raw_id, 'canonical', 'test', raw_id::text, user_id, event_type, now(), now(), 'secret', '{}'
from (
    select
        gen_random_uuid() as raw_id,
        'crowd-' || lpad(number::text, 5, '0') as user_id,
        case when number < 4321 then 'meeting_booked' else 'call_connect' end as event_type
    from generate_series(1, 4321) as number
    cross join lateral generate_series(1, 1 + (number <= 2000)::integer + 2 * greatest(0, 8 - number)) as time
) as events
"""
MART = """
select user_id, position, movement, display_name, meetings_booked, gold, xp, rank_points
from marts.rpt_leaderboard
where period = %s
order by position, display_name, user_id
limit %s
"""


@pytest.fixture(scope="module")
def place(wired: Wiring) -> Iterator[Wired]:
    """A HUD in which nobody is employed at first."""
    with wired("arena") as running:
        yield running


@pytest.fixture(scope="module")
def database(place: Wired) -> Database:
    return place.database


@pytest.fixture(scope="module")
def arena(place: Wired) -> str:
    """The address of the page."""
    return f"{place.url}/arena"


@pytest.fixture(scope="module")
def crowd(arena: str, database: Database) -> str:
    """The address, with 10,000 SDRs at work."""
    database.execute(CROWD, sdrs.noon_zone())
    database.execute(WORK)
    database.execute("analyze")
    return arena


def enter(page: Page, address: str, user_id: str = ME, board: str = "week") -> Locator:
    root = panel(page, f"{address}?user={quote(user_id)}&board={board}")
    expect(root).to_have_attribute("data-state", "live")
    return root


def board_of(page: Page) -> list[tuple[object, ...]]:
    """The rows on the screen, podium first, as `MART` selects them (None where the podium says less)."""
    return [tuple(row) for row in page.evaluate(SHOWN)]


SHADOW = "document.querySelector('[data-testid=stBidiComponentIsolated]').shadowRoot"
SHOWN = f"""() => [...{SHADOW}.querySelectorAll('.hero, .boards .scroll .entry')].map((node) => {{
  const figure = (name) => Number(node.querySelector(`[data-field=${{name}}]`)?.dataset.value);
  const move = node.querySelector('.move');
  const places = Number(move.children[1].textContent) * ({{ up: 1, down: -1, same: 0 }})[move.dataset.way];
  const facts = [node.dataset.user, Number(node.dataset.position), places, node.querySelector('.who-name').textContent];
  return node.matches('.hero') ? facts : [...facts, ...['meetings', 'gold', 'xp', 'points'].map(figure)];
}})"""
IN_VIEW = """(node) => {
  const box = node.getBoundingClientRect();
  const rail = node.getRootNode().querySelector('.rail').getBoundingClientRect();
  const floor = rail.top > 0 ? rail.top : innerHeight;
  return box.height > 20 && box.top >= 0 && box.bottom <= floor + 1 && box.left >= 0 && box.right <= innerWidth;
}"""


def test_without_people_the_arena_says_how_to_fill_it(page: Page, arena: str) -> None:
    enter(page, arena, user_id="")
    expect(page.get_by_role("heading", name="Nobody is on the roster")).to_be_visible()
    expect(page.locator(".duels .nothing")).to_contain_text("dbt_project/seeds/duels.csv")
    expect(page.locator(".teams .nothing")).to_be_visible()
    expect(page.locator(".podium, .table, .dock").filter(visible=True)).to_have_count(0)


def test_boards_are_those_of_the_mart_and_of_the_url(page: Page, crowd: str, database: Database) -> None:
    enter(page, crowd)
    assert page.get_by_role("heading", level=1).text_content() == "Arena"
    page.get_by_role("tab", name="Week").focus()
    for key, period, name in (("ArrowRight", "all_time", "All time"), ("ArrowRight", "today", "Today")):
        page.keyboard.press(key)
        expect(page.locator(".boards")).to_have_attribute("data-period", period)
        expect(page.get_by_role("tab", name=name)).to_be_focused()
        expect(page.get_by_role("tab", name=name)).to_have_attribute("aria-selected", "true")
        page.wait_for_url(f"**board={period}*")
        wanted = database.execute(MART, period, PODIUM + PAGE_ROWS)
        assert board_of(page) == [row[:4] if place < PODIUM else row for place, row in enumerate(wanted)]
    # Whoever is sent the link sees the same board.
    page.reload()
    expect(page.locator(".boards")).to_have_attribute("data-period", "today")


def test_own_row_never_leaves_the_screen(page: Page, crowd: str) -> None:
    enter(page, crowd)
    rows = page.locator(".boards .scroll .entry")
    own = page.locator(".boards .scroll .own")
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        expect(page.locator(".dock .place")).to_have_text(["=2001", "4321", "=4322"])
        docked = page.locator(".dock .own")
        expect(docked).to_contain_text("You")
        assert docked.evaluate(IN_VIEW), width
        rows.last.scroll_into_view_if_needed()
        assert docked.evaluate(IN_VIEW), width

        # In its own neighbourhood the row is one of the list, and sticks to the edge of it.
        page.get_by_role("button", name="My row").click()
        expect(own.locator(".place")).to_have_text("4321")
        expect(page.locator(".dock")).to_be_hidden()
        expect(own.locator("a")).to_be_focused()
        wait_until(lambda: own.evaluate(IN_VIEW), 30)
        assert rows.count() == PAGE_ROWS
        for end in (rows.first, rows.last):
            end.scroll_into_view_if_needed()
            assert own.evaluate(IN_VIEW), width
        page.get_by_role("button", name="To the top").click()
        expect(rows.locator(".place").first).to_have_text("4")


def test_a_look_is_small_and_grows_only_so_far(page: Page, crowd: str) -> None:
    sizes: list[int] = []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: sizes.append(len(frame))))
    enter(page, crowd)
    entries = page.locator(".boards .scroll .entry")
    expect(entries).to_have_count(PAGE_ROWS)
    sizes.clear()
    # Events of the browser come in while it is asked something.
    wait_until(lambda: page.evaluate("1") == 1 and len(sizes) >= 3, 30)
    assert max(sizes) < 20_000, sizes
    more = page.get_by_role("button", name="Show more")
    for count in range(2 * PAGE_ROWS, MOST_ROWS + 1, PAGE_ROWS):
        more.click()
        expect(entries).to_have_count(count)
    expect(more).to_be_hidden()

    field = page.get_by_label("Find on this board")
    field.fill("CROWD-0999")
    expect(page.locator(".found")).to_have_text("10 of 10,000 found")
    expect(entries.locator(".who-name").first).to_have_text("Crowd 9990")
    expect(page.locator(".dock .own .place")).to_have_text("4321")
    field.fill("%_")
    expect(page.locator(".found")).to_have_text("Nobody on this board is called that.")
    field.fill("")
    expect(page.locator(".podium")).to_be_visible()


@pytest.mark.usefixtures("in_motion")
def test_an_event_moves_a_row_smoothly(page: Page, crowd: str, database: Database) -> None:
    page.add_init_script(
        "const play = Element.prototype.animate; window.moved = []; Element.prototype.animate ="
        " function (...how) { window.moved.push(this.dataset.user); return play.apply(this, how); }"
    )
    enter(page, crowd, "crowd-00007")
    row = page.locator(".boards .scroll .own")
    expect(row.locator(".place")).to_have_text("7")
    row.evaluate("(node) => { node.marked = true; node.querySelector('a').focus(); }")
    sdrs.work(database, "crowd-00007", "meeting_booked", 7)
    expect(row.locator(".place")).to_have_text("4")
    expect(row.locator("[data-field=meetings]")).to_have_text("11")
    assert page.evaluate("window.moved").count("crowd-00007") == 1
    assert row.evaluate("(node) => node.marked && node.previousElementSibling === null"), "the row was drawn anew"
    expect(row.locator("a")).to_be_focused()
    expect(page.locator(".rift > .quiet[role=status]")).to_have_text("You are now 4th of 10,000: up 3 places")

    page.emulate_media(reduced_motion="reduce")
    page.evaluate("window.moved = []")
    sdrs.work(database, "crowd-00007", "meeting_booked", 9)
    expect(page.locator(".hero.own")).to_have_attribute("data-seat", "1")
    expect(page.locator(".hero.own .podium-value")).to_have_text("20")
    assert page.evaluate("window.moved") == []


def test_row_leads_to_the_hud_of_its_sdr(page: Page, crowd: str) -> None:
    enter(page, crowd)
    page.locator(".boards .scroll [data-user=crowd-00005] a").press("Enter")
    expect(page.locator(".rift.my_hud .name")).to_have_text("Crowd 5")
    assert page.url.endswith("/?user=crowd-00005")


def test_teams_are_compared_per_head(page: Page, crowd: str, database: Database) -> None:
    landing.land_many(database, "nobody we know", "meeting_booked", 1)
    enter(page, crowd)
    wanted = database.execute(
        "select position, count(*) over (partition by position) > 1, team_name, headcount, meetings_booked, gold, xp,"
        " rank_points, total_position from marts.fct_team_weekly where is_current and position is not null"
        " order by position, team_name, team_id limit 12"
    )
    rows = page.locator(".team-row")
    expect(rows.locator(".who-name").first).to_have_text(wanted[0][2])
    for place, (position, tied, name, heads, meetings, gold, xp, points, total) in enumerate(wanted):
        row = rows.nth(place)
        expect(row.locator(".place")).to_have_text(f"{'=' if tied else ''}{position}")
        expect(row.locator(".who-name")).to_have_text(name)
        expect(row.locator(".team-sums")).to_have_text(f"{meetings:,} meetings{gold:,} gold{xp:,} XP")
        expect(row.locator(".team-facts")).to_contain_text(f"{heads} SDRs \u00b7 {total}")
        assert float((row.locator(".team-score").text_content() or "").split()[0]) == round(points / heads, 2)
    own = page.locator(".team-row.own")
    expect(own.locator(".who-name")).to_have_text("Squad 1")
    expect(own.locator(".you")).to_have_text("Yours")
    expect(page.locator(".teams .ratio")).to_have_text("first of 40")
    # Whom no roster knows come last, in no contest.
    expect(rows.last.locator(".who-name")).to_have_text("Unassigned")
    expect(rows.last.locator(".place")).to_have_text("\u2013")
    expect(rows.last.locator(".team-facts")).to_have_text("1 SDR \u00b7 on no roster: out of the contest")


DUELS = """
insert into seeds.duels (duel_id, title, subject_type, challenger_id, opponent_id, metric, starts_on, ends_on)
select duel_id, title, subject_type, one, two, metric, today + starts, today + ends
from (values
    ('a', %s, 'sdr', 'crowd-00001', 'crowd-00002', 'meeting_booked', -2, 0),
    ('b', 'Derby', 'team', 'squad-1', 'squad-2', 'gold', -2, 5),
    ('c', 'Late call', 'sdr', %s, 'crowd-00003', 'call_connect', -3, 3),
    ('d', 'Old feud', 'sdr', 'crowd-00002', 'crowd-09999', 'gold', -30, -20),
    ('e', 'Next', 'sdr', 'crowd-00002', 'a stranger', 'gold', 3, 9)
) as duels (duel_id, title, subject_type, one, two, metric, starts, ends)
cross join (select (now() at time zone %s)::date as today) as clock
"""


def test_duels_face_each_other_the_own_ones_first(page: Page, crowd: str, database: Database) -> None:
    database.execute(DUELS, HOSTILE, ME, sdrs.noon_zone())
    enter(page, crowd)
    cards = page.locator(".duel")
    expect(cards).to_have_count(5)
    titles = ["Late call", "Derby", HOSTILE, "Next", "Old feud"]
    expect(cards.locator(".duel-title")).to_have_text(titles)
    late, derby, first, upcoming, over = (cards.nth(place) for place in range(5))
    expect(late).to_have_class("duel own")
    expect(late.locator(".challenger")).to_have_text("Crowd 4321You1")
    expect(late.locator(".opponent .side-score")).to_have_text("0")
    expect(late.locator(".duel-metric")).to_have_text("Call connected")
    expect(late.locator(".duel-standing")).to_have_text("You lead by 1")
    expect(late.locator(".duel-time")).to_contain_text("3 days left")
    ((scores, margin),) = database.execute(
        "select array[challenger_score, opponent_score], margin from marts.fct_duels where duel_id = 'b'"
    )
    expect(derby.locator(".side-score")).to_have_text([f"{score:,}" for score in scores])
    expect(derby.locator(".challenger .you")).to_have_text("Yours")
    expect(derby.locator(".duel-standing")).to_contain_text(f"{float(margin):g} per head")
    expect(first.locator(".duel-time")).to_have_text("Last day")
    expect(upcoming.locator(".duel-standing")).to_have_text("Not begun")
    expect(upcoming.locator(".opponent .side-name")).to_have_text("a stranger")
    expect(upcoming.locator(".duel-time")).to_contain_text("Begins in 3 days")
    expect(over.locator(".duel-standing")).to_have_text("A draw")


def test_any_name_is_text_and_fits_on_any_screen(page: Page, crowd: str, database: Database) -> None:
    for place, name in enumerate(NAMES):
        landing.employ(database, f"name {place}", sdrs.noon_zone(), name, name=name)
        sdrs.work(database, f"name {place}", "meeting_booked", 40 - place)
    enter(page, crowd, "name 3")
    shown = page.locator(".hero .who-name, .boards .scroll .own .who-name")
    expect(shown).to_have_text(NAMES)
    expect(page.locator(".team-row .who-name").first).to_have_text(HOSTILE)
    assert page.title().endswith("Project Rift")
    assert page.locator(".content img[src*='203.0.113']").count() == 0
    for width, height in SIZES:
        looks.resize(page, width, height)
        if width > 1000:  # only lists scroll
            assert page.locator(".stMain").evaluate("(node) => node.scrollHeight <= node.clientHeight")
        assert looks.faults(page) == [], f"at {width} pixels"


@pytest.mark.parametrize("user_id", ["", "' or 1=1 --" + "x" * 5_000])
def test_a_reader_without_a_row_sees_the_board_all_the_same(page: Page, crowd: str, user_id: str) -> None:
    enter(page, crowd, user_id, board="nonsense")
    expect(page.locator(".boards")).to_have_attribute("data-period", "week")
    expect(page.locator(".boards .scroll .entry")).to_have_count(PAGE_ROWS)
    expect(page.locator(".stranger")).to_contain_text("on no board" if user_id else "Choose an SDR")
    expect(page.get_by_role("button", name="My row")).to_be_hidden()


def test_equal_scores_share_a_place_also_at_the_edge_of_a_page() -> None:
    board = Board([(f"user {place}", position) for place, position in enumerate([1, 2, 2, 4])])
    assert [row[-1] for row in board.cut(0, 2)] == [False, True]
    assert [row[-1] for row in board.cut(-5, 99)] == [False, True, True, False]
