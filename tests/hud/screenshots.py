"""Take the pictures of the documentation: `make screenshots`, or of a running HUD
`python -m tests.hud.screenshots URL [NAME …]`.

Without an address a HUD is started in front of a season of its own (tests/hud/season.py), which takes two minutes.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from tests import machine
from tests.hud import season
from tests.hud.conftest import CHROMIUM, CHROMIUM_FLAGS, ROOT, running_hud
from tests.hud.pages import SOMEBODY, VISITS

FOLDER: Final = ROOT / "docs" / "images"
LARGEST_BYTES: Final = 400_000
LAPTOP: Final = (1366, 768)


@dataclass(frozen=True)
class Shot:
    """One picture: of which page, how large, and what is pressed before."""

    page: str
    size: tuple[int, int] = LAPTOP
    keys: tuple[str, ...] = ()


PAGES: Final = {visit.name: visit for visit in VISITS}
# Not who leads: the highest rank has no next one to show.
SHOWN: Final = "sdr-005"
# By the name of the file in docs/images.
SHOTS: Final[dict[str, Shot]] = {
    "hud": Shot("my_hud"),
    "overlay": Shot("overlay", size=(420, 374)),
    **{name: Shot(name) for name in ("arena", "history", "reports", "rules", "health")},
    "tv": Shot("tv", size=(1600, 900), keys=("ArrowRight",)),
}


def take(url: str, names: list[str]) -> None:
    """Write the pictures of these names."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_FLAGS)
        for name in names:
            file = FOLDER / f"{name}.png"
            take_one(browser, url.rstrip("/"), SHOTS[name], file)
            shrink(file)
            print(f"{file.relative_to(ROOT)}: {file.stat().st_size // 1000} kB")
        browser.close()


def take_one(browser: Browser, url: str, shot: Shot, file: Path) -> None:
    width, height = shot.size
    # Nothing moves, so that the picture is the same whenever it is taken.
    page = browser.new_page(viewport={"width": width, "height": height}, reduced_motion="reduce")
    visit = PAGES[shot.page]
    page.goto(url + visit.address.replace(SOMEBODY, SHOWN))
    page.locator(".rift[data-state=live]").wait_for()
    page.locator(visit.ready).first.wait_for()
    for key in shot.keys:
        page.keyboard.press(key)
    page.evaluate("document.fonts.ready.then(() => true)")
    page.wait_for_timeout(1_000)
    file.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=file)
    page.close()


def shrink(file: Path) -> None:
    """256 colours, dithered: half the bytes. Colours are chosen by coverage, or the rare bright ones would be lost."""
    with Image.open(file) as shot:
        colours = shot.convert("RGB")
    palette = colours.quantize(256, method=Image.Quantize.MAXCOVERAGE, kmeans=2)
    colours.quantize(palette=palette, dither=Image.Dither.FLOYDSTEINBERG).save(file, optimize=True)
    if file.stat().st_size > LARGEST_BYTES:
        raise SystemExit(f"{file} has {file.stat().st_size} bytes: more than a README should load.")


@contextmanager
def own_hud() -> Iterator[str]:
    with (
        machine.folder() as folder,
        season.warehouse() as warehouse,
        running_hud(warehouse.dsn("hud"), folder / "hud.log") as url,
    ):
        yield url


def main(arguments: list[str]) -> None:
    url = arguments.pop(0) if arguments and "://" in arguments[0] else None
    unknown = set(arguments) - set(SHOTS)
    if unknown:
        raise SystemExit(
            f"There is no picture {', '.join(sorted(unknown))}; there are {', '.join(SHOTS)}.\n\n{__doc__}"
        )
    names = arguments or list(SHOTS)
    if url:
        take(url, names)
        return
    with own_hud() as address:
        take(address, names)


if __name__ == "__main__":
    main(sys.argv[1:])
