"""Questions made of sentences whose subject and verb a rule has found: the auxiliary verb is moved
before the subject, and what is asked for is replaced by a question word."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass

from complm_app.training.english import (
    MONEY,
    MONTH,
    NAME,
    NUMBER,
    SMALL,
    base_form,
    is_person,
    is_subject,
    joined,
    lowered,
    shortened,
)

MOST_WORDS = 14
"""Of what follows a question's verb."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, and where its answer stands in the passage: character offsets."""

    question: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Clause:
    """A sentence that was understood: subject, verb, rest. Offsets are the passage's."""

    start: int
    """Of the subject, which opens the sentence."""
    subject: str
    verb: str
    rest: str
    rest_start: int
    end: int
    """Of the sentence, its full stop included."""


_CLAUSE = re.compile(
    r"(?P<subject>[A-Z][^,;:()\"“”?!]{1,70}?) "
    r"(?P<verb>is|are|was|were|has|have|had|will|can|may|must|shall|should|could|would) "
    r"(?P<rest>\S.*)"
)
_PAST = re.compile(
    rf"(?P<subject>(?:The )?(?!The\b){NAME}|The (?:[a-z-]+ ){{0,2}}[a-z-]+) "
    r"(?P<verb>[a-z]{2,}ed|[a-z]{3,}) (?P<rest>\S.*)"
)


# ---- what is asked of a clause with an auxiliary verb


def about_clause(sentence: str, begin: int, chance: random.Random) -> Iterator[Asked]:
    clause = _clause(sentence, begin)
    if clause is None:
        return
    subject = lowered(clause.subject)
    inverted = f"{clause.verb} {subject}"
    for word, before, after, found in _asked_for(clause.rest):
        said = joined(before, after)
        if said or clause.verb in ("is", "are", "was", "were"):
            start = clause.rest_start + found.start(1)
            question = _with_word(chance.choice(word), joined(inverted, said))
            yield Asked(question, start, start + len(found.group(1)))
    done = _COMPLETED.match(clause.rest)
    if done:
        start = clause.rest_start + done.start(2)
        yield Asked(f"what {inverted} {done[1]}?", start, start + len(done[2]))
    if clause.verb in ("shall", "must", "may", "can", "should"):
        start, duty = clause.rest_start, _duty(clause.rest)
        if 3 <= len(duty.split()) <= 25:
            yield Asked(f"what {inverted} do?", start, start + len(duty))
    yield from _of_predicate(clause, subject, chance)
    yield from _of_subject(clause, chance)


def about_truth(sentence: str, begin: int, chance: random.Random) -> Iterator[Asked]:
    """Yes-no questions: the sentence is the answer."""
    clause = _clause(sentence, begin)
    if clause is None or clause.end - clause.start > 220:
        return
    said = shortened(clause.rest, chance.randint(5, MOST_WORDS))
    if len(said.split()) >= 2:
        verb = clause.verb[0].upper() + clause.verb[1:]
        yield Asked(f"{verb} {lowered(clause.subject)} {said}?", clause.start, clause.end)


def _clause(sentence: str, begin: int) -> _Clause | None:
    match = _CLAUSE.fullmatch(sentence)
    if match is None or not is_subject(match["subject"]):
        return None
    rest = match["rest"]
    if rest.startswith(("not ", "to ", "been not ")):
        return None
    return _Clause(
        begin,
        match["subject"],
        match["verb"],
        rest,
        begin + match.start("rest"),
        begin + len(sentence),
    )


_PREDICATE = re.compile(
    r"((?:the|a|an|one of the) [^,;:.()]{6,90}?)"
    r"(?= (?:(?:in|of|to|for|at|from|by|on) )?(?:that|which|who|whom|where)\b|[,;:.()])"
)
_COMPLETED = re.compile(
    r"((?:\w+ )?(?:known as|called|named|based on|responsible for|composed of|made of|used for"
    r"|used to|caused by|derived from|followed by|limited to|equal to|required for|required to"
    r"|associated with|subject to|entitled to|defined as|similar to|intended for|intended to"
    r"|designed to|stored in|located in|governed by|available in|related to|involved in))"
    r" ([^,;:.()]{4,80})(?=[,;:.()])"
)
_WHEN = ("when", "when", "on what date", "at what time", "what was the date when")
_YEAR = ("when", "when", "in what year", "in which year", "what year")
_WHERE = ("where", "where", "in what place", "in which place")
_ASKED_FOR = (
    (_YEAR, re.compile(r"\b(?:in|since|until|by) ((?:1[0-9]|20)\d\d)\b")),
    (_WHEN, re.compile(rf"\b(?:on|in|since|until|from) ((?:\d{{1,2}} )?{MONTH}[\d, ]*\d)")),
    (_WHERE, re.compile(rf"\b(?:in|at|near) (?!{MONTH}\b)((?:the )?{NAME})")),
    (("by whom", "who {} by"), re.compile(rf"\bby ((?:the )?{NAME})")),
    (("why", "why", "for what reason"), re.compile(r"\b((?:because|due to|so that) [^,.;]{8,90})")),
    (("how much", "for how much", "what amount"), re.compile(rf"\b(?:for|of|to|by) ({MONEY})")),
    (("what percentage", "how much", "by how much"), re.compile(r"\bby (\d[\d.]*(?: percent|%))")),
    (
        ("how long", "for how long"),
        re.compile(rf"\bfor ((?:{NUMBER}|{SMALL}) (?:year|month|day|hour|minute|week)s)"),
    ),
    (
        ("how many times", "how often"),
        re.compile(r"\b(once (?:a|per) \w+|twice|(?:three|four) times)"),
    ),
)


