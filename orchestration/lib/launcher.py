"""Launches runs as forks of the run server, which has everything imported; without it, as Dagster does by itself.

Dagster's monitoring asks the launcher of every run under way whether its process still lives: a run whose process was
killed, whoever ran it, is marked failed within seconds, and what asked for it asks again.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Self

from dagster._config import UserConfigSchema
from dagster._core.launcher import CheckRunHealthResult, DefaultRunLauncher, LaunchRunContext
from dagster._core.storage.dagster_run import DagsterRun
from dagster._grpc.types import ExecuteRunArgs
from dagster._serdes import ConfigurableClassData

from orchestration.lib import run_health, run_socket

# A run that the run server was given: it ends it, too.
WARM: Final = "rift/warm"


class WarmRunLauncher(DefaultRunLauncher):
    """A run asked of the run server begins at once. Where there is none, or it refuses, a new process is started."""

    @classmethod
    def config_type(cls) -> UserConfigSchema:
        return {}

    @classmethod
    def from_config_value(cls, inst_data: ConfigurableClassData, config_value: Mapping[str, Any]) -> Self:
        return cls(inst_data=inst_data, **config_value)

    def launch_run(self, context: LaunchRunContext) -> None:
        """Raises `OSError` or `ValueError` when the run server was asked and did not answer: it may have begun.

        Dagster then marks the run as failed, and a process that was begun for it ends when it sees that.
        """
        refusal = self._start_warm(context.dagster_run)
        if refusal:
            self._instance.add_run_tags(context.dagster_run.run_id, {WARM: "false"})
            self._instance.report_engine_event(f"{refusal}: it gets a process of its own.", context.dagster_run)
            super().launch_run(context)

    def _start_warm(self, run: DagsterRun) -> str | None:
        """Why the run was not begun, if it was not."""
        if run.job_code_origin is None:
            return "The run does not say where its code is"
        arguments = ExecuteRunArgs(
            run.job_code_origin, run.run_id, self._instance.get_ref(), set_exit_code_on_failure=True
        )
        # Before it begins: whoever ends it must know whom to ask.
        self._instance.add_run_tags(run.run_id, {WARM: "true"})
        try:
            answer = self._ask({"do": "start", "run_id": run.run_id, "command": list(arguments.get_command_args())})
        except (FileNotFoundError, ConnectionRefusedError, PermissionError):
            return "There is no run server"
        return None if "pid" in answer else f"The run server refused the run ({answer.get('refused')})"

    def terminate(self, run_id: str) -> bool:
        run = self._instance.get_run_by_id(run_id)
        if run is None or run.is_finished or not _is_warm(run):
            return bool(super().terminate(run_id))  # type: ignore[no-untyped-call]  # Dagster's has no types
        self._instance.report_run_canceling(run)
        try:
            return bool(self._ask({"do": "terminate", "run_id": run_id}).get("signalled"))
        except (OSError, ValueError):
            return False

    @property
    def supports_check_run_worker_health(self) -> bool:
        return True

    def check_run_worker_health(self, run: DagsterRun) -> CheckRunHealthResult:
        return run_health.health(self._instance, run)

    def _ask(self, request: dict[str, Any]) -> dict[str, Any]:
        return run_socket.ask(run_socket.path(Path(self._instance.root_directory)), request)


def _is_warm(run: DagsterRun) -> bool:
    return run.tags.get(WARM) == "true"
