"""How fast this computer compresses and reads, from what it has done so far."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

FORGETS = 0.8
"""What earlier work weighs beside what has just been done: the computer may be busier now."""


@dataclass(slots=True)
class Rate:
    """Amounts per second. Small amounts weigh little."""

    amount: float = 0.0
    seconds: float = 0.0

    def add(self, amount: float, seconds: float) -> None:
        if amount > 0 and seconds > 0:
            self.amount = FORGETS * self.amount + amount
            self.seconds = FORGETS * self.seconds + seconds

    @property
    def per_second(self) -> float | None:
        return self.amount / self.seconds if self.seconds else None

    def seconds_for(self, amount: float) -> float | None:
        """None: not known yet. Nothing takes no time."""
        if amount <= 0:
            return 0.0
        rate = self.per_second
        return amount / rate if rate else None


@dataclass(slots=True)
class Rates:
    """Of one model: tokens compressed, positions read, and what else an answer takes to begin."""

    compressing: Rate = field(default_factory=Rate)
    reading: Rate = field(default_factory=Rate)
    beginning: Rate = field(default_factory=Rate)

    def add_answer(self, timings: Mapping[str, Any]) -> None:
        """`timings` are those of protocol.Timings."""
        read = timings["read_positions"] - timings["reused_positions"]
        self.reading.add(read, timings["prefill_s"])
        known = timings["compress_s"] + timings["prefill_s"]
        self.beginning.add(1.0, max(timings["first_token_s"] - known, 1e-3))

    def add_answers(self, timings: Iterable[Mapping[str, Any]]) -> None:
        for each in timings:
            self.add_answer(each)

    def first_word(self, uncompressed: int, positions: int) -> float | None:
        """Seconds to the first word; None where a part of it was never measured."""
        parts = (
            self.compressing.seconds_for(uncompressed),
            self.reading.seconds_for(positions),
            self.beginning.seconds_for(1.0),
        )
        return None if None in parts else sum(part for part in parts if part is not None)
