"""The page Reports: the list, a report opened in place, downloads; what is hostile in it reaches nothing."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import FrameLocator, Page, expect

from orchestration.lib.report import folder, making
from tests import reports
from tests.conftest import Database
from tests.hud import looks
from tests.hud.conftest import Wired, Wiring, panel, wait_until
from tests.outside import suites
from tests.reports import NAMES


@pytest.fixture(scope="module")
def place(wired: Wiring) -> Iterator[Wired]:
    """A HUD with weeks of its own: others of these tests have none."""
    with wired("reports", HUD_REFRESH_INTERVAL="0.2") as running:
        yield running


@pytest.fixture(scope="module")
def database(place: Wired) -> Database:
    return place.database


@pytest.fixture(scope="module")
def address(place: Wired) -> str:
    """The address of the page."""
    return f"{place.url}/reports"


@pytest.fixture(scope="module")
def weeks(database: Database) -> None:
    """Two weeks are published, each with its report, and something of the earlier one has changed since."""
    reports.published(database)
    for week, _ in making.unreported(database.dsn("transform")):
        making.make(database.dsn("transform"), week)
    reports.restate(database)


@pytest.fixture
def frames(page: Page) -> list[int]:
    """The sizes of what the server has sent over the websocket."""
    sizes: list[int] = []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda payload: sizes.append(len(payload))))
    return sizes


def opened(page: Page, week: str) -> FrameLocator:
    page.get_by_role("button", name=week).first.click()
    frame = page.frame_locator(f"iframe[title='Weekly Rank Report {week}']")
    frame.locator(".chart[data-drawn]").first.wait_for()
    return frame


def test_while_no_week_is_published_it_says_when_the_first_will_be(
    page: Page, address: str, request: pytest.FixtureRequest
) -> None:
    panel(page, address)
    expect(page.get_by_role("heading", name="No week has been published yet")).to_be_visible()
    expect(page.locator(".none")).to_contain_text("when a week is over in which somebody was at work")
    request.getfixturevalue("weeks")
    # Nobody needs to reload.
    expect(page.locator(".week")).to_have_count(2)


@pytest.mark.usefixtures("weeks")
def test_a_report_opens_in_place_and_reaches_nothing(page: Page, address: str, frames: list[int]) -> None:
    panel(page, address)
    newest, earlier = page.locator(".week").all()
    assert newest.locator("bdi").inner_text() == NAMES["bob"]
    expect(newest).to_contain_text("10 meetings · 2 teams · 6 SDRs")
    expect(earlier).to_contain_text("2026-W09")
    expect(page.get_by_role("heading", name="Reports", level=1)).to_be_visible()
    expect(page.locator(".tiles dt")).to_have_text(["Meetings booked", "Rose a tier", "Fell a tier", "Personal bests"])
    # The main key is seen whole.
    for width, height in ((3840, 2160), (1366, 768)):
        page.set_viewport_size({"width": width, "height": height})
        expect(page.get_by_role("button", name="Open the report")).to_be_in_viewport(ratio=1)
    page.get_by_role("button", name="Open the report").focus()
    assert max(frames) < 100_000
    page.keyboard.press("Enter")
    frame = page.frame_locator("iframe[title='Weekly Rank Report 2026-W10']")
    frame.locator(".chart[data-drawn]").first.wait_for()
    expect(frame.locator("[data-sdr=ann] .who")).to_have_text(NAMES["ann"])
    expect(page.get_by_role("heading", name="2026-W10")).to_be_focused()
    assert page.locator("iframe").get_attribute("sandbox") == "allow-scripts"
    (inner,) = [one for one in page.frames if one != page.main_frame and one.locator(".standings").count()]
    assert inner.evaluate("self.origin") == "null"
    for reach in ("parent.document.title", "top.location.href", "localStorage.length", "document.cookie"):
        assert inner.evaluate(
            f"(() => {{ try {{ return String({reach}) }} catch (error) {{ return error.name }} }})()"
        ) == ("SecurityError")
    assert inner.evaluate("fetch('data:,x').then(() => 'fetched', () => 'refused')") == "refused"
    # The document came once: later polls carry the list.
    frames.clear()
    # Events of the browser come in while it is asked something.
    wait_until(lambda: page.evaluate("1") == 1 and len(frames) >= 2, 30)
    assert max(frames) < 100_000
    # The next one comes, and the first is still known.
    opened(page, "2026-W09")
    assert 100_000 < max(frames) < 1_000_000
    frames.clear()
    opened(page, "2026-W10")
    assert max(frames, default=0) < 100_000


@pytest.mark.usefixtures("weeks")
def test_a_report_stays_open_where_streamlit_puts_a_new_element_in_the_place_of_its_own(
    page: Page, address: str
) -> None:
    root = panel(page, address)
    frame = opened(page, "2026-W10")
    frame.locator("body").evaluate("(body) => body.dataset.before = 'moved'")
    root.evaluate("(root) => root.parentNode.append(root)")
    # A browser loads a frame that has moved once more, and that the server is not asked for.
    expect(frame.locator("body:not([data-before])")).to_have_count(1)
    frame.locator(".chart[data-drawn]").first.wait_for()


@pytest.mark.usefixtures("weeks")
def test_downloads_are_the_files_that_rift_report_writes(
    page: Page, address: str, database: Database, tmp_path: Path
) -> None:
    report = making.make(database.dsn("transform"), making.newest_week(database.dsn("transform")))
    written = folder.write(report, tmp_path)
    panel(page, address)
    for name, path in zip(("Download the page of 2026-W10", "Download 2026-W10 as CSV"), written, strict=True):
        with page.expect_download() as download:
            page.get_by_role("button", name=name).click()
        assert download.value.suggested_filename == f"rift-report-{path.name}"
        assert Path(download.value.path()).read_bytes() == path.read_bytes()
    rows = list(csv.DictReader(io.StringIO(written[1].read_text(encoding="utf-8-sig"))))
    assert {row["user_id"] for row in rows if row["section"] == "standing"} == set(NAMES)
    assert page.locator("iframe").count() == 0


@pytest.mark.usefixtures("weeks")
def test_what_has_changed_since_is_marked_and_a_report_opens_without_the_database(
    page: Page, address: str, place: Wired
) -> None:
    panel(page, f"{address}?week=2026-W09")
    expect(page.get_by_role("heading", name="2026-W09")).to_be_visible()
    opened(page, "2026-W09")
    mark = page.locator(".week", has_text="2026-W09").locator(".mark-since")
    expect(mark).to_have_text("1 change since")
    # A browser that has nothing of it: the server remembers.
    page.reload()
    expect(page.locator(".week")).to_have_count(2)
    place.wire.cut()
    try:
        expect(page.locator(".rift")).to_have_attribute("data-state", "stale")
        expect(page.locator(".week")).to_have_count(2)
        opened(page, "2026-W09")
    finally:
        place.wire.mend()
    expect(page.locator(".rift")).to_have_attribute("data-state", "live")


@pytest.mark.usefixtures("weeks")
def test_it_fits_a_phone(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    panel(page, address)
    frame = opened(page, "2026-W10")
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    inner = next(one for one in page.frames if one != page.main_frame and one.locator(".standings").count())
    assert inner.evaluate("document.documentElement.scrollWidth <= innerWidth")
    expect(frame.locator(".standings tbody tr")).to_have_count(len(NAMES))
    assert looks.violations(page, suites.axe_core()) == []


@pytest.mark.parametrize(
    "value", [None, "2026-W10", {"week": 7}, {"week": "x", "request": "1"}, {"week": "2026-03-02"}]
)
def test_what_makes_no_sense_is_not_asked_for(value: object) -> None:
    from hud.views.reports import _asked  # noqa: PLC0415

    assert _asked(value) is None
