"""Questions in plain language -> the passages that are likeliest to hold the answer.

BM25 finds candidates. Among them, those gain whose words stand where an answer would: many of
the question's telling words in one sentence or in two that follow each other, and words that
are neighbours in the question, neighbours here.
"""

from __future__ import annotations

import json
import math
import re
import sqlite3
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, pairwise

from complm_app.core.library import Library, StoredPassage
from complm_app.core.sentences import sentence_ends, word_set

CANDIDATES = 50
LONGEST_QUERY = 64
OPENINGS_APART = 0.25
"""In score."""
# Fitted on SQuAD's training articles, relative to BM25 over the question's total weight.
ONE_SENTENCE, TWO_SENTENCES, NEIGHBOURS = 0.6, 0.6, 0.75


@dataclass(frozen=True, slots=True)
class Hit:
    """The higher the score, the better; scores of different questions do not compare."""

    passage: StoredPassage
    score: float


@dataclass(frozen=True, slots=True)
class _Question:
    """Stems of the telling words in order, and how rare each is in the library (IDF)."""

    stems: tuple[str, ...]
    weights: Mapping[str, float]
    query: str

    def weight(self, stems: frozenset[str]) -> float:
        return sum(self.weights[stem] for stem in stems)


def search(library: Library, question: str, documents: Sequence[str], limit: int) -> list[Hit]:
    """The best passages of `documents` (empty: of all), best first. No word matches: empty. For a
    question about documents as a whole, their beginnings."""
    words = telling_words(question)
    if not words or limit < 1:
        return []
    if about_documents(words):
        openings = library.openings(documents, limit)
        return [Hit(passage, -OPENINGS_APART * n) for n, passage in enumerate(openings)]
    with library.reading() as connection:
        asked = _weighed(connection, words)
        if not asked.query:
            return []
        found = _candidates(connection, asked.query, documents, max(limit, CANDIDATES))
    total = sum(asked.weights.values())
    hits = [Hit(passage, bm25 / total) for passage, bm25 in found]
    best = [
        Hit(hit.passage, hit.score + _bonus(asked, hit.passage.text)) for hit in hits[:CANDIDATES]
    ]
    best.sort(key=lambda hit: -hit.score)
    return [*best, *hits[CANDIDATES:]][:limit]


def about_documents(words: Sequence[str]) -> bool:
    """Whether a question's telling words name nothing but documents and what is wanted of them:
    "What is this document about?", "Give me a summary"."""
    return bool(words) and all(word.lower() in _OF_DOCUMENTS for word in words)


def telling_words(text: str) -> list[str]:
    """Its words without stop words, in order; all of them where nothing else is left."""
    words = words_of(text)
    return [word for word in words if word.lower() not in _STOP_WORDS] or words


def words_of(text: str) -> list[str]:
    """All of its words and numbers, in order."""
    return _WORD.findall(text)


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """Rough: it joins the forms of a word, those too that BM25's own stemmer keeps apart."""
    plain = unicodedata.normalize("NFKD", word.lower())
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    short = _shorter(plain, 3)
    return _shorter(short, 4) if len(short) >= 6 else short


def _shorter(word: str, least: int) -> str:
    """Without its last suffix, where `least` letters stay: employees, employe, employ."""
    if len(word) <= 3 or word[0].isdigit():
        return word
    short = _SUFFIX.sub("", word)
    if len(short) < least:
        return word
    doubled = len(short) > 3 and short[-1] == short[-2] and short[-1] not in "ls"
    return short[:-1] if doubled else short


def _weighed(connection: sqlite3.Connection, words: Sequence[str]) -> _Question:
    total = connection.execute("SELECT count(*) FROM passage").fetchone()[0]
    frequencies: dict[str, int] = {}
    for word in dict.fromkeys(word.lower() for word in words[: 4 * LONGEST_QUERY]):
        counted = connection.execute(
            "SELECT count(*) FROM passage_fts WHERE passage_fts MATCH ?",
            (" OR ".join(_terms(word)),),
        )
        frequencies[word] = counted.fetchone()[0]
    known = sorted((word for word in frequencies if frequencies[word]), key=frequencies.__getitem__)
    chosen = set(known[:LONGEST_QUERY])
    stems = [stem(word) for word in words if word.lower() in chosen]
    weights = {
        stem(word): math.log(1 + (total - frequencies[word] + 0.5) / (frequencies[word] + 0.5))
        for word in chosen
    }
    query = " OR ".join(dict.fromkeys(chain.from_iterable(map(_terms, known[:LONGEST_QUERY]))))
    return _Question(tuple(stems), weights, query)


