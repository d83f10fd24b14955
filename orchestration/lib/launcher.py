"""Launches runs as forks of the run server, which has everything imported; without it, as Dagster does by itself."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

from dagster._config import UserConfigSchema
from dagster._core.launcher import (
    CheckRunHealthResult,
    DefaultRunLauncher,
    LaunchRunContext,
    WorkerStatus,
)
from dagster._core.storage.dagster_run import DagsterRun
from dagster._grpc.types import ExecuteRunArgs
from dagster._serdes import ConfigurableClassData, serialize_value

from orchestration.lib import run_socket

# Marks a run that the run server was given: only that knows whether it is still at work.
WARM = "rift/warm"


class WarmRunLauncher(DefaultRunLauncher):
    """A run asked of the run server begins at once. Where there is none, or it refuses, a new process is started."""

    def __init__(self, inst_data: ConfigurableClassData | None = None) -> None:
        super().__init__(inst_data)

    @classmethod
    def config_type(cls) -> UserConfigSchema:
        return {}

    @classmethod
    def from_config_value(cls, inst_data: ConfigurableClassData, config_value: Mapping[str, Any]) -> Self:  # noqa: ARG003
        return cls(inst_data=inst_data)

    def launch_run(self, context: LaunchRunContext) -> None:
        run = context.dagster_run
        if not self._launch_warm(run):
            super().launch_run(context)

    def _launch_warm(self, run: DagsterRun) -> bool:
        origin = run.job_code_origin
        if origin is None:
            return False
        arguments = serialize_value(ExecuteRunArgs(origin, run.run_id, self._instance.get_ref(), set_exit_code_on_failure=True))
        # Before it begins: monitoring must know whom to ask.
        self._instance.add_run_tags(run.run_id, {WARM: "true"})
        try:
            answer = self._ask({"do": "start", "run_id": run.run_id, "arguments": arguments})
        except (OSError, ValueError) as error:
            answer = {"refused": str(error)}
        if "pid" in answer:
            self._run_ids.add(run.run_id)
            return True
        self._instance.add_run_tags(run.run_id, {WARM: "false"})
        self._instance.report_engine_event(
            f"The run server did not take the run ({answer.get('refused')}): it gets a process of its own.", run
        )
        return False

    def terminate(self, run_id: str) -> bool:
        run = self._instance.get_run_by_id(run_id)
        if run is None or run.is_finished or not _is_warm(run):
            return bool(super().terminate(run_id))
        self._instance.report_run_canceling(run)
        try:
            return bool(self._ask({"do": "terminate", "run_id": run_id}).get("signalled"))
        except (OSError, ValueError):
            return False

    @property
    def supports_check_run_worker_health(self) -> bool:
        return True

    def check_run_worker_health(self, run: DagsterRun) -> CheckRunHealthResult:
        if not _is_warm(run):
            return CheckRunHealthResult(WorkerStatus.UNKNOWN, "It has a process of its own.")
        try:
            answer = self._ask({"do": "look", "run_id": run.run_id})
        except (OSError, ValueError) as error:
            # Whoever restarts the run server ends its forks.
            return CheckRunHealthResult(WorkerStatus.NOT_FOUND, f"The run server is gone: {error}")
        if answer.get("is_running"):
            return CheckRunHealthResult(WorkerStatus.RUNNING)
        code = answer.get("exit_code")
        if code is None:
            return CheckRunHealthResult(WorkerStatus.NOT_FOUND, "The run server has been restarted.")
        status = WorkerStatus.SUCCESS if code == 0 else WorkerStatus.FAILED
        return CheckRunHealthResult(status, f"Its process ended with {code}.")

    def _ask(self, request: dict[str, Any]) -> dict[str, Any]:
        return run_socket.ask(run_socket.path(Path(self._instance.root_directory)), request)


def _is_warm(run: DagsterRun) -> bool:
    return run.tags.get(WARM) == "true"
