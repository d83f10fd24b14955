"""What many sessions cost together: real websockets, as a browser opens them."""

import asyncio
import inspect
import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from streamlit.testing.v1 import AppTest

from hud import context
from hud.access import OPEN, PAGES
from hud.context import Hud
from hud.database import open_engine
from hud.live import BatchedLastKnown, LastKnown
from hud.patient import PatientLastKnown
from hud.rules_desk import Desk
from hud.settings import load_settings
from hud.views import rules
from orchestration.stack.postgres import Cluster
from tests.bench.hud_sessions import Session
from tests.conftest import Database, Warehouse, clone
from tests.hud import sdrs
from tests.hud.conftest import running_hud

SESSIONS = 20
INTERVAL = 0.5


def test_sessions_on_many_sdrs_share_a_statement(cluster: Cluster, template: Warehouse, tmp_path: Path) -> None:
    database = clone(cluster, "hud_sessions")
    for number in range(SESSIONS):
        sdrs.work(database, f"one of many {number}", "call_dial", number + 1)
    with running_hud(database.dsn("hud"), tmp_path / "hud.log", HUD_REFRESH_INTERVAL=str(INTERVAL)) as address:
        sessions = [Session(address, f"user=one of many {number}") for number in range(SESSIONS)]
        # In a thread of its own: Playwright's loop may run in this one.
        with ThreadPoolExecutor(1) as threads:
            asked = threads.submit(asyncio.run, stay_open(sessions, template.owner_dsn)).result()
    shown = [json.loads(session.latest) for session in sessions]
    assert [data["sdr"]["total_gold"] for data in shown] == sorted({data["sdr"]["total_gold"] for data in shown})
    assert {data["sdr"]["user_id"] for data in shown} == {f"one of many {number}" for number in range(SESSIONS)}
    assert {data["state"] for data in shown} == {"live"}
    # A transaction for the question and one for the look whether the connection lives: two rounds an interval make 4.
    assert asked <= 10, f"{asked} transactions an interval for {SESSIONS} sessions"
    assert not [error for session in sessions for error in session.errors]


def test_answers_hold_nothing_of_the_session_that_asked_first(
    hud_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They stay for as long as the server runs."""
    questions: list[Callable[..., Any]] = []

    def noted(kind: Callable[..., Any]) -> Callable[..., Any]:
        def make(ask: Callable[..., Any], **rest: float) -> object:
            questions.append(ask)
            return kind(ask, **rest)

        return make

    engine = open_engine(hud_database.dsn("hud"))
    monkeypatch.setenv("RIFT_HUD_DSN", hud_database.dsn("hud"))
    monkeypatch.setattr(context, "_engine", lambda *_: engine)
    monkeypatch.setattr(context, "_answers", {})
    for kind in (LastKnown, BatchedLastKnown, PatientLastKnown):
        monkeypatch.setattr(context, kind.__name__, noted(kind))
    sdrs.hire(hud_database, "whose answers")

    def show(slug: str) -> None:
        from importlib import import_module  # noqa: PLC0415  # Streamlit runs this by its text

        from hud.access import OPEN  # noqa: PLC0415
        from hud.context import Hud  # noqa: PLC0415
        from hud.settings import load_settings  # noqa: PLC0415

        import_module(f"hud.views.{slug}").page(Hud(load_settings(), lambda: OPEN, slug, (), lambda _: None))

    views = PAGES.keys() - {"refused"}
    for slug, query in [("my_hud", {}), *((slug, {"user": "whose answers"}) for slug in views)]:
        before = len(questions)
        tab = AppTest.from_function(show, args=(slug,), default_timeout=30)
        tab.query_params.update(query)
        tab.session_state["rift_report_wanted"] = {"week": date(2026, 3, 2), "request": "r"}
        tab.run()
        assert not tab.exception
        assert len(questions) > before, slug
    bounds = {question: answers._most for (question, _), answers in context._answers.items()}  # noqa: SLF001
    large = {
        "history": 200,
        "history_own": 200,
        "history_ranks": 200,
        "history_teams": 200,
        "search": 500,
        "report": 20,
    }
    assert bounds | large == bounds, "what is large is kept for few, whatever addresses somebody walks through"
    # The one question that is asked when a preview is, and not by looking.
    desk, wish = Desk(), {"ticket": "t", "secret": "s", "gold_value": "1", "xp_value": "1", "rank_points": "1"}
    looking = Hud(load_settings(), lambda: OPEN, "rules", (), lambda _: None)
    context._answers.clear()  # noqa: SLF001  # My HUD asks for the tiers too
    before = len(questions)
    rules._begin(looking, desk, "preview", wish | {"event_type": "call_dial", "weeks": "1"})  # noqa: SLF001
    assert len(questions) > before
    engine.dispose()
    held = [value for ask in questions for value in enclosed(ask)]
    assert all(engine in enclosed(ask) for ask in questions)
    assert not [value for value in held if isinstance(value, Hud)]


def enclosed(function: Callable[..., Any]) -> list[Any]:
    """Everything that a function carries with it, through the functions that it carries."""
    values = list(inspect.getclosurevars(function).nonlocals.values())
    return values + [deeper for value in values if inspect.isfunction(value) for deeper in enclosed(value)]


async def stay_open(sessions: list[Session], dsn: str) -> float:
    """Keep the sessions open; how many transactions their database saw in each interval, once all had opened."""
    answered = asyncio.Event()
    for session in sessions:
        session.on_data = lambda _data, _at: answered.set()
    tabs = [asyncio.create_task(session.run(time.monotonic() + 60)) for session in sessions]
    async with asyncio.timeout(60):
        while min(len(session.polls) for session in sessions) < 3:
            answered.clear()
            await answered.wait()
        before, polls = transactions(dsn), len(sessions[0].polls)
        while len(sessions[0].polls) < polls + 6:
            answered.clear()
            await answered.wait()
    asked = (transactions(dsn) - before) / 6
    for tab in tabs:
        tab.cancel()
    await asyncio.gather(*tabs, return_exceptions=True)
    return asked


def transactions(dsn: str) -> int:
    """From another database, so that asking is not counted."""
    connection = psycopg2.connect(dsn)
    try:
        with connection.cursor() as cursor:
            cursor.execute("select xact_commit + xact_rollback from pg_stat_database where datname = 'hud_sessions'")
            found: Any = cursor.fetchone()
            return int(found[0])
    finally:
        connection.close()