def _asked_for(rest: str) -> Iterator[tuple[tuple[str, ...], str, str, re.Match[str]]]:
    """Question words, what stands before and behind what they ask for, and its match."""
    for openings, pattern in _ASKED_FOR:
        found = pattern.search(rest)
        if found is None:
            continue
        before = rest[: found.start()].rstrip(" ,")
        if len(before.split()) > MOST_WORDS or re.search(r"[;:?!.]\s", before):
            continue
        behind = re.match(r" [^,;:.()]+", rest[found.end() :])
        after = behind.group().strip() if behind else ""
        after = after if len(before.split()) + len(after.split()) <= MOST_WORDS else ""
        yield openings, before, after if len(before.split()) < 3 else "", found


def _duty(rest: str) -> str:
    """What someone is to do, up to where the sentence begins anew."""
    return "" if rest.startswith("be ") else re.split(r"[,;:(]|\.(?=\s|$)", rest)[0]


def _with_word(word: str, said: str) -> str:
    return f"{word.format(said) if '{}' in word else joined(word, said)}?"


def _of_predicate(clause: _Clause, subject: str, chance: random.Random) -> Iterator[Asked]:
    """What something is: "the largest town of the county"."""
    found = _PREDICATE.match(clause.rest)
    if found is None or clause.verb not in ("is", "are", "was", "were"):
        return
    words = ("what", "what", "who") if is_person(clause.subject) else ("what",)
    start = clause.rest_start
    yield Asked(
        f"{chance.choice(words)} {clause.verb} {subject}?", start, start + len(found.group(1))
    )


def _of_subject(clause: _Clause, chance: random.Random) -> Iterator[Asked]:
    """Who or what it is that is or does so."""
    if not re.match(rf"The |{NAME}$", clause.subject):
        return
    said = shortened(clause.rest, chance.randint(6, MOST_WORDS))
    if len(said.split()) < 3:
        return
    word = "who" if is_person(clause.subject) else "what"
    yield Asked(f"{word} {clause.verb} {said}?", clause.start, clause.start + len(clause.subject))


# ---- of a clause whose verb is in the past


_THING = re.compile(
    r"((?:the|a|an|his|her|its|their) [^,;:.()]{4,60}?)"
    r"(?= (?:in|on|at|by|for|from|to|with|and|of his)\b|[,;:.()])"
)
_MANY = re.compile(rf"((?:about |over |nearly )?(?:{NUMBER}|{SMALL})) ((?:[a-z-]+ )?[a-z-]+s)\b")


def about_deed(sentence: str, begin: int, chance: random.Random) -> Iterator[Asked]:
    match = _PAST.fullmatch(sentence)
    if match is None or not is_subject(match["subject"]):
        return
    subject, rest = match["subject"], match["rest"]
    base = base_form(match["verb"])
    if base is None:
        return
    said = shortened(rest, chance.randint(5, MOST_WORDS))
    word = "who" if is_person(subject) else "what"
    if len(said.split()) >= 2:
        yield Asked(f"{word} {match['verb']} {said}?", begin, begin + len(subject))
    at = begin + match.start("rest")
    doing = f"did {lowered(subject)} {base}"
    for openings, before, after, found in _asked_for(rest):
        asked = _with_word(chance.choice(openings), joined(doing, before, after))
        yield Asked(asked, at + found.start(1), at + found.end(1))
    thing, many, cost = _THING.match(rest), _MANY.match(rest), re.match(rf"({MONEY})", rest)
    if thing:
        yield Asked(f"what {doing}?", at, at + thing.end(1))
    if many:
        yield Asked(f"how many {many[2]} {doing}?", at, at + many.end(1))
    if cost:
        yield Asked(f"how much {doing}?", at, at + cost.end(1))
