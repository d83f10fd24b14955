"""Draw the ten rank emblems into hud/static/emblems: `python -m hud.assets.make_emblems`.

Each tier has a silhouette of its own (what is left of it at 24 pixels, and without colour) and as many pips below as it
stands above Iron. Everything is computed geometry; there is no outside art in it.
"""

import math
from collections.abc import Callable
from pathlib import Path

from hud.assets.facets import Point, bevel, blade, blades, gem, path, regular, scaled, star, symmetric, tint

FOLDER = Path(__file__).parent.parent / "static" / "emblems"
NIGHT = "#0b1724"
GOLD = "#c8aa6e"


def iron() -> str:
    metal = "#8f969f"
    plate = symmetric([(54, -64), (64, -46), (60, 14), (0, 84)])
    crack = [(10, -60), (22, -60), (8, -22), (20, -4), (2, 36), (6, 4), (-8, -16)]
    rivets = "".join(
        bevel(regular(6, 7, centre=spot), 0.5, metal) for spot in ((-42, -46), (42, -46), (-38, 8), (38, 8))
    )
    return (
        bevel(plate, 0.8, metal, "#3a3f48")
        + bevel(scaled(plate, 0.62), 0.9, "#5a606a", "#4a505a")
        + path(crack, "#15191f")
        + rivets
    )


def bronze() -> str:
    metal = "#b06c3b"
    studs = "".join(bevel(regular(4, 7, centre=spot), 0.4, "#e2a672") for spot in regular(8, 58, 22.5))
    return (
        bevel(regular(16, 76, 11.25), 0.84, metal, "#53301c")
        + studs
        + bevel(regular(8, 42, 22.5), 0.78, "#c57d48", "#6a3d22")
        + gem(regular(8, 28), 0.5, "#e69a5c")
    )


def silver() -> str:
    metal = "#b4c2cf"
    kite = symmetric([(0, -92), (54, -60), (44, 30), (0, 92)])
    chevrons = "".join(
        bevel(symmetric([(0, top), (34, top - 18), (32, top + 2), (0, top + 22)]), 0.6, "#dbe6ef", "#c9d6e1")
        for top in (-22, 12)
    )
    fins = blades([((40, -34), (96, -64), 26, 0), ((40, -10), (84, -14), 22, 0)], metal)
    return fins + bevel(kite, 0.82, metal, "#3d4c5c") + chevrons + gem(regular(4, 13, centre=(0, -52)), 0.45, "#f0f7fd")


def gold() -> str:
    metal = "#d9a93c"
    shield = symmetric([(0, -50), (46, -62), (52, -6), (34, 44), (0, 78)])
    wings = blades([((30, 30), (92, 26), 24, 6), ((32, 10), (108, -18), 28, 8), ((34, -12), (104, -68), 30, 8)], metal)
    crown = bevel(symmetric([(0, -98), (9, -76), (30, -92), (24, -60), (0, -54)]), 0.55, "#f2d27a", "#b8862a")
    return wings + crown + bevel(shield, 0.8, metal, "#5d3f10") + gem(regular(4, 34, centre=(0, 4)), 0.45, "#ffd766")


def platinum() -> str:
    metal = "#58a9a6"
    frame = regular(6, 74)
    spikes = blades(
        [((50, -24), (112, -52), 30, 0), ((54, 0), (112, 0), 26, 0), ((50, 24), (112, 52), 30, 0)], "#8fd8d2"
    )
    stone = symmetric([(0, -56), (28, -26), (28, 26), (0, 56)])
    return (
        spikes
        + bevel(frame, 0.84, metal, "#123a40")
        + bevel(scaled(frame, 0.76), 0.94, "#2f7f80", "#0f2f36")
        + gem(stone, 0.5, "#7fe8db")
    )


def emerald() -> str:
    leaf = "#1f9d5c"
    leaves = blades(
        [
            ((22, 80), (70, 84), 24, -8),
            ((46, 64), (98, 50), 28, -10),
            ((58, 34), (114, 8), 30, -12),
            ((58, 0), (110, -40), 30, -12),
            ((50, -30), (88, -82), 28, -12),
        ],
        leaf,
    )
    cut = symmetric([(28, -70), (50, -46), (50, 46), (28, 70)])
    return (
        leaves
        + bevel(scaled(cut, 1.2), 0.86, GOLD, "#0c3d27")
        + bevel(cut, 0.78, "#1fae66", "#157a48", depth=0.6)
        + bevel(scaled(cut, 0.74), 0.76, "#34cf82", depth=0.65)
        + gem(scaled(cut, 0.52), 0.55, "#63efa6")
    )


def diamond() -> str:
    metal = "#6f86c9"
    wings = blades(
        [
            ((20, 74), (72, 64), 22, 6),
            ((36, 46), (104, 22), 28, 8),
            ((44, 14), (118, -32), 32, 8),
            ((40, -18), (106, -88), 32, 8),
        ],
        metal,
    )
    left, middle, right, point = (-34.0, -54.0), (0.0, -54.0), (34.0, -54.0), (0.0, 86.0)
    girdle: list[Point] = [(-66, -14), (-30, -18), (0, -14), (30, -18), (66, -14)]
    facets: list[tuple[list[Point], str]] = [
        *(
            ([girdle[place], girdle[place + 1], point], shade)
            for place, shade in enumerate(("#9cc0ff", "#e4efff", "#7fa8fb", "#4a74d8"))
        ),
        ([left, girdle[0], girdle[1]], "#8fb4ff"),
        ([left, girdle[1], middle], "#d8e8ff"),
        ([middle, girdle[3], right], "#b9d2ff"),
        ([right, girdle[3], girdle[4]], "#6f9bf5"),
        ([middle, girdle[1], girdle[2]], "#f5f9ff"),
        ([middle, girdle[2], girdle[3]], "#c6dbff"),
    ]
    stone = "".join(path(corners, shade) for corners, shade in facets)
    outline = [(-38, -62), (38, -62), (78, -15), (0, 98), (-78, -15)]
    return wings + bevel(outline, 0.86, "#a9c3f5", "#1a2f66") + stone


