"""Flat-shaded geometry for the emblems: polygons cut into facets that one light from the upper left falls on."""

import colorsys
import math
from collections.abc import Iterable, Sequence

Point = tuple[float, float]
Polygon = Sequence[Point]

LIGHT: Point = (-0.45, -0.89)


def tint(colour: str, amount: float) -> str:
    """The colour moved towards white (amount > 0) or towards a deep, slightly richer shadow (amount < 0)."""
    red, green, blue = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    if amount >= 0:
        red, green, blue = (part + (1 - part) * amount for part in (red, green, blue))
    else:
        hue, light, saturation = colorsys.rgb_to_hls(red, green, blue)
        red, green, blue = colorsys.hls_to_rgb(hue, light * (1 + amount), min(1.0, saturation * (1 - 0.15 * amount)))
    return f"#{round(red * 255):02x}{round(green * 255):02x}{round(blue * 255):02x}"


def regular(corners: int, radius: float, turn: float = 0.0, centre: Point = (0, 0)) -> list[Point]:
    """A regular polygon; without a turn its first corner points up."""
    steps = (math.tau * corner / corners - math.pi / 2 + math.radians(turn) for corner in range(corners))
    return [(centre[0] + radius * math.cos(step), centre[1] + radius * math.sin(step)) for step in steps]


def star(spikes: int, outer: float, inner: float, turn: float = 0.0, centre: Point = (0, 0)) -> list[Point]:
    """A star whose first spike points up."""
    tips = regular(spikes, outer, turn, centre)
    notches = regular(spikes, inner, turn + 180 / spikes, centre)
    return [corner for pair in zip(tips, notches, strict=True) for corner in pair]


def symmetric(right: Polygon) -> list[Point]:
    """A closed outline from its right half, given from top to bottom."""
    left = [(-x, y) for x, y in reversed(right) if x != 0]
    return [*right, *left]


def scaled(points: Polygon, factor: float, centre: Point | None = None) -> list[Point]:
    """The shape drawn together towards a centre (its own by default)."""
    middle = centre or centroid(points)
    return [(middle[0] + (x - middle[0]) * factor, middle[1] + (y - middle[1]) * factor) for x, y in points]


def centroid(points: Polygon) -> Point:
    return (sum(x for x, _ in points) / len(points), sum(y for _, y in points) / len(points))


def path(points: Polygon, fill: str, extra: str = "") -> str:
    """One filled polygon; a hairline of its own colour closes the seam to its neighbours."""
    outline = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    return f'<path d="M{outline}Z" fill="{fill}" stroke="{fill}" stroke-width=".6"{extra}/>'


def _lit(start: Point, end: Point, inside: Point) -> float:
    """How much light an edge's bevel gets, -1 to 1."""
    normal = (end[1] - start[1], start[0] - end[0])
    length = math.hypot(*normal) or 1.0
    middle = ((start[0] + end[0]) / 2 - inside[0], (start[1] + end[1]) / 2 - inside[1])
    if normal[0] * middle[0] + normal[1] * middle[1] < 0:
        normal = (-normal[0], -normal[1])
    return (normal[0] * LIGHT[0] + normal[1] * LIGHT[1]) / length


def bevel(outer: Polygon, factor: float, colour: str, face: str | None = None, depth: float = 0.5) -> str:
    """A plate with bevelled edges: one facet an edge, and the face inside them."""
    middle = centroid(outer)
    inner = scaled(outer, factor, middle)
    parts = []
    for place, start in enumerate(outer):
        following = (place + 1) % len(outer)
        light = _lit(start, outer[following], middle)
        parts.append(path([start, outer[following], inner[following], inner[place]], tint(colour, light * depth)))
    parts.append(path(inner, face or tint(colour, -0.15)))
    return "".join(parts)


def gem(outer: Polygon, table: float, colour: str) -> str:
    """A cut stone: a girdle of triangles that alternate in brightness, a bright table, one hard glint."""
    middle = centroid(outer)
    inner = scaled(outer, table, middle)
    parts = []
    for place, start in enumerate(outer):
        following = (place + 1) % len(outer)
        end = outer[following]
        light = _lit(start, end, middle)
        half = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
        parts.append(path([start, half, inner[place]], tint(colour, light * 0.6 + 0.1)))
        parts.append(path([half, end, inner[following]], tint(colour, light * 0.55 - 0.12)))
        parts.append(path([half, inner[following], inner[place]], tint(colour, light * 0.5 + 0.02)))
    for place, start in enumerate(inner):
        end = inner[(place + 1) % len(inner)]
        parts.append(path([start, end, middle], tint(colour, 0.28 + 0.42 * _lit(start, end, middle))))
    return "".join(parts)


def blade(root: Point, tip: Point, width: float, colour: str, bend: float = 0.0) -> str:
    """A feather or blade with a ridge: two halves, of which the light chooses the brighter."""
    along = (tip[0] - root[0], tip[1] - root[1])
    length = math.hypot(*along) or 1.0
    across = (-along[1] / length, along[0] / length)
    belly = (root[0] + along[0] * 0.42 + across[0] * bend, root[1] + along[1] * 0.42 + across[1] * bend)
    left = (belly[0] + across[0] * width / 2, belly[1] + across[1] * width / 2)
    right = (belly[0] - across[0] * width / 2, belly[1] - across[1] * width / 2)
    light = across[0] * LIGHT[0] + across[1] * LIGHT[1]
    return path([root, left, tip, belly], tint(colour, light * 0.5)) + path(
        [root, right, tip, belly], tint(colour, -light * 0.5 - 0.08)
    )


def blades(strokes: Iterable[tuple[Point, Point, float, float]], colour: str) -> str:
    """Blades of the right side and their mirror images, each lit where it stands."""
    parts = []
    for root, tip, width, bend in strokes:
        parts.append(blade(root, tip, width, colour, bend))
        parts.append(blade((-root[0], root[1]), (-tip[0], tip[1]), width, colour, -bend))
    return "".join(parts)
