"""Names in messages are text: whatever a name holds, a chat shows it, calls nobody and renders nothing.

Apprise escapes a message for services with a markup of their own (Slack, HTML mail). Others read Markdown and
mentions in any text; so there a name's signs of markup become signs that look like them. Webhooks and mail get names as
they are.
"""

import unicodedata
from typing import Final

LONGEST_NAME: Final = 60
# Each looks like the sign and means nothing.
LOOKALIKES: Final = str.maketrans({
    "@": "\uff20", "<": "\u2039", ">": "\u203a", "*": "\u2217", "_": "\u02cd", "~": "\u223c", "`": "\u02cb",
    "|": "\u01c0", "[": "\uff3b", "]": "\uff3d", "\\": "\u2216", "#": "\uff03",
})  # fmt: skip
# In errors the underscore stays: names of tables have it, and alone it calls nobody.
KEPT_IN_ERRORS: Final = {ord("_"), ord("#")}
# A link that a name would make: cut where services look for one.
LINK: Final = ("://", ":\u2215\u2215")
DISCARDED: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
# They join what belongs together in names of many scripts and in emoji.
JOINERS: Final = frozenset({"\u200c", "\u200d"})


def name(text: str | None, *, in_chat: bool) -> str:
    """Somebody's name on one line, without what cannot be seen, at most 60 characters."""
    shown = _visible(text or "somebody")
    shown = shown if len(shown) <= LONGEST_NAME else f"{shown[: LONGEST_NAME - 1]}…"
    return shown.translate(LOOKALIKES).replace(*LINK) if in_chat else shown


def error(text: str | None, *, in_chat: bool) -> str:
    """A line of an error; what it names can still be searched for."""
    shown = _visible(text or "")
    signs = {sign: lookalike for sign, lookalike in LOOKALIKES.items() if sign not in KEPT_IN_ERRORS}
    return shown.translate(signs) if in_chat else shown


def _visible(text: str) -> str:
    kept = (sign for sign in text if sign in JOINERS or sign.isspace() or unicodedata.category(sign) not in DISCARDED)
    return " ".join("".join(kept).split()) or "?"
