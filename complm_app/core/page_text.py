"""The text of one page as extracted: is it text at all, and how it reads on one line."""

from __future__ import annotations

import re
from collections.abc import Iterable

LINE_END_HYPHEN = "\ufffe"
"""What PDFium puts in place of a hyphen at a line's end; the line break is gone with it."""

_UNREADABLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\ufffd\uffff\ue000-\uf8ff\U000f0000-\U0010ffff]"
)
_SPACE = re.compile(r"\s+")
_DROPPED = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u200b\u2060\ufeff\ufffe\uffff]")
_CUT = re.compile("(?<=\\w)(?:\ufffe\\s*|\u00ad\\s*|[-\u2010][ \t]*(?:\r\n|\r|\n)[ \t]*)(?=\\w)")
_CUT_WORD = re.compile(rf"(?<!\w)\w++{_CUT.pattern}\w++")
_LEFT = re.compile(r"\w+$")
_RIGHT = re.compile(r"\w+")
_WORD = re.compile(r"\w+(?:-\w+)*")
_LEADER = re.compile(r"[.\u00b7_\u2026](?:\s?[.\u00b7_\u2026]){4,}+")
_LIGATURE = re.compile("[\ufb00-\ufb06]")
_LIGATURES = dict(
    zip(
        "\ufb00\ufb01\ufb02\ufb03\ufb04\ufb05\ufb06",
        ("ff", "fi", "fl", "ffi", "ffl", "st", "st"),
        strict=True,
    )
)

GARBLED_SHARE = 0.3
_LONGEST_HALF = 30


def is_garbled(text: str) -> bool:
    """Whether so much of it is replacement, private-use or control characters that it is noise."""
    unreadable = len(_UNREADABLE.findall(text))
    if not unreadable:
        return False
    visible = len(text) - sum(map(len, _SPACE.findall(text)))
    return unreadable >= GARBLED_SHARE * visible


def words_of(texts: Iterable[str]) -> frozenset[str]:
    """The documents' words in lower case, less those that a line end cuts in two.

    Empty where no word is cut: then nobody asks.
    """
    texts = list(texts)
    if not any(_CUT.search(text) for text in texts):
        return frozenset()
    words: set[str] = set()
    for text in texts:
        words.update(_WORD.findall(_CUT_WORD.sub(" ", text).lower()))
    return frozenset(words)


def without_leaders(text: str) -> str:
    """Without the dots that lead from a heading to its page number in a table of contents."""
    return _LEADER.sub(" ", text)


def readable(raw: str, words: frozenset[str] = frozenset()) -> str:
    """`raw` on one line: cut words joined, ligatures spelled out, no leaders, no controls.

    `words` (see words_of) tells whether a hyphen at a line's end belongs to the word.
    """
    joined = _CUT.sub(lambda m: _mend(m, words), raw)
    joined = _LIGATURE.sub(lambda m: _LIGATURES[m[0]], joined)
    return _SPACE.sub(" ", without_leaders(_DROPPED.sub("", joined))).strip()


def _mend(cut: re.Match[str], words: frozenset[str]) -> str:
    """What stands between the halves of a word: a hyphen or nothing."""
    if "\u00ad" in cut[0]:
        return ""
    left = _LEFT.search(cut.string, max(cut.start() - _LONGEST_HALF, 0), cut.start())
    right = _RIGHT.match(cut.string, cut.end())
    assert left is not None
    assert right is not None
    return "-" if _keeps_hyphen(left[0], right[0], words) else ""


def _keeps_hyphen(left: str, right: str, words: frozenset[str]) -> bool:
    """The document's own spelling elsewhere decides; failing that, what the halves look like."""
    if not right[0].islower() or not left[-1].islower():
        return True
    left, right = left.lower(), right.lower()
    if f"{left}-{right}" in words:
        return True
    if left + right in words:
        return False
    return left in words and right in words
