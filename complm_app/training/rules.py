"""Questions made by rule from sentences of prose, so that a reader meets the language of more kinds
of text than people have written questions about.

A sentence's auxiliary verb is moved before its subject ("Was the mill built in 1790?"), and what
is asked for is replaced by a question word. Sentences that no rule understands are left alone. For
English.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from complm_app.core.sentences import sentence_ends

SENTENCE = (30, 320)
"""Characters, least and most."""
MOST_WORDS = 14
"""Of what follows a question's verb."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, and where its answer stands in the passage: character offsets."""

    question: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Clause:
    """A sentence that was understood: subject, verb, rest. Offsets are the passage's."""

    text: str
    start: int
    """Of the subject, which opens the sentence."""
    subject: str
    verb: str
    rest: str
    rest_start: int
    end: int
    """Of the sentence, its full stop included."""


_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
)
_DATE = rf"(?:(?:\d{{1,2}} )?{_MONTH}(?: \d{{1,2}},)?(?: \d{{4}})?|(?:1[0-9]|20)\d\d)"
_NAME = r"[A-Z][\w'’&.-]*(?: (?:of |the |de |van |von |and )?[A-Z][\w'’&-]*)*"  # noqa: RUF001
_MONEY = r"[$£€]\s?\d[\d,.]*\d(?: (?:million|billion|thousand))?"
_NUMBER = r"\d[\d,]*(?:\.\d+)?(?: (?:million|billion|thousand))?"
_SMALL = r"(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|fifty)"

_CLAUSE = re.compile(
    r"(?P<subject>[A-Z][^,;:()\"“”?!]{1,70}?) "
    r"(?P<verb>is|are|was|were|has|have|had|will|can|may|must|shall|should|could|would) "
    r"(?P<rest>\S.*)"
)
_PAST = re.compile(
    rf"(?P<subject>(?:The )?(?!The\b){_NAME}|The (?:[a-z-]+ ){{0,2}}[a-z-]+) "
    r"(?P<verb>[a-z]{2,}ed|[a-z]{3,}) (?P<rest>\S.*)"
)
_OPENS_NO_SUBJECT = _words(
    "It They He She We You I There Here In On At As If When While For After Before Since "
    "However But And Or So Yet Although Though Because During By To With From Under Over "
    "Through Upon That What Which Who Whose How Why Where Then Thus Therefore Nor Not Only Also "
    "Both Either Neither Such These This Those Some Others One Another Most Many Few Much "
    "Unless Until Once Whether Without Within Between Among According Despite Like Of Note See "
    "Each None"
)
_DETERMINERS = _words(
    "The A An This These Those Its His Her Their Our Your Each Every No Any All Such"
)
_SPLITS_SUBJECT = re.compile(
    r" (?:who|which|that|and|or|but|when|where|if|because|as|than|is|are|was|were|has|have|had) "
)
_IRREGULAR = dict(
    pair.split(":")
    for pair in _words(
        "won:win became:become began:begin wrote:write made:make took:take led:lead held:hold "
        "found:find left:leave built:build sold:sell bought:buy gave:give grew:grow rose:rise "
        "fell:fall went:go came:come saw:see met:meet spent:spend ran:run paid:pay lost:lose "
        "sent:send kept:keep brought:bring taught:teach fought:fight drew:draw chose:choose "
        "broke:break told:tell thought:think felt:feel got:get spoke:speak stood:stand "
        "understood:understand sought:seek caught:catch drove:drive flew:fly showed:show"
    )
)
_NO_PAST = _words("need seed feed speed proceed exceed succeed indeed red bed hundred")
_ADDS_E = re.compile(
    r"(?:[aeiou][cgsuvz]|[^aeiou]at|[aeiu]at|iz|[aiou]k|ang|eng|dg|rg|rv|lv|nc|rc|bl|pl|tl|dl|gl|fl"
    r"|[aiu]r|us|as|os|rs|ns|ls|it(?<=cit)|ut|ot(?<=vot)|id|ud|ad(?<=vad)|am|om|um|in(?<=fin)|at"
    r"|ib|ab|ap|op|u)$"
)


def rule_questions(text: str, most: int, chance: random.Random) -> list[Asked]:
    """At most `most` questions about a passage, of as many kinds of rules as it allows."""
    kinds: list[list[Asked]] = [[] for _ in _RULES]
    start = 0
    for end in sentence_ends(text):
        begin = start + len(text[start:end]) - len(text[start:end].lstrip())
        start = end
        sentence = text[begin:end].rstrip()
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


# ---- what is asked of a clause with an auxiliary verb


