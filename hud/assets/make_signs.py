"""Draw the signs of the Health page into hud/static/signs: `python -m hud.assets.make_signs`.

A shield with a tick, a triangle with an exclamation mark, an octagon with a cross, an empty diamond: told apart by
shape, not by colour.
"""

from collections.abc import Callable
from pathlib import Path

from hud.assets.facets import bevel, path, regular, scaled, symmetric

FOLDER = Path(__file__).parent.parent / "static" / "signs"
GOLD = "#c8aa6e"
LIGHT = "#f4fffc"


def well() -> str:
    shield = symmetric([(0, -92), (74, -66), (70, 14), (44, 62), (0, 94)])
    tick = [(-36, -4), (-22, -20), (-6, 0), (28, -42), (44, -28), (-6, 32)]
    return (
        bevel(shield, 0.86, GOLD, "#0b2b36")
        + bevel(scaled(shield, 0.76), 0.8, "#0a9d95", "#0b6f72")
        + path([(x, y + 6) for x, y in tick], "#063a3d")
        + path(tick, LIGHT)
    )


def look() -> str:
    triangle = symmetric([(0, -88), (12, -80), (98, 70), (90, 82)])
    inner = scaled(triangle, 0.7, (0, 22))
    return (
        bevel(triangle, 0.84, GOLD, "#2c1d07")
        + bevel(inner, 0.8, "#e8962c", "#a86412")
        + path(symmetric([(10, -34), (6, 26)]), LIGHT)
        + path(regular(4, 12, centre=(0, 46)), LIGHT)
    )


def wrong() -> str:
    octagon = regular(8, 92, 22.5)
    bars = [[(-40, -28), (-28, -40), (40, 28), (28, 40)], [(28, -40), (40, -28), (-28, 40), (-40, 28)]]
    return (
        bevel(octagon, 0.86, GOLD, "#2b080c")
        + bevel(scaled(octagon, 0.76), 0.82, "#d2454d", "#8c1f28")
        + "".join(path(bar, LIGHT) for bar in bars)
    )


def rest() -> str:
    diamond = regular(4, 96)
    return bevel(diamond, 0.86, GOLD, "#0b1d2a") + bevel(scaled(diamond, 0.7), 0.8, "#7f97a3", "#0f2a3a")


SIGNS: dict[str, Callable[[], str]] = {"well": well, "rest": rest, "look": look, "wrong": wrong}


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for name, draw in SIGNS.items():
        svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="-110 -110 220 220">{draw()}</svg>\n'
        (FOLDER / f"{name}.svg").write_text(svg, encoding="utf-8")


if __name__ == "__main__":
    main()
