"""Where one is in a document, and the way back from a jump."""

from __future__ import annotations

from dataclasses import dataclass

_LONGEST = 100


@dataclass(frozen=True, slots=True)
class Place:
    """`top`: how much of the page lies above the view's upper edge, as a share of its height."""

    page: int
    top: float = 0.0


class History:
    """Places that were left by a jump, and those that were left by going back."""

    def __init__(self) -> None:
        self._back: list[Place] = []
        self._forward: list[Place] = []

    @property
    def can_go_back(self) -> bool:
        return bool(self._back)

    @property
    def can_go_forward(self) -> bool:
        return bool(self._forward)

    def leave(self, place: Place) -> None:
        """A jump starts here."""
        if not self._back or self._back[-1] != place:
            self._back.append(place)
        del self._back[:-_LONGEST]
        self._forward.clear()

    def back(self, here: Place) -> Place | None:
        return _move(self._back, self._forward, here)

    def forward(self, here: Place) -> Place | None:
        return _move(self._forward, self._back, here)

    def clear(self) -> None:
        self._back.clear()
        self._forward.clear()


def _move(source: list[Place], target: list[Place], here: Place) -> Place | None:
    if not source:
        return None
    target.append(here)
    return source.pop()
