"""One strict JSON parser for everything that a sender writes.

Whatever passes here has one meaning, in every language and in Postgres: no duplicate keys, no NaN or Infinity, no
numbers beyond a double, no NUL, no lone surrogates, valid UTF-8 without a byte order mark, at most 32 levels.
"""

import json
import math
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NoReturn

MAXIMUM_DEPTH = 32
# int() refuses more digits than this by default, since its time grows with their square.
MAXIMUM_INT_DIGITS = 4300


class UnusableError(Exception):
    """An item that cannot be landed as an event: a stable reason code, and what is wrong and what to do in words."""

    def __init__(self, reason: str, detail: str, field: str | None = None) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail
        self.field = field


@dataclass(frozen=True, slots=True)
class Number:
    """A number kept as it was written, because no Python type would hold it exactly."""

    text: str


def parse(body: bytes) -> Any:  # noqa: ANN401 -- any JSON value
    """The JSON document in `body`; raises `UnusableError` for anything that is not strictly JSON."""
    text = decode(body)
    # Not json_errors_explained(): to enter and leave it costs a tenth of the whole.
    try:
        document = _DECODER.decode(text)
    except RecursionError:
        raise _too_deep() from None
    except json.JSONDecodeError as error:
        raise not_json(error) from None
    _require_storable_document(document, text)
    return document


def parse_next(text: str, position: int) -> tuple[Any, int]:
    """The document that begins at `position`, and where it ends; raises as the decoder does, and `UnusableError`."""
    document, end = _DECODER.raw_decode(text, position)
    _require_storable_document(document, text[position:end])
    return document, end


def decode(body: bytes) -> str:
    """The text in `body`; raises `UnusableError` where it is none."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise UnusableError("invalid_encoding", f"The body is not UTF-8 (byte {error.start}). Send UTF-8.") from None
    if not text.strip():
        raise UnusableError("invalid_json", "The body is empty. Send JSON.")
    if text.startswith("\ufeff"):
        raise UnusableError("invalid_encoding", "The body starts with a byte order mark. Send UTF-8 without one.")
    return text


@contextmanager
def json_errors_explained() -> Iterator[None]:
    """Turn what a decoder raises into `UnusableError`."""
    try:
        yield
    except RecursionError:
        raise _too_deep() from None
    except json.JSONDecodeError as error:
        raise not_json(error) from None


def not_json(error: json.JSONDecodeError) -> UnusableError:
    where = f"line {error.lineno}, column {error.colno}"
    return UnusableError("invalid_json", f"The body is not JSON: {error.msg} ({where}).")


def _require_storable_document(document: object, text: str) -> None:
    # Looking into a document costs more than parsing it: only where the text leaves a doubt.
    if "\\u" in text or text.count("{") + text.count("[") > MAXIMUM_DEPTH:
        _inspect(document)


def canonical(document: object) -> str:
    """A text that two documents share when they say the same: white space and the order of keys do not count."""
    return _CANONICAL_ENCODER.encode(document)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        # All at once: to count each among all others takes minutes where there are many.
        twice = next(name for name, count in Counter(name for name, _ in pairs).items() if count > 1)
        raise UnusableError("duplicate_key", f"The key {shorten(twice)} occurs twice in one object. Send it once.")
    return members


def _float(text: str) -> Number:
    value = float(text)
    # Zero written as 0.00e7 is fine; a number that only became zero is not.
    if math.isinf(value) or (value == 0 and any(digit in "123456789" for digit in text.lower().partition("e")[0])):
        raise UnusableError("invalid_number", f"The number {shorten(text)} is out of range. Send it as a string.")
    return Number(text)


def _integer(text: str) -> int | Number:
    return int(text) if len(text) < MAXIMUM_INT_DIGITS else Number(text)


def _constant(name: str) -> NoReturn:
    raise UnusableError("invalid_number", f"{name} is not JSON. Send null or a string.")


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_float=_float, parse_int=_integer, parse_constant=_constant)


def _canonical_number(number: object) -> dict[str, str]:
    if not isinstance(number, Number):
        raise TypeError(f"{type(number).__name__} is no part of a JSON document")
    # No key of a document holds NUL, so this object stands for nothing else.
    return {"\0": number.text}


_CANONICAL_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), default=_canonical_number)


def _inspect(document: object) -> None:
    """Refuse NUL, lone surrogates and too many levels, without recursion of our own."""
    level: list[object] = [document]
    depth = 0
    while level:
        below: list[object] = []
        for value in level:
            if isinstance(value, str):
                _require_storable(value)
            elif isinstance(value, list):
                below.extend(value)
            elif isinstance(value, dict):
                below.extend(value)
                below.extend(value.values())
        # A level counts when something opened it: what the last brackets hold is no level of its own.
        depth += any(isinstance(value, dict | list) for value in level)
        if depth > MAXIMUM_DEPTH:
            raise _too_deep()
        level = below


def _require_storable(text: str) -> None:
    if "\0" in text:
        raise UnusableError("nul_character", "A key or value holds \\u0000, which cannot be stored. Leave it out.")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise UnusableError(
            "lone_surrogate", "A key or value holds half of a surrogate pair. Send whole characters."
        ) from None


def _too_deep() -> UnusableError:
    return UnusableError("too_deep", f"The body nests deeper than {MAXIMUM_DEPTH} levels. Flatten it.")


def shorten(text: str, length: int = 80) -> str:
    """`text` quoted for a message, cut where it is long; control characters and odd letters are escaped."""
    return ascii(text if len(text) <= length else text[:length] + "…")
