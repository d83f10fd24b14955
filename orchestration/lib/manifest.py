"""The dbt project as it is now."""

import json
import time
from typing import Final

from orchestration.lib import dbt
from orchestration.lib.translator import Manifest

# A build beside us writes the file anew, in place and within milliseconds: for so long half of it may be there.
PATIENCE_SECONDS: Final = 20


def read_manifest() -> Manifest:
    """The project's manifest, parsed by dbt where it is older. Raises `json.JSONDecodeError` when it stays no JSON."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            content: Manifest = json.loads(dbt.manifest_path().read_text(encoding="utf-8"))
        except (json.JSONDecodeError, UnicodeDecodeError):
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        else:
            return content
