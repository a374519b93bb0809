"""Widgets are destroyed in the window's thread, whoever makes garbage."""

from __future__ import annotations

import gc
import threading
import weakref

from pytestqt.qtbot import QtBot


class Knot:
    """Refers to itself: only the collector can destroy it."""

    def __init__(self) -> None:
        self.itself = self


def make_garbage(count: int) -> None:
    for _ in range(count):
        Knot()


def test_what_another_thread_makes_due_is_collected_in_the_windows(qtbot: QtBot) -> None:
    gc.collect()
    destroyed_in: list[threading.Thread] = []
    knot = Knot()
    weakref.finalize(knot, lambda: destroyed_in.append(threading.current_thread()))
    del knot
    thread = threading.Thread(target=make_garbage, args=(5 * gc.get_threshold()[0],))
    thread.start()
    thread.join()
    assert destroyed_in == []
    qtbot.waitUntil(lambda: bool(destroyed_in))
    assert destroyed_in == [threading.main_thread()]


def test_older_generations_are_collected_in_their_turn(qtbot: QtBot) -> None:
    young, middle, _ = gc.get_threshold()
    before = gc.get_stats()[1]["collections"]

    def has_been() -> bool:
        make_garbage(2 * young)
        return gc.get_stats()[1]["collections"] > before

    qtbot.waitUntil(has_been, timeout=1000 * middle)
