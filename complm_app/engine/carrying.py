"""What was read off the disk onto the device that reads on."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from complm_app.engine.extent_reading import Reading


class Carrier:
    """For one device. A graphics card copies in a stream of its own, so that the next extent comes
    while the last one is added up and put in its place. The stream is kept: no other can have the
    memory that it once copied into."""

    def __init__(self) -> None:
        self._stream: Any = None

    def carry(self, reading: Reading, device: torch.device) -> Tensor:
        """(size_bytes,) uint8 on the device. What a card is told from now on finds all of it there;
        notes when it has taken what is in the buffer."""
        if device.type != "cuda":
            return reading.raw.to(device)
        if self._stream is None:
            self._stream = torch.cuda.Stream(device)  # type: ignore[no-untyped-call]
        user = torch.cuda.current_stream(device)
        with torch.cuda.stream(self._stream):
            there = reading.raw.to(device, non_blocking=True)
            arrived = self._stream.record_event()
        user.wait_event(arrived)
        there.record_stream(user)
        if reading.buffer is not None:
            reading.buffer.taken = arrived
        return there