def _about_clause(sentence: str, begin: int, chance: random.Random) -> Iterator[Asked]:
    clause = _clause(sentence, begin)
    if clause is None:
        return
    subject = _lowered(clause.subject)
    inverted = f"{clause.verb} {subject}"
    for word, before, after, found in _asked_for(clause.rest):
        said = _joined(before, after)
        if said or clause.verb in ("is", "are", "was", "were"):
            start = clause.rest_start + found.start(1)
            question = _with_word(chance.choice(word), _joined(inverted, said))
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


def _about_truth(sentence: str, begin: int, chance: random.Random) -> Iterator[Asked]:
    """Yes-no questions: the sentence is the answer."""
    clause = _clause(sentence, begin)
    if clause is None or clause.end - clause.start > 220:
        return
    said = _shortened(clause.rest, chance.randint(5, MOST_WORDS))
    if len(said.split()) >= 2:
        verb = clause.verb[0].upper() + clause.verb[1:]
        yield Asked(f"{verb} {_lowered(clause.subject)} {said}?", clause.start, clause.end)


def _clause(sentence: str, begin: int) -> _Clause | None:
    match = _CLAUSE.fullmatch(sentence)
    if match is None or not _is_subject(match["subject"]):
        return None
    rest = match["rest"]
    if rest.startswith(("not ", "to ", "been not ")):
        return None
    return _Clause(
        sentence,
        begin,
        match["subject"],
        match["verb"],
        rest,
        begin + match.start("rest"),
        begin + len(sentence),
    )


def _is_subject(subject: str) -> bool:
    words = subject.split()
    if words[0] in _OPENS_NO_SUBJECT and not (words[0] in ("This", "These") and len(words) > 1):
        return False
    return len(words) <= 8 and not _SPLITS_SUBJECT.search(f" {subject} ")


_PREDICATE = re.compile(
    r"((?:the|a|an|one of the) [^,;:.()]{6,90}?)"
    r"(?= (?:(?:in|of|to|for|at|from|by|on) )?(?:that|which|who|whom|where)\b|[,;:.()])"
)
_COMPLETED = re.compile(
    r"((?:\w+ )?(?:known as|called|named|based on|responsible for|composed of|made of|used for"
    r"|used to|caused by|derived from|followed by|limited to|equal to|required for|required to"
    r"|associated with|subject to|entitled to|defined as|similar to|intended for|intended to"
    r"|designed to|stored in"
    r"|located in|governed by|available in|related to|involved in)) ([^,;:.()]{4,80})(?=[,;:.()])"
)
_WHEN = ("when", "when", "on what date", "at what time", "what was the date when")
_YEAR = ("when", "when", "in what year", "in which year", "what year")
_WHERE = ("where", "where", "in what place", "in which place")
_ASKED_FOR = (
    (_YEAR, re.compile(r"\b(?:in|since|until|by) ((?:1[0-9]|20)\d\d)\b")),
    (_WHEN, re.compile(rf"\b(?:on|in|since|until|from) ((?:\d{{1,2}} )?{_MONTH}[\d, ]*\d)")),
    (_WHERE, re.compile(rf"\b(?:in|at|near) (?!{_MONTH}\b)((?:the )?{_NAME})")),
    (("by whom", "who {} by"), re.compile(rf"\bby ((?:the )?{_NAME})")),
    (("why", "why", "for what reason"), re.compile(r"\b((?:because|due to|so that) [^,.;]{8,90})")),
    (("how much", "for how much", "what amount"), re.compile(rf"\b(?:for|of|to|by) ({_MONEY})")),
    (("what percentage", "how much", "by how much"), re.compile(r"\bby (\d[\d.]*(?: percent|%))")),
    (
        ("how long", "for how long"),
        re.compile(rf"\bfor ((?:{_NUMBER}|{_SMALL}) (?:year|month|day|hour|minute|week)s)"),
    ),
    (
        ("how many times", "how often"),
        re.compile(r"\b(once (?:a|per) \w+|twice|(?:three|four) times)"),
    ),
)


def _asked_for(rest: str) -> Iterator[tuple[tuple[str, ...], str, str, re.Match[str]]]:
    """Question words, what stands before and behind what they ask for, and its match."""
    for words, pattern in _ASKED_FOR:
        found = pattern.search(rest)
        if found is None:
            continue
        before = rest[: found.start()].rstrip(" ,")
        if len(before.split()) > MOST_WORDS or re.search(r"[;:?!.]\s", before):
            continue
        behind = re.match(r" [^,;:.()]+", rest[found.end() :])
        after = behind.group().strip() if behind else ""
        after = after if len(before.split()) + len(after.split()) <= MOST_WORDS else ""
        yield words, before, after if len(before.split()) < 3 else "", found


def _duty(rest: str) -> str:
    """What someone is to do, up to where the sentence begins anew."""
    return "" if rest.startswith("be ") else re.split(r"[,;:(]|\.(?=\s|$)", rest)[0]


def _with_word(word: str, said: str) -> str:
    return f"{word.format(said) if '{}' in word else _joined(word, said)}?"