def _terms(word: str) -> list[str]:
    """What FTS5 is asked for: the word, and all that begin as it does. SQuAD does not gain by it,
    but "how many employees" finds "we employed"."""
    beginning = stem(word)
    whole = f'"{word}"'
    return [whole, f'"{beginning}"*'] if len(beginning) >= 4 and beginning.isalpha() else [whole]


def _candidates(
    connection: sqlite3.Connection, query: str, documents: Sequence[str], limit: int
) -> list[tuple[StoredPassage, float]]:
    """Passages and their BM25, best first."""
    scope = "AND p.document IN (SELECT value FROM json_each(:documents))" if documents else ""
    rows = connection.execute(
        f"""
        SELECT p.document, p.ordinal, p.page_index, p.start_offset, p.end_offset, p.text,
            -passage_fts.rank
        FROM passage_fts JOIN passage p ON p.id = passage_fts.rowid
        WHERE passage_fts MATCH :query {scope}
        ORDER BY passage_fts.rank, p.id LIMIT :limit
        """,
        {"query": query, "documents": json.dumps(list(documents)), "limit": limit},
    ).fetchall()
    return [(StoredPassage(*row[:-1]), row[-1]) for row in rows]


def _bonus(asked: _Question, text: str) -> float:
    ends = sentence_ends(text)
    sentences = [
        [stem(word) for word in _WORD.findall(text, start, end)]
        for start, end in zip([0, *ends], ends, strict=False)
    ]
    held = [frozenset(sentence) & asked.weights.keys() for sentence in sentences]
    one = max(map(asked.weight, held), default=0.0)
    two = max((asked.weight(a | b) for a, b in pairwise(held)), default=one)
    beside = {pair for sentence in sentences for pair in pairwise(sentence)}
    neighbours = sum(
        min(asked.weights[a], asked.weights[b])
        for a, b in dict.fromkeys(pairwise(asked.stems))
        if (a, b) in beside
    )
    total = sum(asked.weights.values())
    return (ONE_SENTENCE * one + TWO_SENTENCES * max(one, two) + NEIGHBOURS * neighbours) / total


# 12.5 and 1,000 are one word each (the index sees a phrase)
_WORD = re.compile(r"\d+(?:[.,]\d+)+|[^\W_]+")
_SUFFIX = re.compile(r"(?:ations?|ingly|ings?|edly|ed|ies|es|ers?|ors?|ly|(?<!s)s|e|y)$")
_STOP_WORDS = word_set(
    """
    a about after all also an and any are as at be because been before being between both but
    by can could did do does doing during each for from had has have having he her here him
    his how i if in into is it its itself many may me might more most much must my no nor not
    of off on once one only or other our out over own same shall she should so some such than
    that the their them then there these they this those through to too under until up upon us
    very was we were what when where whether which while who whom whose why will with would
    you your
    """
)
_OF_DOCUMENTS = word_set(
    """
    article articles author authors book content contents describe described describes
    description document documents explain file files gist give idea kind main mainly outline
    overview paper papers pdf point points purpose report reports short shortly sort subject
    subjects summarise summarize summary tell text texts theme title titled topic topics type
    written wrote
    art autor autoren bericht beschreibe beschreibt das datei dem den der die diese diesem
    diesen dieser dieses dokument dokumente dokuments ein eine einen erkläre es fasse geht
    geschrieben gib handelt hauptthema inhalt ist kurz mir sind text texte thema titel um
    verfasser welche wer wovon worum worüber zusammen zusammenfassung überblick
    """
)
"""Beside stop words, all that a question about documents as a whole consists of; in German with
the small words."""
