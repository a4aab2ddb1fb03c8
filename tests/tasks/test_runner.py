"""Work goes out, answers come home: in the right thread, in order, and never after goodbye."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from pixsort_desktop.library.changes import ChangeSet
from pixsort_desktop.progress import Progress
from pixsort_desktop.tasks.events import Events
from pixsort_desktop.tasks.runner import Runner


@pytest.fixture
def runner(qtbot: QtBot) -> Iterator[Runner]:
    made = Runner(2)
    yield made
    made.close()
    made.cancel_all()
    assert made.wait(5)


def test_work_runs_elsewhere_and_its_answer_arrives_here(runner: Runner, qtbot: QtBot) -> None:
    seen: list[threading.Thread] = []

    def work() -> int:
        seen.append(threading.current_thread())
        return 7

    answers: list[tuple[int, threading.Thread]] = []
    runner.run(work, lambda result: answers.append((result, threading.current_thread())))
    qtbot.waitUntil(lambda: bool(answers))
    assert answers == [(7, threading.main_thread())]
    assert seen[0] is not threading.main_thread()
    assert not runner.busy


def test_one_thread_keeps_the_order(qtbot: QtBot) -> None:
    lane = Runner(1)
    done: list[int] = []
    for number in range(50):
        lane.run(lambda number=number: number, done.append)
    qtbot.waitUntil(lambda: len(done) == 50)
    assert done == list(range(50))
    lane.close()


def test_errors_come_home_to_whoever_takes_them(runner: Runner, qtbot: QtBot) -> None:
    caught: list[Exception] = []
    runner.run(lambda: 1 / 0, failed=caught.append)
    qtbot.waitUntil(lambda: bool(caught))
    assert isinstance(caught[0], ZeroDivisionError)
    with qtbot.waitSignal(runner.failed) as signal:
        runner.run(lambda: 1 / 0)
    assert isinstance(signal.args[0], ZeroDivisionError)


def test_a_cancelled_task_says_nothing_but_that_it_ended(runner: Runner, qtbot: QtBot) -> None:
    progress, told, ended = Progress(), [], []
    started = threading.Event()

    def work() -> None:
        started.set()
        while True:
            progress.check()
            time.sleep(0.001)

    task = runner.run(work, told.append, told.append, ended=lambda: ended.append(True), progress=progress)
    assert started.wait(5)
    task.cancel()
    qtbot.waitUntil(lambda: ended == [True])
    assert told == []


def test_waiting_ends_with_the_work_or_with_patience(runner: Runner) -> None:
    go = threading.Event()
    runner.run(lambda: go.wait(5))
    assert not runner.wait(0.05)
    go.set()
    assert runner.wait(5)


def test_a_closed_runner_takes_nothing(qtbot: QtBot) -> None:
    lane, ran = Runner(1), []
    lane.close()
    assert lane.run(lambda: ran.append(1)).cancelled
    qtbot.wait(30)
    assert ran == []


def test_changes_cross_from_the_writer_s_thread(qtbot: QtBot) -> None:
    events = Events()
    threads: list[threading.Thread] = []
    events.changed.connect(lambda _: threads.append(threading.current_thread()))
    changes = ChangeSet(photos=frozenset({3}))
    with qtbot.waitSignal(events.changed) as signal:
        threading.Thread(target=events.publish, args=(changes,)).start()
    assert signal.args == [changes]
    events.publish(ChangeSet())
    qtbot.wait(20)
    assert len(threads) == 1