def _of_predicate(clause: _Clause, subject: str, chance: random.Random) -> Iterator[Asked]:
    """What something is: "the largest town of the county"."""
    found = _PREDICATE.match(clause.rest)
    if found is None or clause.verb not in ("is", "are", "was", "were"):
        return
    words = ("what", "what", "who") if _is_person(clause.subject) else ("what",)
    start = clause.rest_start
    yield Asked(
        f"{chance.choice(words)} {clause.verb} {subject}?", start, start + len(found.group(1))
    )


def _of_subject(clause: _Clause, chance: random.Random) -> Iterator[Asked]:
    """Who or what it is that is or does so."""
    if not re.match(rf"The |{_NAME}$", clause.subject):
        return
    said = _shortened(clause.rest, chance.randint(6, MOST_WORDS))
    if len(said.split()) < 3:
        return
    word = "who" if _is_person(clause.subject) else "what"
    yield Asked(f"{word} {clause.verb} {said}?", clause.start, clause.start + len(clause.subject))


# ---- of a clause whose verb is in the past


def _about_deed(sentence: str, begin: int, chance: random.Random) -> Iterator[Asked]:
    match = _PAST.fullmatch(sentence)
    if match is None or not _is_subject(match["subject"]):
        return
    subject, rest = match["subject"], match["rest"]
    base = base_form(match["verb"])
    if base is None:
        return
    said = _shortened(rest, chance.randint(5, MOST_WORDS))
    word = "who" if _is_person(subject) else "what"
    if len(said.split()) >= 2:
        yield Asked(f"{word} {match['verb']} {said}?", begin, begin + len(subject))
    at = begin + match.start("rest")
    doing = f"did {_lowered(subject)} {base}"
    for words, before, after, found in _asked_for(rest):
        asked = _with_word(chance.choice(words), _joined(doing, before, after))
        yield Asked(asked, at + found.start(1), at + found.end(1))
    thing = re.match(
        r"((?:the|a|an|his|her|its|their) [^,;:.()]{4,60}?)"
        r"(?= (?:in|on|at|by|for|from|to|with|and|of his)\b|[,;:.()])",
        rest,
    )
    if thing:
        yield Asked(f"what {doing}?", at, at + thing.end(1))
    many = re.match(
        rf"((?:about |over |nearly )?(?:{_NUMBER}|{_SMALL})) ((?:[a-z-]+ )?[a-z-]+s)\b", rest
    )
    if many:
        yield Asked(f"how many {many[2]} {doing}?", at, at + many.end(1))
    cost = re.match(rf"({_MONEY})", rest)
    if cost:
        yield Asked(f"how much {doing}?", at, at + cost.end(1))


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


# ---- of other forms


def _about_numbers(sentence: str, begin: int, chance: random.Random) -> Iterator[Asked]:
    """How many of something someone has."""
    match = re.match(
        rf"([A-Z][^,;:()]{{2,50}}?) (has|have|had|contains|includes|employs|employed) "
        rf"((?:about |approximately |over |nearly |more than )?(?:{_NUMBER}|{_SMALL})) "
        r"((?:[a-z-]+ )?[a-z-]+s)\b",
        sentence,
    )
    if match is None or not _is_subject(match[1]):
        return
    verb = match[2]
    base = {"contains": "contain", "includes": "include", "employs": "employ", "employed": "employ"}
    does = "did" if verb in ("had", "employed") else "do" if verb == "have" else "does"
    question = f"how many {match[4]} {does} {_lowered(match[1])} {base.get(verb, 'have')}?"
    yield Asked(question, begin + match.start(3), begin + match.end(3))


_CHANGE = re.compile(
    r"([A-Z][a-z]+(?: (?:and |of |in )?[a-z]+){0,5}|(?:The )?(?:[A-Z]\w+ ?){1,3}) "
    r"(increased|decreased|declined|grew|rose|fell|dropped|totaled|amounted to|reached|cost|costs) "
    rf"((?:by |to )?)((?:{_MONEY}|\d[\d.]*(?: percent|%)|{_NUMBER} [a-z]+))"
)
_QUANTITY = re.compile(
    r"([A-Z][^,;:()]{2,50}?) (has|have|had) (?:an?|the) ([a-z]+(?: [a-z]+)?) of "
    rf"((?:about |approximately |over |nearly |more than )?(?:{_MONEY}|{_NUMBER}(?: ?%| [a-z]+)?))"
)


