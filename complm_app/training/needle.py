"""Facts planted in long documents, to be found again. Imports no torch by itself."""

from __future__ import annotations

import random
import statistics
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from complm_app.core.sentences import sentence_ends
from complm_app.errors import RequestError
from complm_app.training.corpus import one_line
from complm_app.training.evaluation import normalised

DEPTHS = 10
MOST_PAGES = 200
PAGE_CHARACTERS = 2000
"""Well below what a page holds, so that needles and wide letters fit too."""
LONGEST_SENTENCE = 1000

_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
_SUBJECTS = (
    *("north gate", "old boathouse", "harbour office", "grain store", "upper lock", "red depot"),
    *("signal tower", "east wing", "river station", "glass house", "lower mill", "town archive"),
    *("stone bridge", "weather post", "bell foundry", "timber yard", "night ferry", "hill farm"),
)
_FIRST_NAMES = (
    *("Marta", "Edwin", "Ilse", "Tobias", "Nadia", "Gregor", "Selma", "Piotr", "Leonie", "Aldo"),
    *("Freya", "Hamid", "Greta", "Oskar", "Yasmin", "Bruno"),
)
_LAST_NAMES = (
    *("Lindqvist", "Okafor", "Brandt", "Varga", "Castellan", "Hobbs", "Nakata", "Pereira"),
    *("Sorley", "Dahlgren", "Whitlock", "Zeman", "Moreau", "Tanner", "Ibsen", "Kowal"),
)


@dataclass(frozen=True, slots=True)
class Kind:
    """What a planted sentence tells of a subject, in the words of sentence and question."""

    name: str
    sentence: str
    question: str
    value: Callable[[random.Random], str]


@dataclass(frozen=True, slots=True)
class Needle:
    kind: str
    sentence: str
    question: str
    value: str
    depth: float
    """Where it stands, as a share of the document's text."""
    page_index: int = 0


