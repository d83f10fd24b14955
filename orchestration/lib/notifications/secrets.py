"""Takes secrets out of what others wrote: errors of runs, and what a service answered."""

import os
import re
from collections.abc import Iterable
from typing import Final
from urllib.parse import unquote

HIDDEN: Final = "[hidden]"
LONGEST: Final = 300
# Shorter values stand in too much that is no secret.
SHORTEST: Final = 6
_NAMED: Final = re.compile(r"(SECRET|TOKEN|PASSWORD|_DSN|_KEY|_URL)", re.IGNORECASE)
_USERINFO: Final = re.compile(r"(?<=://)[^/@\s]*@")
_QUERY: Final = re.compile(r"(?<=[\w/])\?\S*=\S*")
_ASSIGNED: Final = re.compile(
    r"(?i)\b([\w-]*(?:password|passwd|secret|token|api[_-]?key|authorization)[\w-]*[\"']?\s*[=:]\s*)"
    r"((?:bearer|basic)\s+)?[^\s,;]+"
)
_BEARER: Final = re.compile(r"(?i)\b(bearer|basic)\s+[\w.~+/=-]{8,}")


def without_secrets(text: str, known: Iterable[str] = ()) -> str:
    """A line without the values of this process's secrets, without `known` ones, and what looks like one; cut off."""
    secrets = [value for name, value in os.environ.items() if _NAMED.search(name)]
    for secret in sorted({*secrets, *known}, key=len, reverse=True):
        if len(secret) >= SHORTEST:
            text = text.replace(secret, HIDDEN)
    text = _USERINFO.sub(f"{HIDDEN}@", text)
    text = _QUERY.sub(f"?{HIDDEN}", text)
    text = _ASSIGNED.sub(rf"\1{HIDDEN}", text)
    text = _BEARER.sub(HIDDEN, text)
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"


def parts_of(url: str) -> set[str]:
    """What a URL of a channel is made of, as it is and decoded: any of it may be its secret, but not its scheme."""
    rest = url.partition("://")[2]
    parts = {rest, *re.split(r"[/?&=:@,#;]+", rest)}
    return {part for each in parts for part in (each, unquote(each)) if len(part) >= SHORTEST}
