"""What rules need to know of English: patterns of names and numbers, forms of words."""

from __future__ import annotations

import re

from complm_app.core.sentences import word_set

MONTH = r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
DATE = rf"(?:(?:\d{{1,2}} )?{MONTH}(?: \d{{1,2}},)?(?: \d{{4}})?|(?:1[0-9]|20)\d\d)"
NAME = r"[A-Z][\w'’&.-]*(?: (?:of |the |de |van |von |and )?[A-Z][\w'’&-]*)*"  # noqa: RUF001
MONEY = r"[$£€]\s?\d[\d,.]*\d(?: (?:million|billion|thousand))?"
NUMBER = r"\d[\d,]*(?:\.\d+)?(?: (?:million|billion|thousand))?"
SMALL = r"(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|fifty)"

OPENS_NO_SUBJECT = word_set(
    "It They He She We You I There Here In On At As If When While For After Before Since "
    "However But And Or So Yet Although Though Because During By To With From Under Over "
    "Through Upon That What Which Who Whose How Why Where Then Thus Therefore Nor Not Only Also "
    "Both Either Neither Such These This Those Some Others One Another Most Many Few Much "
    "Unless Until Once Whether Without Within Between Among According Despite Like Of Note See "
    "Each None"
)
DETERMINERS = word_set(
    "The A An This These Those Its His Her Their Our Your Each Every No Any All Such"
)
_SPLITS_SUBJECT = re.compile(
    r" (?:who|which|that|and|or|but|when|where|if|because|as|than|is|are|was|were|has|have|had) "
)
_IRREGULAR = dict(
    pair.split(":")
    for pair in word_set(
        "won:win became:become began:begin wrote:write made:make took:take led:lead held:hold "
        "found:find left:leave built:build sold:sell bought:buy gave:give grew:grow rose:rise "
        "fell:fall went:go came:come saw:see met:meet spent:spend ran:run paid:pay lost:lose "
        "sent:send kept:keep brought:bring taught:teach fought:fight drew:draw chose:choose "
        "broke:break told:tell thought:think felt:feel got:get spoke:speak stood:stand "
        "understood:understand sought:seek caught:catch drove:drive flew:fly showed:show"
    )
)
_NO_PAST = word_set("need seed feed speed proceed exceed succeed indeed red bed hundred")
_ADDS_E = re.compile(
    r"(?:[aeiou][cgsuvz]|[^aeiou]at|[aeiu]at|iz|[aiou]k|ang|eng|dg|rg|rv|lv|nc|rc|bl|pl|tl|dl|gl|fl"
    r"|[aiu]r|us|as|os|rs|ns|ls|it(?<=cit)|ut|ot(?<=vot)|id|ud|ad(?<=vad)|am|om|um|in(?<=fin)|at"
    r"|ib|ab|ap|op|u)$"
)


def is_subject(subject: str) -> bool:
    words = subject.split()
    if words[0] in OPENS_NO_SUBJECT and not (words[0] in ("This", "These") and len(words) > 1):
        return False
    return len(words) <= 8 and not _SPLITS_SUBJECT.search(f" {subject} ")


def base_form(past: str) -> str | None:
    """signed -> sign, acquired -> acquire, carried -> carry, stopped -> stop, won -> win. None for
    what is no past tense. Not always right, as no rule is."""
    if past in _IRREGULAR:
        return _IRREGULAR[past]
    if not past.endswith("ed") or past in _NO_PAST:
        return None
    stem = past[:-2]
    if stem.endswith("i"):
        return stem[:-1] + "y"
    if len(stem) > 3 and stem[-1] == stem[-2] and stem[-1] not in "lsz":
        return stem[:-1]
    return stem + "e" if _ADDS_E.search(stem) else stem


def is_person(subject: str) -> bool:
    """Two names in a row, or one with a title before it."""
    return bool(_PERSON.match(subject))


_PERSON = re.compile(
    r"(?:Mr|Mrs|Ms|Dr|Sir|Professor|King|Queen)\.? [A-Z]"
    r"|(?!The |A |An |This |Each |Any )[A-Z][a-z]+(?: [A-Z]\.)? [A-Z][a-z]+$"
)


def lowered(subject: str) -> str:
    first = subject.split()[0]
    return subject[0].lower() + subject[1:] if first in DETERMINERS else subject


def lowered_words(subject: str) -> str:
    """Research and development -> research and development; Ada North stays."""
    return (
        subject[0].lower() + subject[1:]
        if " " in subject and subject[1:].islower()
        else lowered(subject)
    )


def shortened(rest: str, words: int) -> str:
    """Its first words, cut where a clause ends."""
    clause = re.split(r"[,;:()]|\.(?=\s|$)| (?:which|who|because|although|while|but) ", rest)[0]
    kept = clause.split()[:words]
    while kept and kept[-1].lower() in HANGING:
        kept.pop()
    return " ".join(kept)


HANGING = word_set(
    "the a an of in on at to for by with from and or as its his her their that this into be"
)


def joined(*parts: str) -> str:
    return " ".join(part for part in parts if part)
