"""Settles what has landed, once, as a process of its own: `python -m orchestration.lib.settle`."""

import sys
from typing import Final

from orchestration.lib import dbt

# First what vendors' items mean that nobody interpreted when they landed.
SETTLE: Final = ("run", "--select", "stg_vendor__events", "config.incremental_strategy:settle")


def settle() -> None:
    """Bring every settled table up to date. Raises `dbt.DbtError` when one failed."""
    dbt.invoke(SETTLE)


if __name__ == "__main__":
    sys.exit(dbt.exit_code(settle))
