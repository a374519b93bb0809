"""Where sentences end, by rule."""

from __future__ import annotations

import re

# A full stop, or its like, then closing quotes and brackets, then a space, then something that
# a sentence may begin with.
_STOP = (
    r"(?<![.!?\u2026])[.!?\u2026]++[\"'\u201d\u2019\u00bb)\]]*+(?=\s+[^a-z\s,;:.)\]])"
    r"|[\u3002\uff01\uff1f][\"\u201d\u300d\u300f\uff09]*"
)
_CANDIDATE = re.compile(_STOP)
_CANDIDATE_OR_BLANK_LINE = re.compile(_STOP + r"|(?<=\S)(?=[^\S\n]*\n\s*\n)")
_LAST_WORD = re.compile(r"[^\s(\[\"'\u201c\u2018/]*$")
_NEXT_WORD = re.compile(r"\s*[\"'\u201c\u2018(\[]*(\w*)")
_NUMBERING = re.compile(r"(?:\(?(?:\d{1,3}|[A-Za-z]|[ivxlc]{1,6}))?$")
_LONGEST_NUMBERING = 12


def word_set(text: str) -> frozenset[str]:
    """The words that are written in a text."""
    return frozenset(text.split())


# After these a name or a number follows, never a new sentence.
_NEVER = word_set(
    "mr mrs ms dr prof st sr hon rev gen col lt capt sgt sen rep gov pres messrs mt ft "
    "e.g i.e cf vs v viz al ca approx esp incl resp"
)
# These end a sentence unless a number follows.
_BEFORE_NUMBER = word_set(
    "no nos nr fig figs eq eqs sec sect art ch chap vol vols p pp par para ref refs tab "
    "ex app jan feb mar apr jun jul aug sep sept oct nov dec"
)
# These end a sentence only where the next word is one that sentences begin with.
_SELDOM = word_set(
    "inc ltd co corp llc plc jr etc dept univ assn bros est a.m p.m ph.d b.c a.d "
    "u.s u.k u.n e.u d.c op ed eds"
)
_OPENERS = word_set(
    "the a an it its in on at this that these those he she they we i you his her their our my "
    "however but and if when while where what who why how there here as after before since for "
    "from with during although because by to no not some all many most each both under such "
    "according since then thus therefore moreover furthermore additionally also"
)


def sentence_ends(text: str) -> list[int]:
    """Offsets just after each sentence, closing quotes included; the last is len(text).

    Empty for an empty text.
    """
    if not text:
        return []
    ends: list[int] = []
    previous = 0
    pattern = _CANDIDATE_OR_BLANK_LINE if "\n" in text else _CANDIDATE
    for match in pattern.finditer(text):
        if match.end() > previous and _ends_sentence(text, match, previous):
            previous = match.end()
            ends.append(previous)
    if previous < len(text):
        ends.append(len(text))
    return ends


def _ends_sentence(text: str, match: re.Match[str], previous: int) -> bool:
    if not match[0].startswith(".") or match[0].startswith(".."):
        return True
    stop = match.start()
    if stop - previous < _LONGEST_NUMBERING and _NUMBERING.match(text[previous:stop].strip()):
        return False  # "3. Definitions": the number belongs to what follows
    word = _last_word(text, stop)
    if match.end() - stop > 1 and word not in _NEVER:
        return True
    return _word_ends_sentence(word, text, match.end())


def _last_word(text: str, stop: int) -> str:
    found = _LAST_WORD.search(text, max(stop - 16, 0), stop)
    return found[0] if found else ""


def _word_ends_sentence(word: str, text: str, end: int) -> bool:
    lower = word.lower()
    if lower in _NEVER:
        return False
    following = _NEXT_WORD.match(text, end)
    next_word = following[1] if following else ""
    if lower in _BEFORE_NUMBER:
        return not next_word[:1].isdigit()
    if lower in _SELDOM or (len(word) == 1 and word.isupper()) or _is_dotted_initials(word):
        return next_word.lower() in _OPENERS
    return True


def _is_dotted_initials(word: str) -> bool:
    """ "U.S", "J.R.R" (the last full stop is cut off already)."""
    return len(word) > 2 and word[1::2].strip(".") == "" and word[0::2].isalpha()
