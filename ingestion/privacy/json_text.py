"""Rewrites values inside JSON text and leaves every other character as it is."""

import json
import re
from collections.abc import Callable
from typing import Final

# The path of a value (the keys that lead to it, joined by dots) and the value as text: the new text, or the same.
Replace = Callable[[str, str], str]

_TOKEN: Final = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|-?[0-9][0-9.eE+-]*', re.DOTALL)


def rewrite(text: str, replace: Replace) -> str:
    """The JSON text with each string, number and key replaced; the same text when none was."""
    parts: list[str] = []
    copied = 0
    # The key that leads to each open object or array, and of objects the key that was read last.
    path: list[str] = []
    keys: list[str | None] = []
    is_key = False
    for token in _TOKEN.finditer(text):
        said = token[0]
        if said in "{[":
            path.append(keys[-1] or "" if keys else "")
            is_key = said == "{"
            # An object has a last key, if only an empty one: so a comma in it is followed by a key.
            keys.append("" if is_key else None)
        elif said in "}]":
            path.pop()
            keys.pop()
            is_key = False
        elif said == ",":
            is_key = bool(keys) and keys[-1] is not None
        elif said == ":":
            is_key = False
        else:
            value = _value(said)
            where = ".".join([*filter(None, path), *([keys[-1]] if keys and keys[-1] and not is_key else [])])
            new = replace(where, value)
            if is_key:
                keys[-1] = value
            if new != value:
                parts += [text[copied : token.start()], json.dumps(new, ensure_ascii=said.isascii())]
                copied = token.end()
    return "".join(parts) + text[copied:] if parts else text


def _value(token: str) -> str:
    if not token.startswith('"'):
        return token
    try:
        return str(json.loads(token, strict=False))
    except ValueError:
        return token[1:-1]
