"""Questions made by rule from sentences of prose, so that a reader meets the language of more kinds
of text than people have written questions about. Sentences that no rule understands are left alone.
For English."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Iterator

from complm_app.core.sentences import sentence_ends, word_set
from complm_app.training.clauses import Asked, about_clause, about_deed, about_truth
from complm_app.training.english import (
    DATE,
    HANGING,
    MONEY,
    NAME,
    NUMBER,
    OPENS_NO_SUBJECT,
    SMALL,
    base_form,
    is_person,
    is_subject,
    lowered,
    lowered_words,
)

SENTENCE = (30, 320)
"""Characters, least and most."""
OPENING = 300
"""Characters from a document's beginning on, in which it says what it is about."""


def rule_questions(text: str, most: int, chance: random.Random) -> list[Asked]:
    """At most `most` questions about a passage, of as many kinds of rules as it allows."""
    kinds: list[list[Asked]] = [[] for _ in _RULES]
    for begin, sentence in _sentences(text):
        if SENTENCE[0] <= len(sentence) <= SENTENCE[1]:
            for made, rule in zip(kinds, _RULES, strict=True):
                made.extend(rule(sentence, begin, chance))
    for made in kinds:
        chance.shuffle(made)
    of_facts, of_sentences = kinds[:-_OF_SENTENCES], kinds[-_OF_SENTENCES:]
    chance.shuffle(of_facts)
    in_turns = [made[turn] for turn in range(most) for made in of_facts if turn < len(made)]
    whole = [made[0] for made in of_sentences if made and chance.random() < 0.25]
    return _as_written([*whole, *in_turns][:most], chance)


def document_questions(text: str, heading: str, chance: random.Random) -> list[Asked]:
    """What is asked of a document as a whole, about its first passage: most often nothing, else
    what it is about or its title. `heading` is its first line."""
    is_title = heading[:1].isupper() and 2 <= len(heading.split()) <= 12
    is_title = is_title and not heading.endswith((".", ":", ";", ","))
    title = len(heading) if is_title and text.startswith(heading) else 0
    if chance.random() < 0.1 and title:
        return _as_written([Asked(chance.choice(_OF_TITLES), 0, title)], chance)
    if chance.random() > 0.3 or not text[0].isupper():
        return []
    for begin, sentence in _sentences(text[title:]):
        if begin > OPENING:
            break
        if 40 <= len(sentence) <= SENTENCE[1] and _SAYS.search(sentence):
            start = title + begin
            asked = Asked(chance.choice(_OF_DOCUMENTS), start, start + len(sentence))
            return _as_written([asked], chance)
    return []


def _sentences(text: str) -> Iterator[tuple[int, str]]:
    """Where each begins, and the sentence without the space around it."""
    start = 0
    for end in sentence_ends(text):
        whole = text[start:end]
        yield start + len(whole) - len(whole.lstrip()), whole.strip()
        start = end


def _about_numbers(sentence: str, begin: int, chance: random.Random) -> Iterator[Asked]:
    """How many of something someone has."""
    match = re.match(
        rf"([A-Z][^,;:()]{{2,50}}?) (has|have|had|contains|includes|employs|employed) "
        rf"((?:about |approximately |over |nearly |more than )?(?:{NUMBER}|{SMALL})) "
        r"((?:[a-z-]+ )?[a-z-]+s)\b",
        sentence,
    )
    if match is None or not is_subject(match[1]):
        return
    verb = match[2]
    base = {"contains": "contain", "includes": "include", "employs": "employ", "employed": "employ"}
    does = "did" if verb in ("had", "employed") else "do" if verb == "have" else "does"
    question = f"how many {match[4]} {does} {lowered(match[1])} {base.get(verb, 'have')}?"
    yield Asked(question, begin + match.start(3), begin + match.end(3))


_CHANGE = re.compile(
    r"([A-Z][a-z]+(?: (?:and |of |in )?[a-z]+){0,5}|(?:The )?(?:[A-Z]\w+ ?){1,3}) "
    r"(increased|decreased|declined|grew|rose|fell|dropped|totaled|amounted to|reached|cost|costs) "
    rf"((?:by |to )?)((?:{MONEY}|\d[\d.]*(?: percent|%)|{NUMBER} [a-z]+))"
)
_QUANTITY = re.compile(
    r"([A-Z][^,;:()]{2,50}?) (has|have|had) (?:an?|the) ([a-z]+(?: [a-z]+)?) of "
    rf"((?:about |approximately |over |nearly |more than )?(?:{MONEY}|{NUMBER}(?: ?%| [a-z]+)?))"
)


def _about_amounts(sentence: str, begin: int, chance: random.Random) -> Iterator[Asked]:
    """By how much something changed, what it cost, how large it is."""
    change = _CHANGE.match(sentence)
    if change and is_subject(change[1]):
        what, verb = lowered_words(change[1]), change[2]
        base = {"grew": "grow", "rose": "rise", "fell": "fall", "amounted to": "amount to"}
        does = base.get(verb) or ("cost" if verb.startswith("cost") else base_form(verb))
        word = "to how much" if change[3] == "to " else chance.choice(("how much", "by how much"))
        word = word if verb in _CHANGES else chance.choice(("how much", "what"))
        yield Asked(f"{word} did {what} {does}?", begin + change.start(4), begin + change.end(4))
    quantity = _QUANTITY.match(sentence)
    if quantity and is_subject(quantity[1]):
        is_now = {"has": "is", "have": "are", "had": "was"}[quantity[2]]
        question = f"what {is_now} the {quantity[3]} of {lowered(quantity[1])}?"
        yield Asked(question, begin + quantity.start(4), begin + quantity.end(4))


