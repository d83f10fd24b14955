"""What is wrong with the look of a page, and with its use by the keyboard and a screen reader."""

from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Page

SCRIPT: Final = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")
MOST_STOPS: Final = 150


def resize(page: Page, width: int, height: int) -> None:
    """Give the window this size, and wait until the page is drawn in it."""
    page.set_viewport_size({"width": width, "height": height})
    drawn(page)


def drawn(page: Page) -> None:
    """Wait until the page is drawn as it is now."""
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def faults(page: Page) -> list[str]:
    """What lies outside the window or over something else, at the size that the window has now."""
    page.evaluate(SCRIPT)
    found: list[str] = page.evaluate("looks.faults()")
    return found


def violations(page: Page, axe: str) -> list[str]:
    """What axe-core calls serious or critical."""
    page.evaluate(axe)
    results: list[dict[str, Any]] = page.evaluate(
        "async () => (await axe.run(document, { resultTypes: ['violations'] })).violations"
    )
    return [
        f"{rule['id']}: {node['target']} {node['html'][:160]}"
        for rule in results
        if rule["impact"] in {"serious", "critical"}
        for node in rule["nodes"][:3]
    ]


def unreached(page: Page) -> list[str]:
    """What the Tab key does not reach, or reaches without showing it."""
    page.evaluate(SCRIPT)
    hidden = []
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        said = str(page.evaluate("looks.stop()"))
        if said == "done":
            break
        if said not in {"seen", "outside"}:
            hidden.append(said)
    missed: list[str] = page.evaluate("looks.unreached()")
    return missed + hidden