@dataclass(frozen=True, slots=True)
class Haystack:
    """A document: pages of paragraphs, with needles in them."""

    title: str
    pages: tuple[tuple[str, ...], ...]
    needles: tuple[Needle, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """How the answer job answered one needle's question."""

    needle: Needle
    right: bool
    found: bool
    page_hit: bool
    """The first citation is of the needle's page."""
    first_token_s: float
    ratio: int


def _code(dice: random.Random) -> str:
    first, second = dice.choices(_LETTERS, k=2)
    return f"{dice.randint(2, 9)}{first}{second}-{dice.randint(1000, 9999)}"


def _identifier(dice: random.Random) -> str:
    return f"{''.join(dice.choices(_LETTERS, k=2))}{dice.randint(100000, 999999)}"


def _number(dice: random.Random) -> str:
    return f"{dice.randint(11000, 98999):,}"


def _name(dice: random.Random) -> str:
    return f"{dice.choice(_FIRST_NAMES)} {dice.choice(_LAST_NAMES)}"


KINDS = (
    Kind("code", "The access code of the {} is {}.", "What is the access code of the {}?", _code),
    Kind("number", "The {} has cost {} dollars.", "How many dollars has the {} cost?", _number),
    Kind("name", "The keeper of the {} is {}.", "Who is the keeper of the {}?", _name),
    Kind(
        "identifier",
        "The {} is registered under the identifier {}.",
        "Under which identifier is the {} registered?",
        _identifier,
    ),
)


# Prose


def filler(paragraphs: Sequence[str], dice: random.Random) -> Iterator[list[str]]:
    """Paragraphs without end, as sentences: each as it is, in random order; then, where more is
    needed, of the same sentences in random order. Raises RequestError where there is no text."""
    whole = [found for text in paragraphs if (found := sentences(text))]
    if not whole:
        raise RequestError("There is no text to plant anything in.", "Give another --data file.")
    dice.shuffle(whole)
    yield from whole
    loose = [sentence for paragraph in whole for sentence in paragraph]
    while True:
        dice.shuffle(loose)
        start = 0
        for paragraph in whole:
            yield loose[start : start + len(paragraph)]
            start += len(paragraph)


def sentences(text: str) -> list[str]:
    """In one line each; those that would fill half a page are left out."""
    line = one_line(text)
    ends = sentence_ends(line)
    cut = [line[start:end].strip() for start, end in zip([0, *ends], ends, strict=False)]
    return [sentence for sentence in cut if 0 < len(sentence) <= LONGEST_SENTENCE]


def filled_pages(paragraphs: Iterator[list[str]], count: int) -> list[list[list[str]]]:
    """Pages of paragraphs of sentences; a paragraph may go on on the next page."""
    pages: list[list[list[str]]] = [[]]
    room = PAGE_CHARACTERS
    for paragraph in paragraphs:
        begun = False
        for sentence in paragraph:
            if len(sentence) > room:
                if len(pages) == count:
                    return pages
                pages.append([])
                room, begun = PAGE_CHARACTERS, False
            if not begun:
                pages[-1].append([])
                begun = True
            pages[-1][-1].append(sentence)
            room -= len(sentence) + 1
    raise AssertionError("the paragraphs came to an end")


# Needles


def haystacks(paragraphs: Sequence[str], pages: int, needles: int, seed: int) -> Iterator[Haystack]:
    """Documents of `pages` pages that hold up to ten needles each, `needles` altogether."""
    for number, first in enumerate(range(0, needles, DEPTHS)):
        dice = random.Random(f"{seed}/{number}")
        text = filled_pages(filler(paragraphs, dice), pages)
        made = _needles(text, min(DEPTHS, needles - first), number, dice)
        planted = [_plant(text, needle) for needle in sorted(made, key=lambda n: -n.depth)]
        joined = tuple(tuple(" ".join(parts) for parts in page) for page in text)
        yield Haystack(f"Collected Notes {number + 1}", joined, tuple(reversed(planted)))


def _needles(
    text: Sequence[Sequence[Sequence[str]]], count: int, number: int, dice: random.Random
) -> list[Needle]:
    """At even distances among the ten depths; from document to document, each depth sees all
    kinds. No value stands in the text already, nor twice."""
    taken = normalised(" ".join(s for page in text for paragraph in page for s in paragraph))
    made: list[Needle] = []
    for nth, subject in enumerate(dice.sample(_SUBJECTS, count)):
        depth = nth * DEPTHS // count
        kind = KINDS[(depth + number) % len(KINDS)]
        value = kind.value(dice)
        while normalised(value) in taken:
            value = kind.value(dice)
        taken += " " + normalised(value)
        sentence, question = kind.sentence.format(subject, value), kind.question.format(subject)
        made.append(Needle(kind.name, sentence, question, value, (depth + 0.5) / DEPTHS))
    return made


def _plant(text: list[list[list[str]]], needle: Needle) -> Needle:
    """Puts the sentence into the paragraph at its depth. Deeper needles must be planted first."""
    places = [
        (page_index, paragraph, index)
        for page_index, page in enumerate(text)
        for paragraph in page
        for index in range(len(paragraph))
    ]
    page_index, paragraph, index = places[int(needle.depth * len(places))]
    paragraph.insert(index, needle.sentence)
    return replace(needle, page_index=page_index)


def write_pages(haystack: Haystack, target: Path) -> None:
    """A PDF. Raises RequestError without reportlab."""
    try:
        from reportlab.lib.styles import ParagraphStyle
        from reportlab.pdfbase.pdfmetrics import registerFont
        from reportlab.pdfbase.ttfonts import TTFont
        from reportlab.platypus import Flowable, PageBreak, Paragraph, SimpleDocTemplate
    except ImportError as e:
        raise RequestError(
            "This evaluation makes PDFs and needs reportlab.", "Install it: pip install reportlab"
        ) from e
    from xml.sax.saxutils import escape

    registerFont(TTFont("Vera", "Vera.ttf"))
    style = ParagraphStyle("body", fontName="Vera", fontSize=9, leading=12, spaceAfter=6)
    story: list[Flowable] = []
    for page in haystack.pages:
        story += [Paragraph(escape(text), style) for text in page]
        story.append(PageBreak())
    SimpleDocTemplate(str(target), title=haystack.title, invariant=1).build(story)


# Answers


def holds(answer: str, value: str) -> bool:
    """Whether an answer contains the value, as whole words; case and punctuation aside."""
    return f" {normalised(value)} " in f" {normalised(answer)} "


def summarise(outcomes: Sequence[Found], pages: int) -> dict[str, object]:
    """Rates from 0 to 1, of all, by depth and by kind."""

    def rate(chosen: Sequence[bool]) -> float:
        return sum(chosen) / max(1, len(chosen))

    def by(key: Callable[[Needle], object]) -> dict[str, float]:
        keys = dict.fromkeys(key(outcome.needle) for outcome in outcomes)
        return {str(k): rate([o.right for o in outcomes if key(o.needle) == k]) for k in keys}

    times = [outcome.first_token_s for outcome in outcomes]
    return {
        "n": len(outcomes),
        "accuracy": rate([outcome.right for outcome in outcomes]),
        "pages": pages,
        "ratio": outcomes[0].ratio,
        "page_hit": rate([outcome.page_hit for outcome in outcomes]),
        "found_rate": rate([outcome.found for outcome in outcomes]),
        "first_token_s_median": statistics.median(times),
        "by_depth": by(lambda needle: needle.depth),
        "by_kind": by(lambda needle: needle.kind),
    }