_CHANGES = word_set("increased decreased declined grew rose fell dropped")


def _about_conditions(sentence: str, begin: int, chance: random.Random) -> Iterator[Asked]:
    """How something is done, and what happens if something is so."""
    to = re.search(
        r"(?:^|[-*•] |\d\. )To ([a-z][^,;:()]{8,80}), ([a-z][^;:()]{6,140}?)(?=[.;:])", sentence
    )
    if to:
        asked = chance.choice(
            ("how do I {}?", "how can I {}?", "how to {}?", "what is done to {}?")
        )
        yield Asked(asked.format(to[1]), begin + to.start(2), begin + to.end(2))
    case = re.match(
        r"(If|When) ((?!you\b)[a-z][^,;:()]{8,90}), ((?:then )?[^;:()]{8,150}?)(?=[.;:])", sentence
    )
    if case:
        asked = f"what happens {case[1].lower()} {case[2]}?"
        yield Asked(asked, begin + case.start(3), begin + case.end(3))


def _about_names(sentence: str, begin: int, chance: random.Random) -> Iterator[Asked]:
    """Appositions: "Ada North, the keeper of the light, ..."."""
    for match in re.finditer(
        rf"\b({NAME}), ((?:the|a|an|its) [a-z][^,;:()]{{4,70}})(?=[,.;])", sentence
    ):
        name, what = match[1], match[2]
        if name.split()[0] in OPENS_NO_SUBJECT or re.fullmatch(DATE, name):
            continue
        who = "who" if is_person(name) else "what"
        if what.startswith("the ") and chance.random() < 0.6:
            yield Asked(f"{who} is {what}?", begin + match.start(1), begin + match.end(1))
        else:
            yield Asked(f"{who} is {name}?", begin + match.start(2), begin + match.end(2))


def _about_terms(sentence: str, begin: int, chance: random.Random) -> Iterator[Asked]:
    """What abbreviations stand for and how terms are defined."""
    for match in re.finditer(rf"\b(?!The )({NAME}) \(([A-Z]{{2,7}})\)", sentence):
        initials = "".join(word[0] for word in match[1].split() if word[0].isupper())
        if (
            len(initials) > 1
            and initials.startswith(match[2][0])
            and len(match[2]) <= len(initials) + 1
        ):
            short = match[2]
            asked = chance.choice((f"what does {short} stand for?", f"what is {short}?"))
            yield Asked(asked, begin + match.start(1), begin + match.end(1))
    defined = re.search(
        r"[\"“]([A-Z][^\"“”]{2,40})[\"”] (?:means|shall mean|is defined as|refers to) "
        r"(?:,? ?)([^;:.]{15,200}?)(?=[,;.] |[;.]$)",
        sentence,
    )
    if defined:
        term = defined[1]
        words = (
            "what does {} mean?",
            "how is {} defined?",
            "what is the definition of {}?",
            "what is {}?",
        )
        asked = chance.choice(words).format(chance.choice((term, f"“{term}”")))
        yield Asked(asked, begin + defined.start(2), begin + defined.end(2))


def _about_sentence(sentence: str, begin: int, chance: random.Random) -> Iterator[Asked]:
    """The sentence that speaks of something is the answer."""
    if len(sentence) > 220 or not sentence.endswith((".", "!", "?")):
        return
    names = [m.group() for m in re.finditer(NAME, sentence) if m.start() > 0]
    phrases = [
        m[1]
        for m in re.finditer(
            r"\b(?:the|a|an|his|her|its|their) ((?:[a-z-]{3,} ){1,2}[a-z-]{4,})\b", sentence
        )
    ]
    names = [
        n.rstrip(".") for n in names if not sentence[: sentence.index(n)].endswith((". ", ": "))
    ]
    topics = [t for t in (*names, *phrases) if 5 <= len(t) <= 50 and t.split()[-1] not in HANGING]
    if topics:
        asked = chance.choice(_OF_TOPICS).format(chance.choice(topics))
        yield Asked(asked, begin, begin + len(sentence))


_OF_TOPICS = (
    *("what is said about {}?", "what does the document say about {}?", "tell me about {}"),
    *("quote the sentence about {}", "where is {} mentioned?", "is {} mentioned?"),
)

_OF_TITLES = ("what is the title?", "what is the title of this document?", "what is it called?")
_OF_DOCUMENTS = (
    *("what is this document about?", "what is this about?", "what is the document about?"),
    *("what is this text about?", "summarize this document", "what is the subject of this text?"),
    *("what does this document describe?", "what is the topic of the document?"),
    *("give me a summary", "what kind of document is this?", "what is this report about?"),
)
_SAYS = re.compile(
    r"\b(?:is|are|was|were|describes?|explains?|helps?|provides?|shows?|covers?|made|entered|tells?"
    r"|introduces?|reports?|sets? out|govern(?:s|ed)?)\b"
)

_RULES = (
    *(about_clause, about_deed, _about_numbers, _about_amounts, _about_conditions),
    *(_about_names, _about_terms, about_truth, _about_sentence),
)


_OF_SENTENCES = 2
"""The last of the rules make whole sentences answers, which would soon be most of them."""


def _as_written(questions: Iterable[Asked], chance: random.Random) -> list[Asked]:
    """As people write them: mostly with a capital letter and a question mark."""
    made = []
    for asked in questions:
        text = asked.question
        text = text[0].upper() + text[1:] if chance.random() < 0.8 else text
        text = text.rstrip("?") if text.endswith("?") and chance.random() < 0.1 else text
        made.append(Asked(text, asked.start, asked.end))
    return made
