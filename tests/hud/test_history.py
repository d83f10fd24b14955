"""History in a real browser: the figures of the marts, drawn, in tables, and left alone while nothing changes."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, WebSocket, WebSocketRoute, expect

from tests import landing
from tests.conftest import Database
from tests.hud import looks, pasts
from tests.hud.conftest import Wired, Wiring, panel
from tests.hud.pages import SIZES
from tests.hud.pasts import GOLDEN, HOSTILE, MONDAY, TODAY, day_name, week_name

# Of plotly's JSON, so that a message is known to carry charts.
CHARTS = b"hovertemplate"
# And of what every look sends.
LOOK = b"past_version"
TABLE = "table => [...table.rows].map(row => [...row.cells].map(cell => cell.textContent))"


@pytest.fixture(scope="module")
def place(wired: Wiring) -> Iterator[Wired]:
    """A HUD of people with a past, with a look at it every three seconds."""
    with wired("history", pasts.land, HUD_REFRESH_INTERVAL="0.2") as running:
        yield running


@pytest.fixture(scope="module")
def database(place: Wired) -> Database:
    return place.database


@pytest.fixture(scope="module")
def hud(place: Wired) -> str:
    return place.url


def open_history(page: Page, hud: str, user_id: str = "ann") -> None:
    root = panel(page, f"{hud}/history?user={quote(user_id)}")
    expect(root).to_have_attribute("data-state", "live")


def read_table(page: Page, name: str) -> list[list[str]]:
    """The table of a chart, head first, opened with the keyboard."""
    key = page.locator(f".chart.{name} .as-table")
    table = page.locator(f".chart.{name} table")
    expect(key).to_have_attribute("aria-expanded", "false")
    expect(table).to_be_hidden()
    key.focus()
    page.keyboard.press("Enter")
    expect(key).to_have_attribute("aria-expanded", "true")
    expect(table).to_be_visible()
    rows: list[list[str]] = table.evaluate(TABLE)
    page.keyboard.press("Enter")
    expect(table).to_be_hidden()
    return rows


def test_tables_and_lists_equal_the_marts(page: Page, hud: str, database: Database) -> None:
    open_history(page, hud)
    weeks = database.execute(
        """
        select week_start_date, rank_tier, weekly_rank_points, weekly_meetings_booked, rank_position
        from marts.fct_weekly_ranks where user_id = 'ann' and week_start_date >= %s order by 1 desc
        """,
        MONDAY - timedelta(weeks=3),
    )
    rows = read_table(page, "ranks")
    assert rows[0] == ["Week of", "Rank", "Points", "Meetings", "Place", "Announced as", "State"]
    assert [row[:5] for row in rows[1:]] == [[week_name(day), *map(str, rest)] for day, *rest in weeks]
    assert [row[6] for row in rows[1:]] == ["Not over yet", rows[2][6], "Changed since", "As announced"]
    assert rows[3][1] == "Platinum"
    assert rows[3][5].startswith("Gold, 3 points, place 1")
    # A cross stands where it was announced, and the legend says what a cross is.
    expect(page.locator(".chart.ranks .legend")).to_have_text("Announced as")

    days = database.execute(
        "select activity_date, sum(event_count), sum(xp_value)"
        " from marts.fct_user_daily where user_id = 'ann' group by activity_date"
    )
    in_all = database.execute("select total_xp, current_level from marts.dim_user_stats where user_id = 'ann'")[0]
    experience, activity = read_table(page, "experience"), read_table(page, "activity")
    assert experience[1][2:] == [f"{in_all[0]:,}", str(in_all[1])]
    for day, events, xp in days:
        assert [day_name(day), f"{xp:,}"] in [row[:2] for row in experience[1:]]
        assert [day_name(day), str(events)] in [[row[0], row[-1]] for row in activity[1:]]
    assert sum(int(row[-1]) for row in activity[1:]) == sum(int(row[1]) for row in days) == 11
    assert activity[0] == ["Day", "Call dialled", "Meeting booked", "All events"]

    calendar = read_table(page, "calendar")
    assert [week_name(GOLDEN), "0", "0", "4", "0", "0", "0", "0", "4"] in calendar
    assert len(calendar) == 1 + 53

    best = page.locator("[data-metric=meetings_booked] [data-period=day] dd")
    expect(best).to_have_text(f"4{week_name(GOLDEN + timedelta(days=2))}before: 1")
    earned = page.locator("[data-achievement=first_meeting]")
    expect(earned).to_have_class("earned")
    expect(earned).to_contain_text(f"Earned {week_name(MONDAY - timedelta(days=20))}")
    bar = page.get_by_role("progressbar", name="Warm Line")
    expect(bar).to_have_attribute("aria-valuetext", "6 of 100")
    progress = database.execute(
        "select count(*) filter (where is_earned), count(*) from marts.fct_achievement_progress where user_id = 'ann'"
    )
    expect(page.locator(".achievements .ratio")).to_have_text("{} of {} earned".format(*progress[0]))
    nearest = page.locator(".badges li").first
    assert "ahead" in (nearest.get_attribute("class") or "")
    expect(page.locator(".peak")).to_contain_text(f"Platinumweek of {week_name(GOLDEN)}")


def test_charts_are_drawn_once_and_again_only_for_news(page: Page, hud: str, database: Database) -> None:
    messages: list[bytes] = []

    def listen(socket: WebSocket) -> None:
        socket.on("framereceived", lambda data: messages.append(data if isinstance(data, bytes) else data.encode()))

    page.on("websocket", listen)
    with page.expect_websocket(lambda socket: "stream" in socket.url) as opened:
        open_history(page, hud)
    charts = page.locator(".chart")
    for place in range(4):
        expect(charts.nth(place)).to_have_attribute("data-draws", "1")
    expect(page.locator(".chart.ranks .scatterlayer .trace")).to_have_count(2)
    assert page.locator(".chart.activity .barlayer .point path").count() > 0
    assert page.locator(".chart.calendar .heatmaplayer image, .chart.calendar .heatmaplayer path").count() > 0
    # In a phone's hand or on a wall, plotly's own rules must reach it here too.
    assert page.locator(".chart.ranks .main-svg").first.evaluate("svg => getComputedStyle(svg).position") == "absolute"
    assert sum(CHARTS in message for message in messages) == 1

    plot = page.locator(".chart.ranks .plot")
    plot.focus()
    page.keyboard.press("End")
    expect(page.locator(".chart.ranks [role=status]")).to_contain_text(f"{week_name(MONDAY)}, Rank Iron")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".chart.ranks [role=status]")).to_contain_text("Rank Platinum")
    expect(page.locator(".chart.ranks .hoverlayer")).to_contain_text("Platinum")
    page.locator(".chart.calendar .plot").focus()
    page.keyboard.press("End")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    day = MONDAY - timedelta(days=12)
    expect(page.locator(".chart.calendar [role=status]")).to_have_text(f"{day_name(day)}: 4 events")

    opened.value.wait_for_event("framereceived", lambda data: LOOK in data)
    assert [charts.nth(place).get_attribute("data-draws") for place in range(4)] == ["1"] * 4
    assert sum(CHARTS in message for message in messages) == 1, "a look without news carries no charts"
    assert page.evaluate("document.activeElement?.shadowRoot?.activeElement?.className ?? ''").startswith("plot")

    landing.land(database, landing.event("ann", "call_dial", datetime.now(UTC)))
    expect(page.locator(".chart.activity")).to_have_attribute("data-draws", "2")


def test_what_was_lost_on_the_way_is_asked_for_again(page: Page, hud: str) -> None:
    lost: list[int] = []

    def lose_the_first(route: WebSocketRoute) -> None:
        server = route.connect_to_server()

        def pass_on(message: str | bytes) -> None:
            data = message if isinstance(message, bytes) else message.encode()
            if CHARTS in data and not lost:
                lost.append(len(data))
            else:
                route.send(message)

        server.on_message(pass_on)

    page.route_web_socket("**/_stcore/stream", lose_the_first)
    open_history(page, hud)
    expect(page.locator(".chart.ranks")).to_have_attribute("data-draws", "1")
    assert lost


def test_ranges_are_chosen_and_remembered_and_end_after_five_years(page: Page, hud: str, database: Database) -> None:
    open_history(page, hud, "old")
    twelve = page.get_by_role("button", name="12 weeks")
    expect(twelve).to_have_attribute("aria-pressed", "true")
    assert len(read_table(page, "activity")) - 1 == 11 * 7 + TODAY.weekday() + 1
    page.get_by_role("button", name="4 weeks").click()
    assert len(read_table(page, "activity")) - 1 == 3 * 7 + TODAY.weekday() + 1
    assert len(read_table(page, "ranks")) - 1 == 4
    page.get_by_role("button", name="All").click()
    activity, experience = read_table(page, "activity"), read_table(page, "experience")
    assert len(activity) - 1 == 260
    # What is older is not drawn, and counts.
    total = database.execute("select total_xp from marts.dim_user_stats where user_id = 'old'")[0][0]
    assert experience[1][2] == f"{total:,}"
    assert sum(int(row[1]) for row in experience[1:]) < total
    page.reload()
    expect(page.get_by_role("button", name="All")).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".chart.ranks")).to_have_attribute("data-draws", "1")
    loaded = "performance.getEntriesByType('resource').filter(one => one.name.includes('/plotly-'))"
    assert page.evaluate(f"{loaded}.map(one => one.transferSize)") == [0], "plotly is kept by the browser"


def test_names_of_people_and_events_are_only_signs(page: Page, hud: str) -> None:
    open_history(page, hud, "bad")
    expect(page.locator(".name")).to_have_text(HOSTILE)
    chart = page.locator(".chart.activity")
    expect(chart).to_have_attribute("data-draws", "1")
    assert read_table(page, "activity")[0][1] == HOSTILE
    expect(chart.locator(".legend li").first).to_have_text(HOSTILE)
    # Six types have a colour of their own.
    expect(chart.locator(".legend li")).to_have_count(7)
    expect(chart.locator(".legend li").last).to_have_text("Others")
    chart.locator(".plot").focus()
    page.keyboard.press("End")
    expect(chart.locator(".hoverlayer")).to_contain_text('<img src="http://203.0.113.7')
    assert page.locator(".content a, .content img[src*='203.0.113']").count() == 0
    assert page.title() == "History · Project Rift"


def test_chart_that_cannot_be_drawn_is_a_table_below_its_reason(page: Page, hud: str) -> None:
    page.route("**/plotly-*", lambda route: route.abort())
    open_history(page, hud)
    chart = page.locator(".chart.ranks")
    expect(chart.locator(".words")).to_be_visible()
    expect(chart.locator(".as-table")).to_be_hidden()
    reason, table = chart.locator(".failed").bounding_box(), chart.locator(".words").bounding_box()
    assert reason
    assert table
    assert reason["y"] + reason["height"] <= table["y"]
    # Another range is another try.
    page.unroute("**/plotly-*")
    page.get_by_role("button", name="4 weeks").click()
    expect(chart.locator(".failed")).to_be_hidden()
    expect(chart.locator(".as-table")).to_be_visible()


def test_who_has_no_past_yet_is_invited(page: Page, hud: str) -> None:
    open_history(page, hud, "new")
    expect(page.locator(".beginning")).to_contain_text("Nothing written yet")
    expect(page.locator(".bests .empty")).to_be_visible()
    expect(page.locator(".chart").first).to_be_hidden()
    expect(page.locator("[data-achievement=first_call] .far")).to_have_text("0 / 1")
    assert page.evaluate("window.Plotly === undefined"), "without a chart plotly is not loaded"


def test_nobody_and_strangers_are_led_to_the_choice(page: Page, hud: str) -> None:
    root = panel(page, f"{hud}/history?user={quote(HOSTILE)}")
    expect(root).to_have_attribute("data-state", "unknown")
    expect(page.get_by_role("heading", name="No such SDR")).to_be_visible()
    panel(page, f"{hud}/history")
    expect(page.get_by_role("heading", name="Choose an SDR")).to_be_visible()
    page.get_by_role("button", name="Choose an SDR").click()
    page.get_by_role("link", name="Ann Past").click()
    expect(page.locator(".rift.my_hud")).to_have_attribute("data-state", "live")
    page.get_by_role("link", name="History").click()
    expect(page.locator(".rift.history .name")).to_have_text("Ann Past")
    assert page.url.endswith("/history?user=ann")


def test_it_fits_every_screen(page: Page, hud: str) -> None:
    open_history(page, hud)
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        for name in ("ranks", "experience", "activity", "calendar"):
            plot = page.locator(f".chart.{name} .plot")
            fits = """plot => {
                const drawn = plot.querySelector(".main-svg")?.getBoundingClientRect();
                return drawn && Math.abs(drawn.width - plot.clientWidth) < 2;
            }"""
            page.wait_for_function(fits, arg=plot.element_handle())
        assert looks.faults(page) == [], f"at {width} pixels"
