"""Splits a JSON array into its elements, each with its exact text: what is wrong with one is no fault of the others."""

import json
import re
from collections.abc import Iterator
from typing import Any, Final

from ingestion.webhooks.parser import UnusableError, decode, json_errors_explained, not_json, parse, parse_next

_SPACE: Final = re.compile(r"[ \t\n\r]*")
# Only finds where an element ends that the strict parser refuses.
_LENIENT_DECODER: Final = json.JSONDecoder(parse_float=str, parse_int=str)


def parse_array(body: bytes, most: int) -> Iterator[tuple[str, Any]]:
    """Each element of the array in `body`: its text, and its document, or the `UnusableError` that it is.

    Raises `UnusableError` when the body as a whole is no array of 1 to `most` elements: at its end at the latest.
    """
    text = decode(body)
    position = _after_space(text, 0)
    if text[position] != "[":
        parse(body)
        raise UnusableError("not_an_array", "The body is no JSON array. Send the events of a batch in an array.")
    position = _after_space(text, position + 1)
    if text.startswith("]", position):
        _require_end(text, position + 1)
        raise UnusableError("empty_batch", "The array is empty. Send at least one event.")
    for _ in range(most):
        with json_errors_explained():
            document, end = _element(text, position)
        yield text[position:end], document
        position = _after_space(text, end)
        if text.startswith("]", position):
            _require_end(text, position + 1)
            return
        if not text.startswith(",", position):
            raise not_json(json.JSONDecodeError("Expecting ',' delimiter", text, position))
        position = _after_space(text, position + 1)
    raise UnusableError("too_many_items", f"The array has more than {most} elements. Send them in several batches.")


def _element(text: str, position: int) -> tuple[Any, int]:
    try:
        return parse_next(text, position)
    except UnusableError as error:
        return error, _LENIENT_DECODER.raw_decode(text, position)[1]


def _after_space(text: str, position: int) -> int:
    # The pattern matches everywhere, if only nothing.
    return _SPACE.match(text, position).end()  # type: ignore[union-attr]


def _require_end(text: str, position: int) -> None:
    position = _after_space(text, position)
    if position < len(text):
        raise not_json(json.JSONDecodeError("Extra data", text, position))
