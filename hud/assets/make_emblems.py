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
    metal = "#959ca6"
    plate = symmetric([(34, -88), (74, -78), (84, -52), (74, 30), (0, 106)])
    crack = [(14, -90), (34, -90), (14, -44), (30, -20), (6, 34), (12, 0), (-8, -24)]
    straps = bevel([(-78, -34), (78, -34), (76, -10), (-76, -10)], 0.82, "#6d747f", "#4d535d") + bevel(
        [(-13, -84), (13, -84), (13, 92), (0, 104), (-13, 92)], 0.7, "#6d747f", "#4d535d"
    )
    rivets = "".join(
        bevel(regular(6, 8.5, centre=spot), 0.5, "#b4bac2") for spot in ((-58, -22), (58, -22), (0, -68), (0, 62))
    )
    return bevel(plate, 0.84, metal, "#33383f") + straps + path(crack, "#12161b") + rivets


def bronze() -> str:
    metal = "#b8703c"
    studs = "".join(bevel(regular(4, 8.5, centre=spot), 0.4, "#efb27c") for spot in regular(8, 74, 22.5))
    return (
        bevel(regular(16, 96, 11.25), 0.86, metal, "#4b2a17")
        + studs
        + gem(star(8, 66, 34), 0.6, "#a9622f")
        + bevel(regular(8, 40, 22.5), 0.8, "#d08a52", "#5d3820")
        + gem(regular(8, 29), 0.5, "#f0a868")
    )


def chevron(top: float, wide: float, high: float, colour: str) -> str:
    """A stripe of rank: two arms that meet below, each with a bright upper and a dark lower edge."""
    parts = []
    for side, light in ((-1, 0.12), (1, -0.12)):
        for start, end, shade in ((0.0, 0.28, 0.45), (0.28, 0.74, 0.0), (0.74, 1.0, -0.4)):
            arm = [(0.0, top + start * high), (side * wide, top + start * high - 0.62 * wide)]
            arm += [(side * (wide - 5 * end), top + end * high - 0.62 * wide), (0.0, top + end * high)]
            parts.append(path(arm, tint(colour, shade + light)))
    return "".join(parts)


def silver() -> str:
    metal = "#b4c2cf"
    shield = symmetric([(0, -106), (48, -84), (46, -24), (0, 14)])
    return (
        chevron(72, 62, 38, "#8ea1b3")
        + chevron(28, 92, 38, "#b7c6d4")
        + bevel(shield, 0.82, metal, "#2c3a47")
        + gem(symmetric([(0, -82), (26, -48), (0, -10)]), 0.45, "#f0f7fd")
    )


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
