"""Weeks to report: a small team with hostile names, two closed weeks published, and how a browser opens a report."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, Page

from orchestration.lib.publication import publish
from tests import landing
from tests.conftest import Database

# Nobody opens these, and nothing of them runs.
IMAGE: Final = "<img src=x onerror=\"document.title='run'\">"
SCRIPT: Final = "</script><script>document.title='run'</script>"
FORMULA: Final = '=HYPERLINK("http://127.0.0.1/","Ada")'
MARKED: Final = "{{ 7 * 7 }} {% raw %} **bold** ![x](http://127.0.0.1/x.png) <b>bold</b>"
LONG: Final = "Fay" + "y" * 197
NAMES: Final = {"ann": IMAGE, "bob": SCRIPT, "cyd": FORMULA, "dee": MARKED, "eve": "שרה לוי 🦊", "fay": LONG}
EARLIER: Final = "2026-02-23"
WEEK: Final = "2026-03-02"


def play(database: Database) -> None:
    """Two weeks of work, not published yet: the second with other winners, and a team that a week never had."""
    for place, (user, name) in enumerate(NAMES.items()):
        landing.employ(database, user, team="Blue <i>&" if place % 2 else "+Red", name=name, started_on=EARLIER)
    before = {"ann": 4, "bob": 1, "cyd": 2}
    now = {"ann": 2, "bob": 5, "cyd": 2, "dee": 1}
    for first, meetings in (("2026-02-24", before), ("2026-03-03", now)):
        for user, number in meetings.items():
            at = [f"{first} {hour:02}:00+00" for hour in range(8, 8 + number)]
            landing.land(database, *(landing.event(user, "meeting_booked", one) for one in at))
        landing.land(database, *(landing.event("eve", "call_dial", f"{first} 0{hour}:30+00") for hour in range(1, 4)))
    landing.land(database, landing.event("eve", "call_dial", "2026-03-04 09:00+00"))


def published(database: Database) -> None:
    """The same weeks, published."""
    play(database)
    publish(database.dsn("transform"))


@contextmanager
def opened(browser: Browser, path: Path, width: int = 1200, *, scripts: bool = True) -> Iterator[Page]:
    """A report as it is opened on a machine without a network; fails when it asks for anything or a script fails."""
    context = browser.new_context(offline=True, viewport={"width": width, "height": 900}, java_script_enabled=scripts)
    page = context.new_page()
    asked: list[str] = []
    failures: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: failures.append(str(error)))
    page.on("console", lambda message: failures.append(message.text) if message.type == "error" else None)
    page.goto(path.as_uri())
    if scripts:
        page.wait_for_function("[...document.querySelectorAll('.chart')].every(chart => chart.dataset.drawn)")
    yield page
    context.close()
    assert [url for url in asked if not url.startswith(("data:", "blob:", path.as_uri()))] == []
    assert failures == []


def restate(database: Database) -> None:
    """A meeting of the earlier week that lands late."""
    landing.land(database, landing.event("dee", "meeting_booked", "2026-02-25 12:00+00"))
