"""Contrast as the eye has it: the colour of each text against the pixels behind it, whatever these are made of.

axe-core gives no verdict on texts over gradients and translucent panels, and here that is nearly every one.
"""

from io import BytesIO
from pathlib import Path
from typing import Any, Final

from PIL import Image
from playwright.sync_api import Page

SCRIPT: Final = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")
# WCAG AA; large is 24 CSS pixels, or 18.66 when bold.
LEAST: Final = 4.5
LEAST_LARGE: Final = 3.0
# So much of what is behind a text may be a line or a stone that crosses it.
STRAY: Final = 0.05


def too_faint(page: Page) -> list[str]:
    """Texts in the window that have less contrast than WCAG AA asks for."""
    page.evaluate(SCRIPT)
    texts: list[dict[str, Any]] = page.evaluate("contrast.texts()")
    page.evaluate("contrast.hide()")
    with Image.open(BytesIO(page.screenshot())) as shot:
        picture = shot.convert("RGB")
    page.evaluate("contrast.show()")
    found = []
    for text in texts:
        ratio = worst_contrast(text["colour"], text["opacity"], picture.crop(tuple(text["box"])))
        if ratio < (LEAST_LARGE if text["isLarge"] else LEAST):
            found.append(f"{text['name']} has a contrast of {ratio:.1f}")
    return found


def worst_contrast(colour: list[int], opacity: float, behind: Image.Image) -> float:
    """The least contrast of a colour with the pixels behind it; letters cut out of a gradient have no colour."""
    alpha = colour[3] / 255 * opacity
    if colour[3] == 0:
        return 21.0
    ratios = []
    counted: list[tuple[int, Any]] = behind.getcolors(behind.width * behind.height) or []
    for count, ground in counted:
        seen = tuple(alpha * one + (1 - alpha) * other for one, other in zip(colour[:3], ground, strict=True))
        lights = sorted((luminance(seen), luminance(ground)))
        ratios.append(((lights[1] + 0.05) / (lights[0] + 0.05), count))
    ratios.sort()
    stray = STRAY * behind.width * behind.height
    for ratio, count in ratios:
        stray -= count
        if stray < 0:
            return ratio
    return 21.0


def luminance(colour: tuple[float, ...]) -> float:
    """Relative luminance as WCAG defines it."""
    parts = (part / 255 for part in colour)
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
