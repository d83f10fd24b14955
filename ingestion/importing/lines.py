"""Lines of a file as bytes, in bounded memory whatever the file holds, and JSONL, whose rows they are."""

import os
from collections.abc import Iterator
from io import BufferedReader
from typing import Final, NamedTuple

from ingestion.importing.rows import KEPT_BYTES, FileError, Row
from ingestion.webhooks.parser import UnusableError

BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
OTHER_ENCODINGS: Final = (b"\xff\xfe", b"\xfe\xff")


class Line(NamedTuple):
    """A line without its end; of one that is too long, the beginning, and how many bytes it has (else 0)."""

    number: int
    text: bytes
    excess: int


class Lines:
    """The lines of a file in UTF-8; a byte order mark is none of its text."""

    def __init__(self, file: BufferedReader, limit: int) -> None:
        self._file = file
        self._limit = limit
        self._size = os.fstat(file.fileno()).st_size

    @property
    def done(self) -> float:
        return self._file.tell() / self._size if self._size else 1.0

    def __iter__(self) -> Iterator[Line]:
        self._skip_byte_order_mark()
        number = 0
        # Two bytes more than the limit: a line of just the limit ends in a carriage return and a line feed.
        while text := self._file.readline(self._limit + 2):
            number += 1
            size = len(text)
            if size == self._limit + 2 and not text.endswith(b"\n"):
                size += self._skip_rest()
            text = text.removesuffix(b"\n").removesuffix(b"\r")
            yield Line(number, text, size if len(text) > self._limit else 0)

    def _skip_byte_order_mark(self) -> None:
        self._file.seek(0)
        beginning = self._file.read(len(BYTE_ORDER_MARK))
        if beginning.startswith(OTHER_ENCODINGS):
            raise FileError("It is UTF-16 text. Save it as UTF-8.")
        if beginning != BYTE_ORDER_MARK:
            self._file.seek(0)

    def _skip_rest(self) -> int:
        skipped = 0
        while piece := self._file.readline(1 << 20):
            skipped += len(piece)
            if piece.endswith(b"\n"):
                break
        return skipped


def too_long(line: int, text: bytes, size: int, limit: int) -> Row:
    """The rejection of a row that is larger than the door would take."""
    detail = f"The row has {size} bytes; {limit} are the most. Send less metadata with an event."
    return Row(line, text[:KEPT_BYTES], UnusableError("body_too_large", detail))


class JsonLines:
    """One event a line, exactly as it stands there."""

    def __init__(self, file: BufferedReader, limit: int) -> None:
        self._lines = Lines(file, limit)
        self._limit = limit

    @property
    def done(self) -> float:
        return self._lines.done

    def __iter__(self) -> Iterator[Row]:
        for line in self._lines:
            if line.excess:
                yield too_long(line.number, line.text, line.excess, self._limit)
            elif line.text and not line.text.isspace():
                yield Row(line.number, line.text)
