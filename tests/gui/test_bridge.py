"""Events of the engine arrive in order, and leave the window time for the user."""

from __future__ import annotations

import threading
from itertools import pairwise

import pytest
from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from complm_app.engine.local import Emit, OpenWorkspace
from complm_app.engine.protocol import Event, Progress, Token
from complm_app.gui import bridge as bridge_module
from complm_app.gui.bridge import Bridge


class _Telling:
    """An engine that tells what it is made to tell, in a thread of its own."""

    def __init__(self, emit: Emit, _: OpenWorkspace) -> None:
        self.emit = emit

    def tell(self, *events: tuple[int, Event]) -> None:
        thread = threading.Thread(target=lambda: [self.emit(*each) for each in events])
        thread.start()
        thread.join()


def _no_workspace() -> None:
    raise AssertionError("nothing is computed here")


@pytest.fixture
def engine_and_bridge(qtbot: QtBot) -> tuple[_Telling, Bridge]:
    made: list[_Telling] = []

    def start(emit: Emit, open_workspace: OpenWorkspace) -> _Telling:
        made.append(_Telling(emit, open_workspace))
        return made[0]

    bridge = Bridge(_no_workspace, start)  # type: ignore[arg-type]
    return made[0], bridge


def _step(number: int) -> Progress:
    return Progress("compress", number, 9, "segments")


def test_pieces_of_one_answer_that_wait_are_one_piece(
    qtbot: QtBot, engine_and_bridge: tuple[_Telling, Bridge]
) -> None:
    engine, bridge = engine_and_bridge
    told: list[tuple[int, Event]] = []
    bridge.happened.connect(lambda job, event: told.append((job, event)))
    engine.tell(
        (1, Token("The ")),
        (1, Token("harbour")),
        (2, _step(1)),
        (1, Token(" was")),
        (3, Token("Ada")),
        (3, _step(2)),
        (3, Token(" North")),
    )
    assert told == []  # nothing arrives in the engine's thread
    qtbot.waitUntil(lambda: len(told) == 6)
    assert told == [
        (1, Token("The harbour")),
        (2, _step(1)),
        (1, Token(" was")),
        (3, Token("Ada")),
        (3, _step(2)),
        (3, Token(" North")),
    ]


def test_between_events_that_take_long_the_window_does_other_things(
    qtbot: QtBot, engine_and_bridge: tuple[_Telling, Bridge], monkeypatch: pytest.MonkeyPatch
) -> None:
    engine, bridge = engine_and_bridge
    monkeypatch.setattr(bridge_module, "SLICE_SECONDS", -1.0)  # every event takes too long
    log: list[object] = []
    bridge.happened.connect(lambda _, event: log.append(event.done))
    tick = QTimer(interval=0)
    tick.timeout.connect(lambda: log.append("tick"))
    engine.tell(*((1, _step(number)) for number in range(5)))
    tick.start()
    qtbot.waitUntil(lambda: sum(isinstance(each, int) for each in log) == 5)
    tick.stop()
    assert [each for each in log if each != "tick"] == [0, 1, 2, 3, 4]
    at = [place for place, each in enumerate(log) if each != "tick"]
    assert all(second - first > 1 for first, second in pairwise(at))
