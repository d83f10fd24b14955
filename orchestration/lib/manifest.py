"""The dbt project as it is now, parsed once for as long as its manifest stays the same."""

import json
import time
from functools import lru_cache
from pathlib import Path
from typing import Final

from orchestration.lib import dbt
from orchestration.lib.translator import Manifest

# A build beside us writes the file anew, in place and within milliseconds: for so long half of it may be there.
PATIENCE_SECONDS: Final = 20


def read_manifest() -> Manifest:
    """The project's manifest. Raises `json.JSONDecodeError` when it stays no JSON."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        path = dbt.manifest_path()
        try:
            return _parsed(path, path.stat().st_mtime_ns)
        except (json.JSONDecodeError, UnicodeDecodeError):
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


@lru_cache(maxsize=1)
def _parsed(path: Path, written_at: int) -> Manifest:
    del written_at  # another time, another file
    content: Manifest = json.loads(path.read_text(encoding="utf-8"))
    return content
