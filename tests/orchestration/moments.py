"""Moments of a tick of webhook_sensor and of its run: each brings the system there, and holds it while the block lasts.

An event has landed when a moment begins; who comes first to the gate is the tick that settles it.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import Final

import dagster as dg
from dagster._core.scheduler.instigation import InstigatorTick, TickStatus

from tests import landing
from tests.orchestration.dagster_system import DagsterSystem, Gate, wait_for

Moment = Callable[[DagsterSystem], AbstractContextManager[None]]
WATERMARKS: Final = "intermediate.settle_watermarks"
# Reads pass, a settle stands in the middle of its transaction.
SETTLE: Final = ("intermediate.int_user_days_settled", "share row exclusive")


def land(system: DagsterSystem) -> float:
    """Land an event; returns the time before."""
    before = time.time()
    landing.land(system.warehouse, landing.event("ann", "meeting_booked"))
    return before


def started_tick(system: DagsterSystem, after: float = 0, instigator: str = "webhook_sensor") -> InstigatorTick:
    """The tick that is under way, and has begun since then."""

    def look() -> InstigatorTick | None:
        tick = system.tick(after, instigator)
        return tick if tick and tick.status is TickStatus.STARTED else None

    return wait_for("tick that has begun", look)


def statuses(system: DagsterSystem, known: list[str]) -> list[dg.DagsterRunStatus]:
    return [run.status for run in system.runs(known)]


@contextmanager
def tick_created(system: DagsterSystem) -> Iterator[None]:
    """The tick is in the database, and the code server has not heard of it."""
    began = time.time()

    def has_ticked() -> bool:
        tick = system.tick(began)
        return tick is not None and tick.status is not TickStatus.STARTED

    # Another tick, that the code server had begun to answer, would keep this one waiting.
    wait_for("daemon at work", has_ticked)
    with system.frozen("code-server"):
        started_tick(system, land(system))
        yield


@contextmanager
def tick_held(system: DagsterSystem) -> Iterator[None]:
    """The sensor is looking at the warehouse."""
    with system.gate(WATERMARKS, "access exclusive", instance=False) as gate:
        land(system)
        system.stands_at(gate, "code-server")
        assert not list(started_tick(system).reserved_run_ids_with_requests)
        yield


@contextmanager
def schedule_held(system: DagsterSystem) -> Iterator[None]:
    """So is build_schedule, in its tick of this minute."""
    with system.gate(WATERMARKS, "access exclusive", instance=False):
        started_tick(system, land(system), "build_schedule")
        yield


@contextmanager
def run_reserved(system: DagsterSystem) -> Iterator[None]:
    """The tick knows which run it will ask for; there is no run yet."""
    with system.gate("runs") as gate:
        known = [run.run_id for run in system.runs()]
        land(system)
        system.stands_at(gate, "daemon")
        assert len(list(started_tick(system).reserved_run_ids_with_requests)) == 1
        assert not system.runs(known)
        yield


@contextmanager
def _created(system: DagsterSystem) -> Iterator[tuple[list[str], Gate]]:
    """The run is in the database and not in the queue, and events stand at the gate."""
    known = [run.run_id for run in system.runs()]
    with ExitStack() as gates:
        runs = gates.enter_context(system.gate("runs"))
        land(system)
        system.stands_at(runs, "daemon")
        events = gates.enter_context(system.gate("event_logs"))
        runs.open()
        system.stands_at(events, "daemon")
        wait_for("run", lambda: statuses(system, known) == [dg.DagsterRunStatus.NOT_STARTED])
        yield known, events


@contextmanager
def run_created(system: DagsterSystem) -> Iterator[None]:
    """The run is in the database, and not in the queue."""
    with _created(system):
        yield


@contextmanager
def run_queued(system: DagsterSystem) -> Iterator[None]:
    """The run is in the queue, and its tick does not know."""
    with _created(system) as (known, events), system.gate("job_ticks"):
        events.open()
        wait_for("queued run", lambda: statuses(system, known) != [dg.DagsterRunStatus.NOT_STARTED], pause=0.005)
        yield


@contextmanager
def run_launched(system: DagsterSystem) -> Iterator[None]:
    """The run has left the queue, and nobody has been told to execute it."""
    with _created(system) as (known, events), system.gate("run_tags") as tags:
        events.open()
        system.stands_at(tags, "daemon")
        assert statuses(system, known) == [dg.DagsterRunStatus.STARTING]
        yield


@contextmanager
def in_dbt(system: DagsterSystem) -> Iterator[None]:
    """The settle is in the middle of its transaction."""
    with settling(system):
        yield


@contextmanager
def settling(system: DagsterSystem) -> Iterator[Gate]:
    """The same, with the gate at which the run's process stands."""
    known = [run.run_id for run in system.runs()]
    with system.gate(*SETTLE, instance=False) as gate:
        land(system)
        wait_for("settle at work", gate.waiting)
        assert statuses(system, known) == [dg.DagsterRunStatus.STARTED]
        yield gate
