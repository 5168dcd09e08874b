"""Tests of what ends questions whose time is up."""

import threading

from orthoweave.stores.duckdb.overseer import Overseer


class _Connection:
    def __init__(self) -> None:
        self.interrupted = threading.Event()

    def interrupt(self) -> None:
        self.interrupted.set()


def test_only_late_questions_are_interrupted() -> None:
    overseer, late, other = Overseer(), _Connection(), _Connection()
    with overseer.watch(other, 60) as calm, overseer.watch(late, 0) as watched:
        assert late.interrupted.wait(10)
    assert (watched.overdue, calm.overdue, other.interrupted.is_set()) == (True, False, False)


def test_questions_that_are_late_later_are_interrupted_too() -> None:
    overseer, first, second = Overseer(), _Connection(), _Connection()
    with overseer.watch(first, 0):
        assert first.interrupted.wait(10)
    with overseer.watch(second, 0):
        assert second.interrupted.wait(10)
