"""Zoom as one number: a factor, or one of two ways of fitting the page."""

from __future__ import annotations

FIT_WIDTH = 0.0
FIT_PAGE = -1.0

SMALLEST, LARGEST = 0.1, 8.0
_STEPS = (0.1, 0.25, 0.33, 0.5, 0.67, 0.75, 0.9, 1, 1.1, 1.25, 1.5, 1.75, 2, 2.5, 3, 4, 6, 8)


def larger(factor: float) -> float:
    """The next step up."""
    return next((float(step) for step in _STEPS if step > factor * 1.01), LARGEST)


def smaller(factor: float) -> float:
    """The next step down."""
    return next((float(step) for step in reversed(_STEPS) if step < factor / 1.01), SMALLEST)


def within_limits(factor: float) -> float:
    return min(max(factor, SMALLEST), LARGEST)
