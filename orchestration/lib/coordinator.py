"""Which runs are queued, and with which tags.

A settle that waits does what all would do that are asked for until it begins. A run that was started on an asset's page
waits for the same runs as one of a job would.
"""

import dagster as dg
from dagster._core.run_coordinator import QueuedRunCoordinator, SubmitRunContext

from orchestration.lib.run_tags import COALESCES, tags_of


class CoalescingRunCoordinator(QueuedRunCoordinator):
    """Dagster's queue, in which no run waits behind an equal one.

    The second one is cancelled, and its log names the first. Of several that are asked for at the same instant each may
    find nobody waiting: the queue holds at most as many as ask at once.
    """

    def submit_run(self, context: SubmitRunContext) -> dg.DagsterRun:
        run = context.dagster_run
        waiting = self._waiting(run)
        if waiting is None:
            # The queue reads them from the database.
            if missing := {**tags_of(run.asset_selection or ()), **run.tags}.items() - run.tags.items():
                self._instance.add_run_tags(run.run_id, dict(missing))
            return super().submit_run(context)
        self._instance.report_run_canceled(
            run, f"Run {waiting.run_id} waits in the queue. It begins later than now, and does what this one would."
        )
        return self._instance.get_run_by_id(run.run_id) or run

    def _waiting(self, run: dg.DagsterRun) -> dg.DagsterRun | None:
        if run.status != dg.DagsterRunStatus.NOT_STARTED or not run.tags.items() >= COALESCES.items():
            return None
        queued = dg.RunsFilter(job_name=run.job_name, tags=dict(COALESCES), statuses=[dg.DagsterRunStatus.QUEUED])
        return next((other for other in self._instance.get_runs(queued) if _work(other) == _work(run)), None)


def _work(run: dg.DagsterRun) -> tuple[object, ...]:
    """What a run is to do, of all that its job could."""
    return run.run_config, run.asset_selection, run.asset_check_selection, run.step_keys_to_execute
