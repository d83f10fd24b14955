"""Dagster's storage in Postgres, with connections held open in processes that never fork: the daemon and runs.

By default each query opens a connection of its own. The daemon asks ten times a second even when nothing happens: that
was half of what an idle stack cost, most of it in Postgres, which starts a process for each.
"""

import os
from collections.abc import Mapping
from typing import Any, Final, Self

from dagster import StringSource
from dagster._config.config_schema import UserConfigSchema
from dagster._serdes import ConfigurableClassData
from dagster_postgres.storage import DagsterPostgresStorage

# How many seconds a connection is kept; set for the daemon (orchestration/stack/parts.py) and by a run's process for
# itself. A held connection must not be in two processes at once: the run server and the code server do without. The
# webserver holds its own by itself.
HOLDS: Final = "RIFT_HOLDS_CONNECTIONS"
# A settle is over by then. After minutes of dbt's, a longer run must meet no connection that was cut meanwhile.
RUN_SECONDS: Final = 30
# The daemon also deletes old ticks, some thousands at once.
STATEMENT_MILLISECONDS: Final = 600_000
# Beside the one that is held: its threads may ask at the same moment.
MOST_MORE: Final = 20


class HeldStorage(DagsterPostgresStorage):
    """`DagsterPostgresStorage`, for `storage: custom` in dagster.yaml; of its configuration, `postgres_url`."""

    @classmethod
    def config_type(cls) -> UserConfigSchema:
        return {"postgres_url": StringSource}

    @classmethod
    def from_config_value(cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, Any]) -> Self:
        made = cls(postgres_url=config_value["postgres_url"], inst_data=inst_data)
        if seconds := os.environ.get(HOLDS):
            for storage in (made.run_storage, made.event_log_storage, made.schedule_storage):
                storage.optimize_for_webserver(STATEMENT_MILLISECONDS, int(seconds), MOST_MORE)
        return made
