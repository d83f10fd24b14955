"""The answers that sessions share: one question at a time, and the last answer outlives a failure."""

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from hud import context, live
from hud.live import AGES_ON_SCREEN, FORGET_AFTER_SECONDS, NEVER, BatchedLastKnown, LastKnown


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


def test_who_returns_together_to_what_was_left_all_wait_for_the_new_answer() -> None:
    clock = Clock()
    release = threading.Event()
    asked = 0

    def ask(_: str) -> int:
        nonlocal asked
        asked += 1
        if asked > 1:
            release.wait(5)
        return asked

    answers = LastKnown(ask, max_age_seconds=1.0, clock=clock)
    answers.get("a")
    clock.now += 70.0
    with ThreadPoolExecutor(3) as pool:
        returned = [pool.submit(answers.get, "a") for _ in range(3)]
        while asked < 2:
            pass
        release.set()
        assert {future.result(1).value for future in returned} == {2}
    assert asked == 2


def test_unused_answers_are_forgotten() -> None:
    clock = Clock()
    asked: list[str] = []
    answers: LastKnown[None] = LastKnown(asked.append, max_age_seconds=1e9, clock=clock)
    answers.get("a")
    clock.now += FORGET_AFTER_SECONDS + 1
    answers.get("b")
    answers.forget_unused()
    for key in "ba":
        answers.get(key)
    assert asked == ["a", "b", "a"]


def test_whoever_asks_anything_lets_go_of_what_nobody_looks_at(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    asked: list[str] = []
    left: LastKnown[None] = LastKnown(asked.append, max_age_seconds=1e9, clock=clock)
    monkeypatch.setattr(context, "_answers", {("left", 1e9): left})
    monkeypatch.setattr(context, "_swept_at", NEVER)
    left.get("a")
    clock.now += FORGET_AFTER_SECONDS + 1
    context.shared("on another page", len, 1e9)
    left.get("a")
    assert asked == ["a", "a"]
    clock.now += FORGET_AFTER_SECONDS + 1
    context.shared("on another page", len, 1e9)
    left.get("a")
    assert asked == ["a", "a"], "not at every poll"


def test_answers_are_bounded() -> None:
    clock = Clock()
    asked: list[str] = []

    def ask(key: str) -> str:
        asked.append(key)
        return key

    answers = LastKnown(ask, max_age_seconds=1e9, most=3, clock=clock)
    for key in ["a", "b", "c", "a", "d", "a", "b"]:
        clock.now += 1
        answers.get(key)
    assert asked == ["a", "b", "c", "d", "b"], "the key that was used longest ago made room"


def test_invented_ids_drive_out_none_that_exists() -> None:
    clock = Clock()
    asked: list[str] = []

    def ask(key: str) -> str | None:
        asked.append(key)
        return key if key in "abc" else None

    answers = LastKnown(ask, max_age_seconds=1e9, most=3, clock=clock)
    for key in ["a", "b", *(f"invented {number}" for number in range(50)), "a", "b"]:
        clock.now += 1
        answers.get(key)
    assert len(asked) == 52
    answers.get("c")
    answers.get("a")
    assert asked[52:] == ["c"]


def test_older_answer_never_takes_the_place_of_a_newer_one() -> None:
    """A key that comes back is asked for alone, while a round that began after it asks for it too."""
    clock, asking, release = Clock(), threading.Event(), threading.Event()
    state = "before"

    def ask(keys: Sequence[str]) -> dict[str, str]:
        seen = state
        if keys == ["back"] and clock.now > 100.0:
            asking.set()
            release.wait(5)
        return dict.fromkeys(keys, seen)

    answers = BatchedLastKnown(ask, max_age_seconds=1.0, clock=clock)
    answers.get("back")
    answers.get("stays")
    for _ in range(AGES_ON_SCREEN + 1):
        clock.now += 1.0
        answers.get("stays")
    clock.now += 0.5
    with ThreadPoolExecutor(1) as pool:
        alone = pool.submit(answers.get, "back")
        assert asking.wait(5)
        state = "after"
        clock.now += 0.5
        assert answers.get("stays").value == "after"
        clock.now += 0.1
        release.set()
        known = alone.result(5)
    assert (known.value, known.error) == ("after", None)
    assert answers.get("back").value == "after"


class Rounds:
    """A database that answers every key with the number of the question."""

    def __init__(self) -> None:
        self.asked: list[list[str]] = []
        self.broken = False
        self.slow = threading.Event()
        self.release = threading.Event()

    def __call__(self, keys: Sequence[str]) -> dict[str, int]:
        self.asked.append(sorted(keys))
        if self.slow.is_set():
            self.release.wait(5)
        if self.broken:
            raise ConnectionError
        return {key: len(self.asked) for key in keys if key != "nobody"}


def test_keys_on_screens_are_asked_for_together() -> None:
    clock, database = Clock(), Rounds()
    answers = BatchedLastKnown(database, max_age_seconds=1.0, clock=clock)
    keys = ["a", "b", "nobody"]
    assert [answers.get(key).value for key in keys] == [1, 2, None]
    assert database.asked == [["a"], ["b"], ["nobody"]], "a first look waits for no other"
    for _ in range(3):
        clock.now += 1.0
        for key in keys:
            answers.get(key)
            clock.now += 0.1
        clock.now -= 0.3
    assert database.asked[3:] == [keys] * 3
    assert [answers.get(key).value for key in keys] == [6, 6, None]


def test_key_that_left_the_screens_is_asked_for_no_more_and_returns_alone() -> None:
    clock, database = Clock(), Rounds()
    answers = BatchedLastKnown(database, max_age_seconds=1.0, clock=clock)
    answers.get("left")
    for _ in range(AGES_ON_SCREEN + 2):
        answers.get("stays")
        clock.now += 1.0
    assert database.asked[2] == ["left", "stays"]
    assert database.asked[-1] == ["stays"]
    assert answers.get("left").value == len(database.asked)
    assert database.asked[-1] == ["left"]


def test_round_is_cut_into_questions_of_a_bearable_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "MOST_IN_ONE_QUESTION", 2)
    clock, database = Clock(), Rounds()
    answers = BatchedLastKnown(database, max_age_seconds=1.0, clock=clock)
    for key in "abcde":
        answers.get(key)
    clock.now += 1.0
    answers.get("a")
    assert database.asked[5:] == [["a", "b"], ["c", "d"], ["e"]]


