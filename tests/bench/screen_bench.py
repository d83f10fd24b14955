"""Milliseconds from the post of an event at the door until Chromium shows it on My HUD, at the default interval.

python -m tests.bench.screen_bench [EVENTS]
"""

import random
import sys
import time
from typing import Final

import httpx
from playwright.sync_api import sync_playwright

from tests.bench.hud_figures import percentile
from tests.bench.hud_stack import Stack, running_stack
from tests.hud.conftest import CHROMIUM, CHROMIUM_FLAGS

INTERVAL_SECONDS: Final = 1.0
MAXIMUM_P95_SECONDS: Final = 1.5
WARM_UP: Final = 3
DIALS: Final = "[data-field=calls_made_today]"
# Resolves in the frame after the one that shows the number, with this machine's clock.
SHOWN: Final = """
(node, wanted) => new Promise((resolve) => {
  const look = () => requestAnimationFrame(() => (node.textContent.trim() === wanted ? shown() : look()));
  const shown = () => requestAnimationFrame(() => resolve(Date.now() / 1000));
  look();
})
"""


def run(events: int = 40) -> list[float]:
    """Measure so many events, in seconds."""
    with running_stack(INTERVAL_SECONDS) as stack:
        return _measure(stack, events)


def _measure(stack: Stack, events: int) -> list[float]:
    waits = []
    event = {"source": "bench", "event_type": "call_dial", "user_id": "sdr-1"}
    with sync_playwright() as playwright, httpx.Client(headers={"X-RIFT-SECRET": stack.secret}) as client:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_FLAGS)
        page = browser.new_page(viewport={"width": 1366, "height": 768})
        page.goto(f"{stack.hud}/?user=sdr-1")
        dials = page.locator(DIALS)
        dials.wait_for(timeout=30_000)
        for number in range(events + WARM_UP):
            # At any moment of an interval.
            time.sleep(random.uniform(0.5, 0.5 + INTERVAL_SECONDS))
            wanted = f"{int(dials.inner_text().replace(',', '')) + 1:,}"
            posted = time.time()
            client.post(stack.door, json=event | {"metadata": {"n": number}}).raise_for_status()
            shown = dials.evaluate(SHOWN, wanted)
            if number >= WARM_UP:
                waits.append(shown - posted)
        browser.close()
    return waits


def is_met(waits: list[float]) -> bool:
    return percentile(waits, 95) <= MAXIMUM_P95_SECONDS


def section(waits: list[float]) -> list[str]:
    """The part of docs/benchmarks.md, line by line."""
    return [
        "## From the door to the screen",
        "",
        f"{len(waits)} events are posted one by one, each at any moment of an interval; Chromium has My HUD open at",
        f"`HUD_REFRESH_INTERVAL={INTERVAL_SECONDS:g}`, Dagster is up. Timed from the post to the frame that shows it.",
        f"Target: p95 at most {MAXIMUM_P95_SECONDS * 1000:,.0f} ms.",
        "",
        "| p50 ms | p95 ms | longest ms |",
        "|---|---|---|",
        f"| {percentile(waits, 50) * 1000:,.0f} | {percentile(waits, 95) * 1000:,.0f} | {max(waits) * 1000:,.0f} |",
        "",
        "The target is met." if is_met(waits) else "The target is missed.",
    ]


def main() -> None:
    print("\n".join(section(run(*map(int, sys.argv[1:2])))))


if __name__ == "__main__":
    main()
