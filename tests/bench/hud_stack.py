"""The whole product with a filled warehouse, for the benchmarks of the HUD: `rift up`, and months of 1,000 SDRs."""

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.bench import warehouse_data
from tests.bench.freshness_bench import RIFT, everything, new_environment, remove
from tests.conftest import Database

EVENTS: Final = 100_000


@dataclass(frozen=True)
class Stack:
    """Where it can be reached, from this machine only."""

    hud: str
    door: str
    secret: str


@contextmanager
def running_stack(interval: float) -> Iterator[Stack]:
    """Start everything, with `HUD_REFRESH_INTERVAL` set to `interval`; settle the history; in the end leave nothing."""
    home = Path(tempfile.mkdtemp(prefix="rift-bench-"))
    try:
        environment = new_environment(home) | {"HUD_REFRESH_INTERVAL": str(interval)}
        with everything(environment):
            warehouse_data.generate(Database(_rift(environment, "dsn", "--role", "owner")), EVENTS)
            _rift(environment, "rebuild")
            secret = (home / "webhook_secret").read_text(encoding="utf-8").strip()
            local = "http://127.0.0.1"
            door = f"{local}:{environment['API_PORT']}/api/v1/webhook/ingest"
            yield Stack(f"{local}:{environment['HUD_PORT']}", door, secret)
    finally:
        remove(home)


def _rift(environment: dict[str, str], *arguments: str) -> str:
    done = subprocess.run([*RIFT, *arguments], env=environment, check=True, capture_output=True, text=True)
    return done.stdout.strip()