def _about_amounts(sentence: str, begin: int, chance: random.Random) -> Iterator[Asked]:
    """By how much something changed, what it cost, how large it is."""
    change = _CHANGE.match(sentence)
    if change and _is_subject(change[1]):
        what, verb = _lowered_words(change[1]), change[2]
        base = {"grew": "grow", "rose": "rise", "fell": "fall", "amounted to": "amount to"}
        does = base.get(verb) or ("cost" if verb.startswith("cost") else base_form(verb))
        word = "to how much" if change[3] == "to " else chance.choice(("how much", "by how much"))
        word = word if verb in _CHANGES else chance.choice(("how much", "what"))
        yield Asked(f"{word} did {what} {does}?", begin + change.start(4), begin + change.end(4))
    quantity = _QUANTITY.match(sentence)
    if quantity and _is_subject(quantity[1]):
        is_now = {"has": "is", "have": "are", "had": "was"}[quantity[2]]
        question = f"what {is_now} the {quantity[3]} of {_lowered(quantity[1])}?"
        yield Asked(question, begin + quantity.start(4), begin + quantity.end(4))


_CHANGES = _words("increased decreased declined grew rose fell dropped")


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
        rf"\b({_NAME}), ((?:the|a|an|its) [a-z][^,;:()]{{4,70}})(?=[,.;])", sentence
    ):
        name, what = match[1], match[2]
        if name.split()[0] in _OPENS_NO_SUBJECT or re.fullmatch(_DATE, name):
            continue
        who = "who" if _is_person(name) else "what"
        if what.startswith("the ") and chance.random() < 0.6:
            yield Asked(f"{who} is {what}?", begin + match.start(1), begin + match.end(1))
        else:
            yield Asked(f"{who} is {name}?", begin + match.start(2), begin + match.end(2))


def _about_terms(sentence: str, begin: int, chance: random.Random) -> Iterator[Asked]:
    """What abbreviations stand for and how terms are defined."""
    for match in re.finditer(rf"\b(?!The )({_NAME}) \(([A-Z]{{2,7}})\)", sentence):
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
    names = [m.group() for m in re.finditer(_NAME, sentence) if m.start() > 0]
    phrases = [
        m[1]
        for m in re.finditer(
            r"\b(?:the|a|an|his|her|its|their) ((?:[a-z-]{3,} ){1,2}[a-z-]{4,})\b", sentence
        )
    ]
    names = [
        n.rstrip(".") for n in names if not sentence[: sentence.index(n)].endswith((". ", ": "))
    ]
    topics = [t for t in (*names, *phrases) if 5 <= len(t) <= 50 and t.split()[-1] not in _HANGING]
    if topics:
        asked = chance.choice(_OF_TOPICS).format(chance.choice(topics))
        yield Asked(asked, begin, begin + len(sentence))


_OF_TOPICS = (
    *("what is said about {}?", "what does the document say about {}?", "tell me about {}"),
    *("quote the sentence about {}", "where is {} mentioned?", "is {} mentioned?"),
)

_RULES = (
    *(_about_clause, _about_deed, _about_numbers, _about_amounts, _about_conditions),
    *(_about_names, _about_terms, _about_truth, _about_sentence),
)


_OF_SENTENCES = 2
"""The last of the rules make whole sentences answers, which would soon be most of them."""

# ---- words


def _is_person(subject: str) -> bool:
    """Two names in a row, or one with a title before it."""
    return bool(_PERSON.match(subject))


_PERSON = re.compile(
    r"(?:Mr|Mrs|Ms|Dr|Sir|Professor|King|Queen)\.? [A-Z]"
    r"|(?!The |A |An |This |Each |Any )[A-Z][a-z]+(?: [A-Z]\.)? [A-Z][a-z]+$"
)


def _lowered(subject: str) -> str:
    first = subject.split()[0]
    return subject[0].lower() + subject[1:] if first in _DETERMINERS else subject


def _lowered_words(subject: str) -> str:
    """Research and development -> research and development; Ada North stays."""
    return (
        subject[0].lower() + subject[1:]
        if " " in subject and subject[1:].islower()
        else _lowered(subject)
    )


def _shortened(rest: str, words: int) -> str:
    """Its first words, cut where a clause ends."""
    clause = re.split(r"[,;:()]|\.(?=\s|$)| (?:which|who|because|although|while|but) ", rest)[0]
    kept = clause.split()[:words]
    while kept and kept[-1].lower() in _HANGING:
        kept.pop()
    return " ".join(kept)


_HANGING = _words(
    "the a an of in on at to for by with from and or as its his her their that this into be"
)


def _joined(*parts: str) -> str:
    return " ".join(part for part in parts if part)


def _as_written(questions: Iterable[Asked], chance: random.Random) -> list[Asked]:
    """As people write them: mostly with a capital letter and a question mark."""
    made = []
    for asked in questions:
        text = asked.question
        text = text[0].upper() + text[1:] if chance.random() < 0.8 else text
        text = text.rstrip("?") if text.endswith("?") and chance.random() < 0.1 else text
        made.append(Asked(text, asked.start, asked.end))
    return made
