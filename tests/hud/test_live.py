"""The answers that sessions share: one question at a time, and the last answer outlives a failure."""

import threading
from concurrent.futures import ThreadPoolExecutor

from hud.live import FORGET_AFTER_SECONDS, LastKnown


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_answer_is_shared_until_it_is_old() -> None:
    clock = Clock()
    asked: list[str] = []

    def ask(key: str) -> int:
        asked.append(key)
        return len(asked)

    answers = LastKnown(ask, max_age_seconds=1.0, clock=clock)
    assert [answers.get("a").value, answers.get("a").value, answers.get("b").value] == [1, 1, 2]
    clock.now += 1.0
    assert answers.get("a").value == 3


def test_last_answer_stays_with_its_age_while_questions_fail() -> None:
    clock = Clock()
    broken = threading.Event()

    def ask(_: str) -> str:
        if broken.is_set():
            raise ConnectionError
        return "answer"

    answers = LastKnown(ask, max_age_seconds=1.0, clock=clock)
    answers.get("a")
    broken.set()
    clock.now += 7.0
    known = answers.get("a")
    assert (known.value, known.age_seconds) == ("answer", 7.0)
    assert isinstance(known.error, ConnectionError)
    broken.clear()
    clock.now += 1.0
    assert answers.get("a").error is None
    assert answers.get("a").age_seconds == 0.0


def test_failing_first_question_is_empty() -> None:
    answers: LastKnown[int] = LastKnown(lambda _: 1 // 0, max_age_seconds=1.0)
    assert answers.get("a").is_empty
    assert isinstance(answers.get("a").error, ZeroDivisionError)


def test_slow_question_holds_up_nobody() -> None:
    clock = Clock()
    slow = threading.Event()
    release = threading.Event()
    asked = 0

    def ask(_: str) -> int:
        nonlocal asked
        asked += 1
        if slow.is_set():
            release.wait(5)
        return asked

    answers = LastKnown(ask, max_age_seconds=1.0, clock=clock)
    answers.get("a")
    slow.set()
    clock.now += 5.0
    with ThreadPoolExecutor(9) as pool:
        first = pool.submit(answers.get, "a")
        while asked < 2:
            pass
        others = [future.result(1).value for future in [pool.submit(answers.get, "a") for _ in range(8)]]
        release.set()
        assert first.result(1).value == 2
    assert others == [1] * 8
    assert asked == 2


def test_unused_answers_are_forgotten() -> None:
    clock = Clock()
    asked: list[str] = []
    answers = LastKnown(asked.append, max_age_seconds=1e9, clock=clock)
    answers.get("a")
    clock.now += FORGET_AFTER_SECONDS + 1
    answers.get("b")
    answers.get("a")
    assert asked == ["a", "b", "a"]