def test_failed_round_keeps_every_answer_with_its_age_and_is_not_repeated_at_once() -> None:
    clock, database = Clock(), Rounds()
    answers = BatchedLastKnown(database, max_age_seconds=1.0, clock=clock)
    for key in "abc":
        answers.get(key)
    database.broken = True
    clock.now += 2.0
    for key, value in {"a": 1, "b": 2, "c": 3}.items():
        known = answers.get(key)
        assert (known.value, known.age_seconds) == (value, 2.0)
        assert isinstance(known.error, ConnectionError)
    assert len(database.asked) == 4, "one question failed for all"
    database.broken = False
    clock.now += 1.0
    assert [answers.get(key).value for key in "abc"] == [5, 5, 5]
    assert answers.get("c").error is None


def test_slow_round_holds_up_neither_old_keys_nor_new_ones() -> None:
    clock, database = Clock(), Rounds()
    answers = BatchedLastKnown(database, max_age_seconds=1.0, clock=clock)
    for key in "ab":
        answers.get(key)
    clock.now += 1.0
    database.slow.set()
    with ThreadPoolExecutor(2) as pool:
        round_ = pool.submit(answers.get, "a")
        while len(database.asked) < 3:
            pass
        database.slow.clear()
        assert [answers.get("a").value, answers.get("b").value] == [1, 2]
        assert answers.get("new").value == 4
        database.release.set()
        assert round_.result(1).value == 4
    assert database.asked == [["a"], ["b"], ["a", "b"], ["new"]]


def test_first_looks_at_one_key_share_a_question_and_wait_for_it() -> None:
    database = Rounds()
    answers = BatchedLastKnown(database, max_age_seconds=1.0, clock=Clock())
    database.slow.set()
    with ThreadPoolExecutor(5) as pool:
        first = pool.submit(answers.get, "a")
        while not database.asked:
            pass
        others = [pool.submit(answers.get, "a") for _ in range(4)]
        assert not any(other.done() for other in others)
        database.release.set()
        assert [look.result(1).value for look in [first, *others]] == [1] * 5
    assert database.asked == [["a"]]
