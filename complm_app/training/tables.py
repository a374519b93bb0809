"""Tables and forms made by rule, with questions: there are none among the questions people wrote.

They look as a PDF's text does, a line for each row, cells apart by a space, and are then read as a
PDF is: what is no row of numbers runs on into the next line. Labels, names and the passages around
them come from prose.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import islice

from complm_app.core.segments import passages_of
from complm_app.training import statements
from complm_app.training.corpus import clozes, passages_of_document
from complm_app.training.fillings import (
    DAYS,
    QUESTIONS,
    UNITS,
    Maker,
    Table,
    Words,
    asked_of_cells,
    code,
    date,
    label_of,
    lowered,
    several,
    values_of,
)

TABLES = (1, 3)
"""In a document, least and most."""
PASSAGES = (2, 5)
"""Of prose among them."""
CHUNK = 100
"""Texts that a worker process is given at once."""
_NAME_KIND, _PHRASE_KIND = 3, 0

_HEADS = (
    "",
    "",
    "Year Ended {day}, ",
    "Fiscal Year ",
    "As of {day}, ",
    "Twelve Months Ended {day}, ",
)
_TITLES = (
    *(
        "{LABEL}",
        "SUMMARY OF {LABEL}",
        "{Label} by year",
        "Table {n}. {Label}",
        "Note {n} - {Label}",
    ),
    *("The following table shows {label}:", "{Label} and related items were as follows:"),
)
_ABOUT_CELLS = (
    *("What was {label} in {column}?", "What was the {label} for {column}?"),
    *("How much was {label} in {column}?", "What were {label} in {column}?"),
    *("What is the amount of {label} for {column}?", "{Label} {column}?", "{label} in {column}"),
    *("In {column}, what was the {label}?", "How high was {label} in {column}?"),
)
_POSITIONS = (
    *("Chief Executive Officer", "Chief Financial Officer", "Executive Vice President", "Director"),
    *("Treasurer", "General Counsel", "Chairman of the Board", "Chief Operating Officer", "Editor"),
    *("Secretary", "Vice President, Sales", "Head of Research", "Senior Engineer", "Controller"),
    *("Chief Technology Officer", "Managing Partner", "Professor of Law", "Plant Manager"),
)
_FIELDS = (
    *(
        "Invoice number",
        "Order number",
        "Contract number",
        "Reference",
        "Customer number",
        "Serial",
    ),
    *("Account number", "Case number", "Policy number", "Part number"),
)
_DATES = (
    "Date of issue",
    "Effective date",
    "Due date",
    "Delivery date",
    "Date of birth",
    "Signed on",
)
_SUMS = ("Total due", "Subtotal", "Deposit", "Monthly rent", "Purchase price", "Premium", "Balance")
_MEASURES = ("Length", "Weight", "Price", "Units", "Height", "Area", "Population", "Share", "Score")


def table_documents(texts: Iterable[str], workers: int) -> Iterator[list[Table]]:
    """A document for each text: tables among some of its passages. The same for the same texts."""
    with ProcessPoolExecutor(workers) as pool:
        for made in pool.map(_documents, enumerate(_in_chunks(texts))):
            yield from made


def _in_chunks(texts: Iterable[str]) -> Iterator[list[str]]:
    source = iter(texts)
    while chunk := list(islice(source, CHUNK)):
        yield chunk


def _documents(numbered: tuple[int, list[str]]) -> list[list[Table]]:
    seed, texts = numbered
    chance = random.Random(seed)
    words = Words(("the annual budget",), ("Ada North",))
    made = []
    for text in texts:
        passages = passages_of_document(text)
        words = words_in(passages[:12], words)
        made.append(_among(passages, words, chance))
    return made


def _among(passages: Sequence[str], words: Words, chance: random.Random) -> list[Table]:
    first = chance.randrange(max(1, len(passages) - PASSAGES[1]))
    document = [Table(text, ()) for text in passages[first : first + chance.randint(*PASSAGES)]]
    for _ in range(chance.randint(*TABLES)):
        table = as_read(chance.choice(MAKERS)(words, chance))
        document.insert(chance.randint(0, len(document)), table)
    return document


def as_read(table: Table) -> Table:
    """With the text that a reader is given of such a page, and what can still be asked of it."""
    text = "\n".join(passage.text for passage in passages_of([table.text]))
    asked = tuple((question, answer) for question, answer in table.asked if answer in text)
    return Table(text, asked)


def words_in(passages: Sequence[str], before: Words) -> Words:
    """Those of a few passages; of earlier ones where these have too few."""
    found = [(c, passage[c.start : c.end]) for passage in passages for c in clozes(passage)]
    phrases = dict.fromkeys(t for c, t in found if c.kind == _PHRASE_KIND and len(t) < 40)
    names = dict.fromkeys(t for c, t in found if c.kind == _NAME_KIND and 1 <= t.count(" ") <= 2)
    enough = 12
    return Words(
        tuple(phrases) if len(phrases) >= enough else (*phrases, *before.phrases)[:100],
        tuple(names) if len(names) >= enough else (*names, *before.names)[:100],
    )


def amounts(words: Words, chance: random.Random) -> Table:
    """Labels down, years or quarters across, amounts in the cells."""
    columns = _periods(chance)
    labels = several(lambda: label_of(words, chance), chance.randint(3, 14))
    decimals, money = chance.choice((0, 0, 0, 1, 2)), chance.random() < 0.5
    rows = {label: values_of(len(columns), decimals, chance) for label in labels}
    day, title = chance.choice(DAYS), chance.choice(_TITLES)
    named = title.format(
        LABEL=labels[0].upper(), Label=labels[0], label=lowered(labels[0]), n=chance.randint(1, 20)
    )
    lines = [named + chance.choice(UNITS)] if chance.random() < 0.8 else []
    lines.append(chance.choice(_HEADS).format(day=day) + " ".join(columns))
    for place, (label, values) in enumerate(rows.items()):
        if chance.random() < 0.1:
            lines.append(label_of(words, chance) + ":")
        if money and place in (0, len(rows) - 1) and not values[0].endswith("%"):
            rows[label] = values = [f"$ {value}" for value in values]
        lines.append(" ".join([label, *values]))
    return Table("\n".join(lines), asked_of_cells(rows, columns, _ABOUT_CELLS, chance))


def people(words: Words, chance: random.Random) -> Table:
    """A list of persons with their age, if it is told, and what they do."""
    names = several(lambda: chance.choice(words.names), chance.randint(3, 8))
    titles = chance.sample(_POSITIONS, len(names))
    aged = chance.random() < 0.6
    ages = chance.sample(range(24, 79), len(names))
    head = " ".join(["Name", *(["Age"] if aged else []), chance.choice(("Position", "Title"))])
    rows = [
        " ".join([name, *([str(age)] if aged else []), title])
        for name, age, title in zip(names, ages, titles, strict=True)
    ]
    asked: list[tuple[str, str]] = []
    for name, age, title in zip(names, ages, titles, strict=True):
        who = chance.choice(("Who is the {}?", "Who is {}?", "What is the name of the {}?"))
        asked.append((who.format(title.lower() if chance.random() < 0.5 else title), name))
        what = chance.choice(("What is {}'s position?", "What does {} do?", "What is {}'s title?"))
        asked.append((what.format(name), title))
        if aged:
            asked.append((f"How old is {name}?", str(age)))
    return Table("\n".join([head, *rows]), tuple(chance.sample(asked, min(QUESTIONS, len(asked)))))


def form(_words: Words, chance: random.Random) -> Table:
    """Names of fields, each with what was filled in."""
    filled = {name: code(chance) for name in chance.sample(_FIELDS, chance.randint(1, 4))}
    filled |= {name: date(chance) for name in chance.sample(_DATES, chance.randint(1, 3))}
    sums = chance.sample(_SUMS, chance.randint(1, 4))
    filled |= {name: f"${chance.uniform(10, 90_000):,.2f}" for name in sums}
    items = list(filled.items())
    chance.shuffle(items)
    between = chance.choice((": ", ": ", " ", " . . . ", "\n", "below"))
    what = ("What is the {}?", "What was the {}?", "Which {} is given?", "{}?")
    asked = [(chance.choice(what).format(lowered(name)), value) for name, value in items]
    if between == "below":  # on a line to be written on, with what is to stand there beneath it
        name, end = chance.choice((("({})", ""), ("{}", ""), ("({})", "\n")))
        lines = [f"{value}\n{name.format(field)}{end}" for field, value in items]
    else:
        lines = [f"{field}{between}{value}" for field, value in items]
    return Table("\n".join(lines), tuple(asked))


def comparison(words: Words, chance: random.Random) -> Table:
    """Things down, what was measured of them across."""
    things = several(lambda: chance.choice(words.names), chance.randint(3, 9))
    measures = chance.sample(_MEASURES, chance.randint(2, 4))
    rows = {thing: values_of(len(measures), chance.choice((0, 1)), chance) for thing in things}
    lines = [" ".join([chance.choice(("Name", "Item", "Place", "Model")), *measures])]
    lines += [" ".join([thing, *values]) for thing, values in rows.items()]
    what = ("What is the {} of {}?", "What {} does {} have?", "How much is the {} of {}?")
    cells = [(thing, at) for thing in things for at in range(len(measures))]
    asked = [
        (chance.choice(what).format(measures[at].lower(), thing), rows[thing][at])
        for thing, at in chance.sample(cells, min(QUESTIONS, len(cells)))
    ]
    return Table("\n".join(lines), tuple(asked))


MAKERS: tuple[Maker, ...] = (
    *(amounts, amounts, amounts, amounts, people, people, form, comparison),
    *statements.MAKERS,
)


def _periods(chance: random.Random) -> list[str]:
    count, last = chance.randint(1, 4), chance.randint(1950, 2030)
    years = [str(last - at) for at in range(count)]
    if chance.random() < 0.3:
        years.reverse()
    if chance.random() < 0.2:
        return [f"Q{at + 1} {years[0]}" for at in range(count)]
    return years
