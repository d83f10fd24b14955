"""Files in which a person may stand: what was dropped and landed, and what programs of ours keep."""

import gzip
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pyarrow as pa
from pyarrow import parquet

from ingestion.privacy.subjects import Subject

BLOCK: Final = 1 << 20
# As long as the longest text that is looked for, written in escapes.
OVERLAP: Final = 4096
_ESCAPE: Final = re.compile(r"\\u([0-9a-fA-F]{4})")


def holding(folder: Path, subject: Subject) -> list[Path]:
    """The files below a folder that hold the person; links are not followed."""
    if folder.is_symlink() or not folder.is_dir():
        return []
    files = sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    return [path for path in files if _holds(path, subject)]


def _holds(path: Path, subject: Subject) -> bool:
    try:
        return any(subject.text(text) != text for text in (path.name, *_texts(path)))
    except (OSError, EOFError, zlib.error, pa.ArrowException):
        # What cannot be read is not known to be without the person.
        return False


def _texts(path: Path) -> Iterator[str]:
    if path.suffix.lower() == ".parquet":
        for batch in parquet.ParquetFile(path).iter_batches(batch_size=1000):
            yield repr(batch.to_pylist())
        return
    before = b""
    with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
        while block := file.read(BLOCK):
            text = (before + block).decode("utf-8", "replace")
            yield text
            if "\\u" in text:
                yield _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text)
            before = block[-OVERLAP:]