def master() -> str:
    metal = "#9450d8"
    wings = blades(
        [
            ((50, 54), (92, 80), 24, -6),
            ((60, 26), (116, 36), 26, 0),
            ((60, -26), (116, -36), 26, 0),
            ((50, -54), (92, -80), 24, 6),
        ],
        "#7a3fc0",
    )
    ring = bevel(regular(24, 72), 0.86, GOLD, "#2a1446")
    halo = bevel(regular(24, 58), 0.94, metal, "#1d0d33")
    return wings + ring + halo + gem(star(4, 98, 22), 0.34, "#c58bff") + gem(star(4, 40, 16, 45), 0.4, "#f0d9ff")


def grandmaster() -> str:
    metal = "#c2363f"
    horns = blades(
        [
            ((30, -40), (74, -112), 36, -20),
            ((46, -10), (118, -66), 34, -14),
            ((46, 20), (116, 20), 30, 0),
            ((34, 44), (92, 84), 28, 8),
        ],
        metal,
    )
    sword = blade((0, -78), (0, 112), 44, "#e6e0da") + bevel(
        symmetric([(0, -58), (56, -66), (48, -48), (0, -38)]), 0.6, GOLD, "#8f6b24"
    )
    shield = bevel(symmetric([(0, -40), (50, -54), (58, 0), (0, 72)]), 0.82, GOLD, "#3c0b10")
    return horns + shield + gem(symmetric([(0, -24), (36, -34), (40, 0), (0, 50)]), 0.5, "#f0555a") + sword


def challenger() -> str:
    feather = "#e3bd62"
    wings = blades(
        [
            ((20, 66), (64, 96), 22, 6),
            ((34, 50), (98, 68), 26, 8),
            ((44, 28), (118, 30), 30, 8),
            ((48, 2), (119, -16), 32, 8),
            ((46, -22), (114, -64), 34, 8),
            ((36, -40), (90, -104), 32, 8),
        ],
        feather,
    )
    crown = bevel(symmetric([(0, -119), (10, -84), (34, -104), (30, -60), (0, -50)]), 0.58, "#ffe7a6", "#b88a32")
    rays = gem(star(8, 70, 34, centre=(0, 4)), 0.5, "#2f9be0")
    return (
        wings
        + crown
        + bevel(regular(16, 60, 11.25, (0, 4)), 0.86, "#f4d789", "#0b2c4d")
        + rays
        + gem(star(4, 46, 18, centre=(0, 4)), 0.4, "#c9f0ff")
    )


TIERS: list[tuple[str, str, str, Callable[[], str]]] = [
    ("iron", "#8d939c", "#c3c8cf", iron),
    ("bronze", "#b8713c", "#f0b98a", bronze),
    ("silver", "#a9bccd", "#eef5fb", silver),
    ("gold", "#e0ac3a", "#ffe9a8", gold),
    ("platinum", "#3fc4b8", "#c5fff6", platinum),
    ("emerald", "#21c06f", "#b4ffd6", emerald),
    ("diamond", "#6f9bff", "#e2edff", diamond),
    ("master", "#a95cf0", "#f0d9ff", master),
    ("grandmaster", "#e2434b", "#ffc9c4", grandmaster),
    ("challenger", "#4cc3ff", "#fff3cf", challenger),
]


def pips(count: int, colour: str) -> str:
    """One small diamond for each tier above Iron, on an arc below the emblem."""
    parts = []
    for place in range(count):
        angle = math.radians(90 + (place - (count - 1) / 2) * 8.6)
        spot = (108 * math.cos(angle), 108 * math.sin(angle))
        parts.append(path(regular(4, 7.2, centre=spot), NIGHT))
        parts.append(bevel(regular(4, 5.6, centre=spot), 0.35, colour, tint(colour, 0.4)))
    return "".join(parts)


def emblem(order: int, name: str, glow: str, pip: str, draw: Callable[[], str]) -> str:
    """A whole SVG document."""
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="-124 -124 248 252" width="248" height="252">'
        f"<title>{name.capitalize()}</title>"
        f'<defs><radialGradient id="g"><stop offset="0" stop-color="{glow}" stop-opacity=".5"/>'
        f'<stop offset=".55" stop-color="{glow}" stop-opacity=".16"/>'
        f'<stop offset="1" stop-color="{glow}" stop-opacity="0"/></radialGradient></defs>'
        '<circle r="122" fill="url(#g)"/>'
        f'<g stroke-linejoin="round" transform="translate(0 -9) scale(.92)">{draw()}</g>'
        f"<g>{pips(order, pip)}</g></svg>\n"
    )


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for order, (name, glow, pip, draw) in enumerate(TIERS):
        (FOLDER / f"{order}.svg").write_text(emblem(order, name, glow, pip, draw), encoding="utf-8")


if __name__ == "__main__":
    main()
