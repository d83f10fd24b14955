"""Which files an owner may drop in: their names, their types, and how to tell that a file is what its name says."""

from collections.abc import Collection
from pathlib import PurePosixPath
from typing import Final
from xml.parsers import expat  # a document type, and with it every entity, is refused below

KINDS: Final = {
    ".js": "text/javascript",
    ".css": "text/css",
    ".html": "text/html",
    ".md": "text/plain",
    ".txt": "text/plain",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".webp": "image/webp",
    ".wav": "audio/wav",
    ".mp3": "audio/mpeg",
    ".ogg": "audio/ogg",
    ".woff2": "font/woff2",
    ".woff": "font/woff",
    ".ttf": "font/ttf",
    ".otf": "font/otf",
}
IMAGES: Final = (".svg", ".png", ".jpg", ".jpeg", ".webp")
SOUNDS: Final = (".wav", ".mp3", ".ogg")
FONTS: Final = (".woff2", ".woff", ".ttf", ".otf")
# Where a font of the owner is found, whatever its type.
FONT_SLOTS: Final = ("fonts/heading", "fonts/text")
NAMES: Final = (
    "emblems/0.svg to 9.svg, icons.svg, rings.svg, sounds/gold.wav and the like, fonts/heading and fonts/text"
)
BEGINNINGS: Final = {
    ".png": (b"\x89PNG\r\n\x1a\n",),
    ".jpg": (b"\xff\xd8\xff",),
    ".jpeg": (b"\xff\xd8\xff",),
    ".webp": (b"RIFF",),
    ".wav": (b"RIFF",),
    ".mp3": (b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2", b"\xff\xfa"),
    ".ogg": (b"OggS",),
    ".woff2": (b"wOF2",),
    ".woff": (b"wOFF",),
    ".ttf": (b"\x00\x01\x00\x00", b"true"),
    ".otf": (b"OTTO",),
}
FORMS: Final = {".webp": b"WEBP", ".wav": b"WAVE"}


def slot_of(name: str, ours: Collection[str]) -> str | None:
    """The path under app/static that an owner's file of this name takes, or nothing.

    A picture or a sound may be of another type than ours: the address stays, and the type is sent with it.
    """
    path = PurePosixPath(name)
    stem, suffix = str(path.with_suffix("")), path.suffix.lower()
    if stem in FONT_SLOTS and suffix in FONTS:
        return stem
    if suffix in IMAGES and f"{stem}.svg" in ours:
        # Icons are parts of one drawing.
        return f"{stem}.svg" if suffix == ".svg" or stem.startswith("emblems/") else None
    return f"{stem}.wav" if suffix in SOUNDS and f"{stem}.wav" in ours else None


def problem_of(content: bytes, suffix: str) -> str | None:
    """What makes a file unusable under its name, or nothing."""
    if suffix == ".svg":
        return _problem_of_drawing(content)
    begins = content.startswith(BEGINNINGS[suffix])
    fits = suffix not in FORMS or content[8:12] == FORMS[suffix]
    return None if begins and fits else f"it is no {suffix.removeprefix('.')} file"


def _problem_of_drawing(content: bytes) -> str | None:
    names: list[str] = []
    parser = expat.ParserCreate(namespace_separator=" ")

    def refuse(*_: object) -> None:
        raise ValueError("it has a document type")

    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = lambda name, _: names.append(name)
    try:
        content.decode("utf-8")
        parser.Parse(content, True)  # noqa: FBT003  # it takes no name: this is all of it
    except (expat.ExpatError, ValueError) as error:
        return f"it is no svg file that the HUD reads ({error})"
    return None if names[0] == "http://www.w3.org/2000/svg svg" else "it is no svg file"
