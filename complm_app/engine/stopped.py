"""What is said when the process that computes is gone, or the graphics card that it uses."""

from __future__ import annotations

import logging

from complm_app.errors import EngineStoppedError

log = logging.getLogger(__name__)


def stopped() -> EngineStoppedError:
    return EngineStoppedError(
        "The part of CompLM that reads and answers has stopped.",
        "It starts again when it is needed. If this happens again, close other programs: there "
        "may be too little memory.",
    )


def card_lost() -> EngineStoppedError:
    """For an error of a graphics card that is being handled. One that was reset, or slept, or was
    asked for nonsense is found again by another process only."""
    log.exception("the graphics card failed")
    return stopped()
