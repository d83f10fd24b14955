"""A HUD that runs as it does for people: its own process, the role rift_hud, and Debian's Chromium in front of it."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit, urlunsplit

import httpx
import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Locator,
    Page,
    Playwright,
    Request,
    expect,
    sync_playwright,
)
from sqlalchemy.engine import Engine

from hud.database import open_engine
from orchestration.stack.postgres import Cluster
from tests.conftest import Database, Warehouse, clone, free_port
from tests.hud.proxy import Proxy

ROOT = Path(__file__).parent.parent.parent
CHROMIUM = "/usr/bin/chromium"
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--no-first-run",
    # Were a page to ask another host, it would be noted and nothing would leave this machine.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    # Sounds need a click of the reader, as they do outside tests.
    "--autoplay-policy=document-user-activation-required",
]


def _wait_for_function(page: Page, expression: str, *, arg: object = None, timeout: float = 30_000) -> None:
    """Playwright's own polls with eval, which the HUD's policy forbids; this asks from outside the page."""
    deadline = time.monotonic() + timeout / 1000
    while not page.evaluate(expression, arg):
        if time.monotonic() > deadline:
            pytest.fail(f"not so within {timeout / 1000} s: {expression}")
        page.wait_for_timeout(50)


# What appears, does so at once; on a machine with more to do, some seconds later. A bench tells how fast My HUD is.
expect.set_options(timeout=30_000)
Page.wait_for_function = _wait_for_function  # type: ignore[method-assign,assignment]


@contextmanager
def wire_to(database: Database) -> Iterator[Proxy]:
    """The wire between a HUD and this database, which a test may cut."""
    with Proxy(urlsplit(database.owner_dsn).port or 0) as running:
        yield running


def over(wire: Proxy, dsn: str) -> str:
    """The same database, by way of the wire."""
    url = urlsplit(dsn)
    return urlunsplit(url._replace(netloc=f"{url.username}:{url.password}@127.0.0.1:{wire.port}"))


@pytest.fixture(scope="package")
def hud_database(cluster: Cluster, template: Warehouse) -> Database:  # noqa: ARG001  # cloned by its name
    return clone(cluster, "hud")


@pytest.fixture(scope="package")
def proxy(hud_database: Database) -> Iterator[Proxy]:
    with wire_to(hud_database) as running:
        yield running


@contextmanager
def running_hud(dsn: str, logs: Path, port: int | None = None, **settings: str) -> Iterator[str]:
    """Start the HUD the way the documentation says, and give its address."""
    port = port or free_port()
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("RIFT_", "HUD_", "STREAMLIT_"))
    }
    environment |= {"RIFT_HUD_DSN": dsn, **settings}
    command = [sys.executable, "-m", "streamlit", "run", "hud/app.py", "--server.port", str(port)]
    with logs.open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT)
    url = f"http://127.0.0.1:{port}"
    try:
        wait_until(lambda: is_healthy(url), 30, lambda: logs.read_text(errors="replace"))
        yield url
    finally:
        process.terminate()
        process.wait(10)


class Wired(NamedTuple):
    """A HUD, the database behind it, and the wire between them, which a test may cut."""

    database: Database
    wire: Proxy
    url: str


Wiring = Callable[..., AbstractContextManager[Wired]]


@pytest.fixture(scope="package")
def wired(cluster: Cluster, template: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Wiring:  # noqa: ARG001  # cloned by its name
    """Starts a HUD in front of a database of its own, `hud_<name>`, which `fill` has filled."""

    @contextmanager
    def start(name: str, fill: Callable[[Database], None] = lambda _: None, **settings: str) -> Iterator[Wired]:
        database = clone(cluster, f"hud_{name}")
        fill(database)
        logs = tmp_path_factory.mktemp(name) / "hud.log"
        with (
            wire_to(database) as wire,
            running_hud(over(wire, database.dsn("hud")), logs, None, **settings) as url,
        ):
            yield Wired(database, wire, url)

    return start


def is_healthy(url: str) -> bool:
    try:
        return httpx.get(f"{url}/_stcore/health", timeout=1).is_success
    except httpx.HTTPError:
        return False


def wait_until(condition: Callable[[], bool], seconds: float, explain: Callable[[], str] = str) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            pytest.fail(f"not so within {seconds} s: {explain()}")
        time.sleep(0.05)


@pytest.fixture(scope="package")
def hud(hud_database: Database, proxy: Proxy, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    logs = tmp_path_factory.mktemp("hud") / "hud.log"
    # Not the default, so that whoever waits for a poll waits less.
    with running_hud(over(proxy, hud_database.dsn("hud")), logs, HUD_REFRESH_INTERVAL="0.4") as address:
        yield address


@pytest.fixture(scope="module")
def engine(hud_database: Database) -> Iterator[Engine]:
    """As the HUD asks: over its own role."""
    opened = open_engine(hud_database.dsn("hud"))
    yield opened
    opened.dispose()


@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="package")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """For what needs a context of its own."""
    running = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_FLAGS)
    yield running
    running.close()


@pytest.fixture(scope="package")
def context(playwright: Playwright, tmp_path_factory: pytest.TempPathFactory) -> Iterator[BrowserContext]:
    """One for all tests, with a profile on disk that keeps scripts as compiled: a third of a page's cost.

    Nothing moves in it, as for who wants no motion: what moves without end is drawn sixty times a second, and few tests
    look at it (see `in_motion`).
    """
    running = playwright.chromium.launch_persistent_context(
        tmp_path_factory.mktemp("profile"),
        executable_path=CHROMIUM,
        args=CHROMIUM_FLAGS,
        viewport={"width": 1366, "height": 768},
        reduced_motion="reduce",
    )
    yield running
    running.close()


@pytest.fixture(scope="package")
def root_page(context: BrowserContext) -> Page:
    """An empty page that stays: what it opens is in its process, which has compiled Streamlit's scripts already."""
    page = context.pages[0]
    page.route("http://127.0.0.1/", lambda route: route.fulfill(body=""))
    page.goto("http://127.0.0.1/")
    return page


