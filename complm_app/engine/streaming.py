"""Tokens into the text that people see, piece by piece."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

_STRAY_SPACE = re.compile(r"(?<=[$€£¥]) +(?=\d)| +(?=[,;])")
"""As in "$ 2,540" and "San Jose , California": a PDF's words are told apart by where they stand."""


class AnswerText:
    """Collects an answer's tokens. The pieces that it hands out join to `text`.

    Never hands out half a character, nor the space around an answer, nor the beginning of
    `withheld` as long as the answer may turn out to be just that, nor thoughts: what stands
    between the two tokens of `thinking`.
    """

    def __init__(
        self,
        text_of: Callable[[Sequence[int]], str],
        withheld: str = "",
        thinking: tuple[int, int] | None = None,
    ) -> None:
        self._text_of = text_of
        self._withheld = withheld
        self._thinking = thinking
        self._is_thinking = False
        self._ids: list[int] = []
        self.text = ""

    def add(self, token: int) -> str:
        """The piece of text that is now certain; often empty."""
        if self._is_thought(token):
            return ""
        self._ids.append(token)
        return self._hand_out(self._certain())

    def finish(self) -> str:
        """The last piece, whatever was held back included."""
        return self._hand_out(self._text())

    def _is_thought(self, token: int) -> bool:
        if self._thinking is None:
            return False
        start, end = self._thinking
        was_thinking = self._is_thinking
        self._is_thinking = token == start or (was_thinking and token != end)
        return was_thinking or token in (start, end)

    def _certain(self) -> str:
        text = self._text()
        # The decoder writes U+FFFD for a character of which some bytes are still to come.
        text = text.rstrip("\ufffd").rstrip()
        return "" if self._withheld.startswith(text) else text

    def _text(self) -> str:
        return _STRAY_SPACE.sub("", self._text_of(self._ids).strip())

    def _hand_out(self, certain: str) -> str:
        piece = certain[len(self.text) :]
        self.text += piece
        return piece
