"""Training text from files: prose (documents apart by NUL lines) and questions (JSON lines)."""

from __future__ import annotations

import json
import lzma
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from complm_app.core.segments import sentence_ends
from complm_app.errors import RequestError

PASSAGE_CHARACTERS = 1200
SHORTEST_PASSAGE = 200


@dataclass(frozen=True, slots=True)
class Question:
    """One line of a data file, in SQuAD's terms."""

    question: str
    context: str
    answers: tuple[str, ...]
    title: str


@dataclass(frozen=True, slots=True)
class Cloze:
    """A span that a question can be made of by blanking it in its sentence. Character offsets."""

    start: int
    end: int
    sentence_start: int
    sentence_end: int
    kind: int
    """Index into CLOZE_WORDS."""


CLOZE_WORDS = (
    (" what", " which", " what", " who"),
    (" when", " what year", " which year", " when"),
    (" how many", " how much", " what number", " how many"),
    (" who", " what", " which", " who", " where"),
)
"""What stands in a question in the place of: a phrase, a year or date, a number, a name."""


@contextmanager
def open_text(file: Path, what: str) -> Iterator[IO[str]]:
    """A text file, packed with xz or not. Raises RequestError, inside the block too."""
    try:
        if file.suffix == ".xz":
            with lzma.open(file, "rt", encoding="utf-8") as stream:
                yield stream
        else:
            with file.open(encoding="utf-8") as stream:
                yield stream
    except UnicodeDecodeError as e:
        raise RequestError(f"{file} is not {what}: {e}.", "Check that it is UTF-8 text.") from e
    except (OSError, lzma.LZMAError) as e:
        why = getattr(e, "strerror", None) or e
        raise RequestError(f"{file} cannot be read: {why}.", "Check the name of the file.") from e


def prose_documents(file: Path) -> Iterator[str]:
    """Documents of a prose file: separated by a line that holds one NUL character."""
    lines: list[str] = []
    with open_text(file, "a file of prose") as stream:
        for line in stream:
            if line == "\0\n":
                yield "".join(lines)
                lines = []
            else:
                lines.append(line)
    if lines:
        yield "".join(lines)


def load_questions(file: Path) -> list[Question]:
    """Raises RequestError for a file that cannot be read, and for a line that is no question."""
    with open_text(file, "a file of questions") as stream:
        return [
            _question(file, number, line) for number, line in enumerate(stream, 1) if line.strip()
        ]


def _question(file: Path, number: int, line: str) -> Question:
    try:
        row = json.loads(line)
        answers = tuple(map(str, row["answers"]))
        return Question(row["question"], row["context"], answers, str(row.get("title", "")))
    except (ValueError, KeyError, TypeError, AttributeError) as e:
        raise RequestError(
            f"{file} is not a file of questions: line {number}: {e!r}.",
            "Each line must be a JSON object with context, question, answers and title.",
        ) from e


def one_line(text: str) -> str:
    return " ".join(text.split())


def passages_of_document(text: str) -> list[str]:
    """Paragraphs of a document, short neighbours joined, long ones cut at sentence ends."""
    passages: list[str] = []
    for paragraph in re.split(r"\n\s*\n|\n(?=[A-Z0-9•*-])", text):
        line = one_line(paragraph)
        if not line:
            continue
        if passages and len(passages[-1]) < SHORTEST_PASSAGE:
            line = f"{passages.pop()} {line}"
        passages.extend(_cut(line))
    return passages


def _cut(text: str) -> list[str]:
    pieces: list[str] = []
    start = 0
    last = 0
    for end in sentence_ends(text):
        if end - start > PASSAGE_CHARACTERS and last > start:
            pieces.append(text[start:last].strip())
            start = last
        last = end
    pieces.append(text[start:].strip())
    # A text without sentence ends (a table, another script) is cut where it must be.
    limit = 2 * PASSAGE_CHARACTERS
    return [p[i : i + limit] for p in pieces if p for i in range(0, len(p), limit)]


_YEAR = re.compile(
    r"\b(?:(?:\d{1,2} )?(?:January|February|March|April|May|June|July|August|September|October"
    r"|November|December)(?: \d{1,2},?)?(?: \d{4})?|1[0-9]{3}s?|20[0-9]{2}s?)\b"
)
_NUMBER = re.compile(
    r"[$£€]?\b\d[\d,]*(?:\.\d+)?(?: (?:percent|million|billion|thousand|years?|days?|miles?"
    r"|km|kilometers|metres|meters|feet|people|dollars))?%?"
)
_NAME = re.compile(
    r"\b[A-Z][\w'’-]*(?:(?: (?:of|the|de|van|von|and|for|in))? [A-Z][\w'’-]*)*"  # noqa: RUF001
)
_PHRASE = re.compile(
    r"\b(?:the|a|an|his|her|their|its) (?:[a-z][\w-]+ ){0,2}[a-z][\w-]+\b"
    r"|\b(?:by|for|to|because) [a-z][\w-]+(?: [a-z][\w-]+){1,4}(?=[.,;])"
)


def clozes(text: str) -> list[Cloze]:
    """Spans of a passage that make questions: dates, numbers, names, some phrases."""
    found: list[Cloze] = []
    start = 0
    for end in sentence_ends(text):
        if 40 <= end - start <= 400:
            taken: list[tuple[int, int]] = []
            for kind, pattern in ((1, _YEAR), (2, _NUMBER), (3, _NAME), (0, _PHRASE)):
                for match in pattern.finditer(text, start, end):
                    a, b = match.span()
                    first_word = kind == 3 and a - start < 2 and " " not in match.group()
                    if first_word or any(a < d and c < b for c, d in taken):
                        continue
                    taken.append((a, b))
                    found.append(Cloze(a, b, start, end, kind))
        start = end
    return found
