"""Every page at three sizes in every state: figures, none, old ones, and ten thousand people; and for every reader.

All pages of one state are open at once, each is loaded once, and only the window changes its size. A page is closed
when it has been looked at in its last state: an open one goes on asking.
"""

import re
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import ConsoleMessage, Error, Page, Request, expect

from tests.conftest import Database
from tests.hud import contrast, crowds, looks
from tests.hud.conftest import Wiring, new_page
from tests.hud.pages import SIZES, VISITS, Visit
from tests.hud.proxy import Proxy
from tests.outside import suites

# Streamlit asks below the page's own address first, where it is not.
STREAMLITS_OWN = ("/_stcore/health", "/_stcore/host-config")
CROWDED = [visit for visit in VISITS if visit.has_people]
# Seconds: the slowest page looks so seldom, and a busy machine is so late.
SLOWEST, LATE = 15, 10


@dataclass
class Tabs:
    """All pages, open, with what went wrong on each."""

    wire: Proxy
    cut_at: float = 0.0
    pages: dict[str, Page] = field(default_factory=dict)
    wrong: dict[str, list[str]] = field(default_factory=dict)

    def open(self, root_page: Page, address: str, visits: Sequence[Visit]) -> None:
        for visit in visits:
            page, wrong = new_page(root_page), self.wrong.setdefault(visit.name, [])
            page.on("console", partial(note, wrong))
            page.on("pageerror", partial(note_failure, wrong))
            page.on("request", partial(note_stranger, wrong))
            self.pages[visit.name] = page
            page.goto(f"{address}{visit.address}", wait_until="commit")
            if len(self.pages) == 1:
                # It reads the scripts for all others.
                page.locator(".rift").wait_for()

    def close(self, visit: Visit) -> None:
        self.pages.pop(visit.name).close()


def note(wrong: list[str], message: ConsoleMessage) -> None:
    if message.type == "error" and not str(message.location.get("url")).endswith(STREAMLITS_OWN):
        wrong.append(message.text)


def note_failure(wrong: list[str], failure: Error) -> None:
    wrong.append(str(failure))


def note_stranger(wrong: list[str], request: Request) -> None:
    url = urlsplit(request.url)
    if url.scheme not in {"data", "blob"} and url.hostname != "127.0.0.1":
        wrong.append(f"asked {request.url}")


@contextmanager
def opened(
    wired: Wiring, root_page: Page, name: str, fill: Callable[[Database], None], visits: Sequence[Visit] = VISITS
) -> Iterator[Tabs]:
    """These pages of a HUD of their own, in front of a database that `fill` has filled."""
    with wired(name, fill) as hud:
        tabs = Tabs(hud.wire)
        tabs.open(root_page, hud.url, visits)
        yield tabs
        for page in tabs.pages.values():
            page.close()


@pytest.fixture(scope="module")
def busy(wired: Wiring, root_page: Page) -> Iterator[Tabs]:
    with opened(wired, root_page, "busy", crowds.team_at_work) as tabs:
        yield tabs


@pytest.fixture(scope="module")
def stale(busy: Tabs) -> Tabs:
    """The same pages after their database went away."""
    for visit in VISITS:
        # A page that never was ready fails by itself.
        with suppress(Error):
            busy.pages[visit.name].locator(visit.ready).first.wait_for()
    busy.wire.cut()
    busy.cut_at = time.monotonic()
    return busy


@pytest.fixture(scope="module")
def empty(wired: Wiring, root_page: Page) -> Iterator[Tabs]:
    with opened(wired, root_page, "empty", lambda _: None) as tabs:
        yield tabs


@pytest.fixture(scope="module")
def crowded(wired: Wiring, root_page: Page) -> Iterator[Tabs]:
    with opened(wired, root_page, "crowded", crowds.crowd, CROWDED) as tabs:
        yield tabs


@pytest.fixture(scope="module")
def axe() -> str:
    return suites.axe_core()


AGE = re.compile(r"figures of (\d+) (s|min) ago")
each_page = pytest.mark.parametrize("visit", VISITS, ids=str)
each_crowded_page = pytest.mark.parametrize("visit", CROWDED, ids=str)


def show(tabs: Tabs, visit: Visit, selector: str, state: str) -> Page:
    page = tabs.pages[visit.name]
    page.bring_to_front()
    page.locator(selector).first.wait_for()
    expect(page.locator(".rift")).to_have_attribute("data-state", state, timeout=(SLOWEST + LATE) * 1_000)
    return page


def check_looks(page: Page, tabs: Tabs, visit: Visit) -> None:
    for width, height in SIZES:
        looks.resize(page, width, height)
        assert looks.faults(page) == [], f"{visit} at {width} pixels"
    page.set_viewport_size({"width": 1366, "height": 768})
    assert tabs.wrong[visit.name] == []


@each_page
def test_page_with_a_team_at_work(busy: Tabs, visit: Visit, axe: str) -> None:
    page = show(busy, visit, visit.ready, "live")
    check_looks(page, busy, visit)
    assert looks.violations(page, axe) == []
    assert contrast.too_faint(page) == []
    assert looks.unreached(page) == []


@each_page
def test_page_while_the_database_is_away(stale: Tabs, visit: Visit) -> None:
    page = show(stale, visit, visit.ready, "stale")
    told = AGE.search(page.locator(".status").text_content() or "")
    assert told
    age, unit = int(told[1]), 60 if told[2] == "min" else 1
    away = time.monotonic() - stale.cut_at
    assert away - LATE < (age + 1) * unit, "the figures are older than it says"
    assert age * unit < away + SLOWEST + LATE
    check_looks(page, stale, visit)
    assert contrast.too_faint(page) == []
    stale.close(visit)


@each_page
def test_page_without_people_and_events(empty: Tabs, visit: Visit, axe: str) -> None:
    page = empty.pages[visit.name]
    page.bring_to_front()
    page.locator(visit.empty).first.wait_for()
    check_looks(page, empty, visit)
    assert looks.violations(page, axe) == []
    assert contrast.too_faint(page) == []
    empty.close(visit)


@each_crowded_page
def test_page_with_ten_thousand_people(crowded: Tabs, visit: Visit) -> None:
    page = show(crowded, visit, visit.ready, "live")
    check_looks(page, crowded, visit)
    assert page.locator("[src*='203.0.113'], [href*='203.0.113']").count() == 0
    crowded.close(visit)
