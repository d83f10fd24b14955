"""What a report carries with it, so that it opens without a network: emblems, fonts, and the plotly library.

The library is 4.8 MB and the same for every week, so a stored report has a marker in its place.
"""

import re
from base64 import b64encode
from functools import cache
from pathlib import Path
from typing import Final

from plotly.offline import get_plotlyjs

# Files that the HUD shows too; no code of it is used.
STATIC: Final = Path(__file__).parents[3] / "hud" / "static"
LIBRARY_MARKER: Final = "/*rift:plotly*/"

LATIN: Final = (
    "U+0000-00FF,U+0131,U+0152-0153,U+02BB-02BC,U+02C6,U+02DA,U+02DC,U+2000-206F,U+20AC,U+2122,U+2191,U+2193,U+2212,"
    "U+2215,U+FEFF,U+FFFD"
)
EXTENDED: Final = "U+0100-02BA,U+1E00-1E9F,U+1EF2-1EFF"
# Family, weights, and the file of each alphabet. Only what a report's text needs is put into it.
FACES: Final = (
    ("Cinzel", "400 900", "cinzel/cinzel-{}-wght-normal.woff2"),
    ("Barlow", "500", "barlow/barlow-{}-500-normal.woff2"),
    ("Barlow", "600", "barlow/barlow-{}-600-normal.woff2"),
)
BEYOND_LATIN: Final = re.compile("[\u0100-\u0130\u0132-\u0151\u0154-\u02ba\u1e00-\u1eff]")


def complete(document: str) -> str:
    """A stored report with the library in its place: the page that opens anywhere."""
    return document.replace(LIBRARY_MARKER, library(), 1)


@cache
def library() -> str:
    """The plotly library, as one script."""
    source: str = get_plotlyjs()
    # It would end the element that it stands in.
    return source.replace("</script", "<\\/script")


def fonts(text: str) -> str:
    """The rules for the fonts of a report with this text."""
    alphabets = {"latin": LATIN} | ({"latin-ext": EXTENDED} if BEYOND_LATIN.search(text) else {})
    return "\n".join(
        f"@font-face{{font-family:{family};font-weight:{weights};font-display:swap;unicode-range:{signs};"
        f'src:url("{_data_url(STATIC / "fonts" / name.format(alphabet), "font/woff2")}") format("woff2")}}'
        for family, weights, name in FACES
        for alphabet, signs in alphabets.items()
    )


def emblems(orders: set[int]) -> str:
    """The rules that show the emblems of these tiers: each once in the file, however often it is shown."""
    return "\n".join(
        f'.tier-{order}{{background-image:url("{_data_url(STATIC / "emblems" / f"{order}.svg", "image/svg+xml")}")}}'
        for order in sorted(orders)
    )


def _data_url(path: Path, kind: str) -> str:
    return f"data:{kind};base64,{b64encode(path.read_bytes()).decode()}"
