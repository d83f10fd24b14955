"""When a part is well: Dagster by its definitions and daemons, asked of the real processes; others when they accept."""

import re
import socket
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from orchestration.stack import files, parts, status
from orchestration.stack.doctor.installation import Installation
from orchestration.stack.doctor.processes import parts as parts_of_doctor
from orchestration.stack.errors import StackError
from orchestration.stack.health import is_well
from orchestration.stack.settings import load
from orchestration.stack.up import Stack
from tests.conftest import free_port


@pytest.fixture
def stack(folder: Path) -> Iterator[Stack]:
    """A stack of which nothing runs yet, and whose Dagster keeps its state in files."""
    settings = load(_env_file=None, rift_home=folder / "home", dagster_port=free_port())
    made = Stack(settings, print)
    files.make_home(made.home)
    assert made.record.claim()
    yield made
    made.supervisor.stop()
    made.record.release()


def start_dagster(stack: Stack, module: str) -> None:
    """Start our parts of Dagster with another module than ours."""
    found = parts.dagster(stack.environment, free_port())
    (stack.environment.dagster_home / "dagster.yaml").write_text("telemetry:\n  enabled: false\n")
    (stack.home / "module_of_test.py").write_text(module)
    stack.supervisor.start(
        replace(
            part,
            command=tuple(word.replace("orchestration.definitions", "module_of_test") for word in part.command),
            environment={**part.environment, "PYTHONPATH": str(stack.home)},
        )
        for part in found
    )


def shown(stack: Stack) -> str:
    console = Console(width=200)
    with console.capture() as capture:
        console.print(status.overview(stack)[0])
    return capture.get()


def is_shown(stack: Stack, part: str, health: str) -> bool:
    return re.search(rf"^ {part} .* {health} ", shown(stack), re.MULTILINE) is not None


def test_definitions_that_do_not_load_fail_the_start_and_are_said(stack: Stack) -> None:
    start_dagster(stack, "raise RuntimeError('there is no such asset')")
    with pytest.raises(StackError, match=r"(?s)cannot load its definitions.*there is no such asset"):
        stack.supervisor.await_healthy(90)
    found = [finding.sentence for finding in parts_of_doctor(Installation(stack.settings))]
    assert len(found) == 1
    assert found[0].startswith("Dagster runs nothing: Dagster cannot load its definitions")
    assert is_shown(stack, "webserver", "down")
    assert "there is no such asset" in shown(stack)


def test_daemons_are_well_by_their_own_heartbeats(stack: Stack) -> None:
    start_dagster(stack, "import dagster as dg\ndefs = dg.Definitions()")
    stack.supervisor.await_healthy(90)
    assert all(is_shown(stack, name, "well") for name in ("code-server", "webserver", "daemon"))
    daemon = stack.supervisor.running["daemon"]
    # What an earlier daemon left in the instance's storage proves nothing.
    assert not is_well(daemon.part, time.time())
    assert daemon.process is not None
    daemon.process.kill()
    daemon.process.wait()
    assert is_shown(stack, "daemon", "down")


def test_a_part_behind_a_unix_socket_is_well_when_it_accepts(folder: Path) -> None:
    path = folder / "s"
    part = parts.Part("run-server", ("true",), {}, health=f"{parts.SOCKET}{path}")
    assert not is_well(part, 0)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        assert not is_well(part, 0)
        listener.listen()
        assert is_well(part, 0)
