"""The processes: the supervisor and its parts, those that keep dying, and ports that somebody else has."""

import contextlib
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import psutil

from orchestration.stack import ports, server_processes, status
from orchestration.stack.doctor.alerts import Alert
from orchestration.stack.doctor.configuration import PORT_OF
from orchestration.stack.doctor.finding import Finding, broken, span, tail
from orchestration.stack.doctor.installation import Installation
from orchestration.stack.errors import StackError
from orchestration.stack.placement import remembered
from orchestration.stack.processes import HEALTHY_SECONDS
from orchestration.stack.record import Record, carriers

# A part that has died so often, and is so young, is dying again and again: the supervisor's pauses end at 30 s.
LOOP_RESTARTS: Final = 3
LOOP_SECONDS: Final = 300
START: Final = "rift up --detach"


def parts(installation: Installation) -> Iterator[Finding]:
    if not installation.supervises:
        yield from _nobody(installation)
        return
    # Postgres is asked itself (server.py), whoever started it.
    known = {name: part for name, part in installation.parts().items() if name != "postgres"}
    is_ready = bool(Record(installation.home).read().get("ready"))
    with ThreadPoolExecutor() as pool:  # one that hangs takes seconds to be known for it
        troubles = dict(zip(known, pool.map(lambda one: _trouble(*one), known.items()), strict=True))
    for name, part in known.items():
        age = _age(part)
        if age is None and not is_ready and not part.get("restarts"):
            continue  # it waits for another, which is in this list itself when it is not well
        if troubles[name] == "" and not is_ready and age is not None and age < HEALTHY_SECONDS:
            continue  # it is just being started
        if part.get("restarts", 0) >= LOOP_RESTARTS and (age is None or age < LOOP_SECONDS):
            yield broken(
                Alert.RESTART_LOOP,
                f"{name} keeps dying: it has been started again {part['restarts']} times"
                + (f", last {span(age)} ago." if age is not None else ", and waits for the next time."),
                "Read the end of its log; what it says last is why.",
                tail(part["log"]),
                part=name,
                restarts=part["restarts"],
            )
        elif (why := troubles[name]) is not None:
            yield _down(installation, name, part, age, why)


def _age(part: dict[str, Any]) -> float | None:
    if part.get("pid") is None:
        return None  # psutil would tell of this process
    with contextlib.suppress(psutil.Error):
        return time.time() - psutil.Process(part["pid"]).create_time()
    return None


def _trouble(name: str, part: dict[str, Any]) -> str | None:
    """Nothing when the part is well; else why it will never be, where that is known."""
    try:
        return None if status.is_alive(name, part) else ""
    except StackError as error:
        return str(error)


def _down(installation: Installation, name: str, part: dict[str, Any], age: float | None, why: str) -> Finding:
    if why:
        return broken(
            Alert.DEFINITIONS_BROKEN,
            f"Dagster runs nothing: {why.splitlines()[0]}",
            "Mend what the log of the code server names; it is loaded again at the next start.",
            tail(installation.home / "logs" / "code-server.log"),
            part=name,
        )
    lives = "does not run" if age is None else f"runs for {span(age)} and does not answer"
    return broken(
        Alert.PART_DOWN,
        f"{name} {lives}" + (f" on port {part['port']}." if part.get("port") else "."),
        "The supervisor starts again what has died. If it stays so, read its log, then restart Rift.",
        tail(part["log"]),
        "rift down",
        START,
        part=name,
        pid=part.get("pid") or 0,
        restarts=part.get("restarts", 0),
    )


def _nobody(installation: Installation) -> Iterator[Finding]:
    left = carriers(Record(installation.home).tokens())
    mend = "Start it; Postgres, receiver, Dagster and HUD come up together."
    yield broken(Alert.NOT_RUNNING, "Rift does not run: nobody takes events, and nothing is shown.", mend, START)
    if left:
        names = ", ".join(sorted({f"{process.name()} (pid {process.pid})" for process in left}))
        sentence = f"A supervisor was killed and left processes behind: {names}."
        yield broken(Alert.LEFT_BEHIND, sentence, "End them.", "rift down", processes=len(left))


def taken_ports(installation: Installation) -> Iterator[Finding]:
    """Ports of ours on which somebody else listens."""
    tokens = Record(installation.home).tokens()
    ours = {process.pid for process in carriers(tokens)} if tokens else set()
    postmaster = server_processes.pid_file(remembered(installation.home))[0]
    embedded = installation.settings.database_url is None
    for setting in PORT_OF.values():
        if setting == "postgres_port" and not embedded:
            continue
        port = getattr(installation.settings, setting)
        if not ports.is_taken(port):
            continue
        holder = ports.holder(port)
        pid = holder.pid if holder else None
        if pid in ours or (pid is not None and pid == postmaster) or (pid is None and installation.supervises):
            continue
        who = f"{holder.name()} (pid {holder.pid})" if holder else "a program of another user"
        free = ports.free_after(port)
        yield broken(
            Alert.PORT_TAKEN,
            f"{setting.upper()}: port {port} is taken by {who}, so a part of Rift cannot start.",
            f"End that program, or set {setting.upper()}={free} in .env, which is free.",
            f"echo {setting.upper()}={free} >> .env",
            port=port,
            pid=pid or 0,
            free_port=free,
        )
