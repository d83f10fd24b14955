"""Many sessions open on My HUD: how long their updates take, and what they cost the HUD's process.

Each session is a websocket of its own (tests/bench/hud_sessions.py), on an SDR of its own, and polls as a browser does.
Meanwhile events are posted at the door at a steady pace. Measured are: from asking to the answer of each poll; from
posting an event to the first answer that shows it; the CPU and the resident memory of the HUD.

    python -m tests.bench.hud_load URL --door URL --secret-file FILE [--sessions 500] [--seconds 900] [--users 500]

Without a URL, the whole product is started for it, with 100,000 events of 1,000 SDRs, and stopped.
"""

import argparse
import asyncio
import contextlib
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import quote, urlsplit

import httpx
import psutil

from tests.bench.hud_figures import Figures, Sample, section
from tests.bench.hud_sessions import Session
from tests.bench.hud_stack import Stack, running_stack

INTERVAL_SECONDS: Final = 2.0
SETTLING_IN_SECONDS: Final = 10
SAMPLE_SECONDS: Final = 5


@dataclass
class Load:
    """What to do: so many sessions, spread over so many SDRs, opened at this pace, for so long; events meanwhile."""

    url: str
    door: str
    secret: str
    sessions: int = 500
    seconds: float = 900
    users: int = 500
    user_pattern: str = "sdr-{}"
    opened_a_second: float = 20
    events_a_second: float = 20


class Posted:
    """The events under way from the door to a screen, by SDR."""

    def __init__(self) -> None:
        self.waiting: dict[str, dict[bytes, float]] = {}
        self.shown: list[float] = []

    def look(self, user_id: str, data: bytes, at: float) -> None:
        """Note the events of an SDR that an answer shows."""
        waiting = self.waiting.get(user_id)
        if waiting:
            for event_id in [event_id for event_id in waiting if event_id in data]:
                self.shown.append(at - waiting.pop(event_id))


def run_alone(seconds: float) -> Figures:
    """The whole of it for so long, on a product that is started for it."""
    with running_stack(INTERVAL_SECONDS) as stack:
        return run(Load(stack.hud, stack.door, stack.secret, seconds=seconds))


def run(load: Load) -> Figures:
    """Open the sessions, measure, and close them; ends by itself."""
    return asyncio.run(_run(load))


async def _run(load: Load) -> Figures:
    figures = Figures(load.sessions, load.seconds)
    process = process_behind(load.url)
    posted = Posted()
    opening = load.sessions / load.opened_a_second
    measure_from = time.monotonic() + opening + SETTLING_IN_SECONDS
    until = measure_from + load.seconds
    sessions, tasks = [], []
    for number in range(load.sessions):
        user_id = load.user_pattern.format(number % load.users + 1)
        session = Session(load.url, f"user={quote(user_id)}")
        session.on_data = lambda data, at, user_id=user_id: posted.look(user_id, data, at)  # type: ignore[misc]
        sessions.append(session)
        tasks.append(asyncio.create_task(session.run(until + SETTLING_IN_SECONDS)))
        await asyncio.sleep(1 / load.opened_a_second)
    await asyncio.sleep(max(0.0, measure_from - time.monotonic()))
    poster = asyncio.create_task(_post(load, posted, figures, until))
    while time.monotonic() < until:
        figures.samples.append(sample(process))
        await asyncio.sleep(min(SAMPLE_SECONDS, max(0.0, until - time.monotonic())))
    figures.samples.append(sample(process))
    await poster
    ended = await asyncio.gather(*tasks, return_exceptions=True)
    figures.errors += [repr(failure) for failure in ended if failure is not None]
    figures.errors += [error for session in sessions for error in session.errors]
    figures.polls = [took for one in sessions for at, took in one.polls if measure_from <= at < until]
    figures.skipped = sum(session.skipped for session in sessions)
    figures.shown = posted.shown
    return figures


async def _post(load: Load, posted: Posted, figures: Figures, until: float) -> None:
    """Post events at a steady pace, to the SDRs on the screens in turn."""
    started = time.monotonic()
    async with httpx.AsyncClient(headers={"X-RIFT-SECRET": load.secret}, timeout=10) as client:
        while time.monotonic() < until:
            user_id = load.user_pattern.format(figures.posted * 7 % min(load.users, load.sessions) + 1)
            event = {"source": "bench", "event_type": "call_dial", "user_id": user_id}
            at = time.monotonic()
            try:
                answer = await client.post(load.door, json=event | {"metadata": {"n": figures.posted}})
                answer.raise_for_status()
                posted.waiting.setdefault(user_id, {})[answer.json()["event_id"].encode()] = at
            except httpx.HTTPError as failure:
                figures.errors.append(repr(failure))
            figures.posted += 1
            await asyncio.sleep(max(0.0, started + figures.posted / load.events_a_second - time.monotonic()))


def process_behind(url: str) -> psutil.Process:
    """The process that listens at this address."""
    port = urlsplit(url).port
    for connection in psutil.net_connections("tcp"):
        if connection.status == psutil.CONN_LISTEN and connection.laddr[1:] == (port,) and connection.pid:
            return psutil.Process(connection.pid)
    raise SystemExit(f"nothing listens on port {port} of this machine")


def sample(process: psutil.Process) -> Sample:
    used = process.cpu_times()
    return Sample(time.monotonic(), used.user + used.system, process.memory_info().rss / 2**20)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("url", nargs="?", help="the HUD's address; without one, everything is started for this")
    parser.add_argument("--door", help="the address of the receiver")
    parser.add_argument("--secret-file", type=Path, help="the file with the receiver's secret")
    parser.add_argument("--sessions", type=int, default=500)
    parser.add_argument("--seconds", type=float, default=900)
    parser.add_argument("--users", type=int, default=500)
    parser.add_argument("--user-pattern", default="sdr-{}")
    parser.add_argument("--events", type=float, default=20, help="events a second")
    parser.add_argument("--interval", type=float, default=INTERVAL_SECONDS, help="HUD_REFRESH_INTERVAL of the HUD")
    given = parser.parse_args()
    with _place(given) as place:
        amounts = (given.sessions, given.seconds, given.users, given.user_pattern)
        figures = run(Load(place.hud, place.door, place.secret, *amounts, events_a_second=given.events))
    print("\n".join(section(figures, given.interval)))


@contextlib.contextmanager
def _place(given: argparse.Namespace) -> Iterator[Stack]:
    if given.url:
        secret = given.secret_file.read_text(encoding="utf-8").strip()
        yield Stack(given.url.rstrip("/"), f"{given.door.rstrip('/')}/api/v1/webhook/ingest", secret)
    else:
        with running_stack(given.interval) as stack:
            yield stack


if __name__ == "__main__":
    main()