def new_page(root_page: Page) -> Page:
    """A page beside this one, for half of what another process costs (`new_page` of a context starts one).

    For pages that are only looked at. Beside others in one process, sound was not always allowed by a click.
    """
    with root_page.context.expect_page() as opened:
        root_page.evaluate("void window.open('about:blank')")
    return opened.value


@pytest.fixture
def page(context: BrowserContext, root_page: Page) -> Iterator[Page]:
    """A page of 1366 x 768 that may ask this machine for things and nobody else."""
    fresh = context.new_page()
    strangers: list[str] = []
    failures: list[str] = []

    def note(request: Request) -> None:
        url = urlsplit(request.url)
        if url.scheme not in {"data", "blob"} and url.hostname != "127.0.0.1":
            strangers.append(request.url)

    fresh.on("request", note)
    fresh.on("pageerror", lambda error: failures.append(str(error)))
    yield fresh
    for opened in context.pages:
        if opened not in {root_page, fresh}:
            opened.close()
    # When no other tab is left that could remember something for the next test.
    if fresh.url.startswith("http"):
        fresh.evaluate("localStorage.clear()")
    fresh.close()
    assert strangers == [], "the page asked another host"
    assert failures == [], "a script of the page failed"


@pytest.fixture
def in_motion(page: Page) -> None:
    """The page moves, as it does for nearly everybody."""
    page.emulate_media(reduced_motion="no-preference")


def panel(page: Page, address: str) -> Locator:
    """Open an address of the HUD and wait until its panel has figures or a message."""
    page.goto(address)
    root = page.locator(".rift[data-state]")
    root.wait_for()
    return root


def polls(page: Page, number: int) -> None:
    """Wait for so many more polls of the panel: the second one is told of whatever was true before."""
    root = page.locator(".rift")
    for _ in range(number):
        expect(root).not_to_have_attribute("data-beat", root.get_attribute("data-beat") or "")
