"""Take the README's picture of a running HUD: `python -m tests.hud.screenshots URL [USER] [FILE]`."""

import sys
from pathlib import Path
from urllib.parse import quote

from PIL import Image
from playwright.sync_api import sync_playwright

from tests.hud.conftest import CHROMIUM, CHROMIUM_FLAGS, ROOT

PICTURE = ROOT / "docs" / "images" / "hud.png"
LARGEST_BYTES = 400_000


def take(url: str, user_id: str, file: Path) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_FLAGS)
        page = browser.new_page(viewport={"width": 1366, "height": 768})
        # Nothing moves, so that the picture is the same whenever it is taken.
        page.emulate_media(reduced_motion="reduce")
        page.goto(f"{url.rstrip('/')}/?user={quote(user_id)}")
        page.locator(".rift[data-state=live]").wait_for(timeout=20_000)
        page.wait_for_function("document.fonts.status === 'loaded'")
        page.wait_for_timeout(500)
        file.parent.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=file)
        browser.close()
    # 256 colours, dithered: half the bytes. Colours are chosen by coverage, or the rare bright ones would be lost.
    with Image.open(file) as shot:
        colours = shot.convert("RGB")
    palette = colours.quantize(256, method=Image.Quantize.MAXCOVERAGE, kmeans=2)
    colours.quantize(palette=palette, dither=Image.Dither.FLOYDSTEINBERG).save(file, optimize=True)
    if file.stat().st_size > LARGEST_BYTES:
        raise SystemExit(f"{file} has {file.stat().st_size} bytes: more than a README should load.")


if __name__ == "__main__":
    if len(sys.argv) < 2:
        raise SystemExit(__doc__)
    user = sys.argv[2] if len(sys.argv) > 2 else "sdr-001"
    take(sys.argv[1], user, Path(sys.argv[3]) if len(sys.argv) > 3 else PICTURE)
