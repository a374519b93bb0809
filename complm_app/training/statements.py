"""Made-up tables as financial statements have them: columns in groups under headings of two lines,
changes in percent, rows in sections; and cover pages, whose labels stand below what they name."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence

from complm_app.training.fillings import (
    DAYS,
    PLACES,
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

_SPANS = (
    *(("Three Months Ended", "three months ended"), ("Six Months Ended", "six months ended")),
    *(("Nine Months Ended", "nine months ended"), ("Twelve Months Ended", "twelve months ended")),
)
_GROUPS = (
    *("Americas", "Europe", "Asia Pacific", "North", "South", "Retail", "Wholesale", "Parent"),
    *("Domestic", "International", "Products", "Services", "Corporate", "Leased", "Owned"),
)
_ABOUT_CELLS = (
    *("What was {label} for the {column}?", "What was the {label} in the {column}?"),
    *("How much was {label} in the {column}?", "{Label} for the {column}"),
    *("What were {label} for the {column}?", "For the {column}, what was {label}?"),
)
_ABOUT_GROUPS = (
    *("What was {label} of {group} in {year}?", "How much was the {label} of {group} in {year}?"),
    *("What was {group}'s {label} in {year}?", "{Label} of {group} in {year}?"),
    "In {year}, what was {label} in {group}?",
)
_ABOUT_CHANGES = (
    *("By what percentage did {label} change?", "By how much did {label} change?"),
    *("What was the change in {label}?", "How much did {label} change from {old} to {new}?"),
    *("What was the percentage change of {label}?", "How did {label} change in {new}?"),
)
_ABOUT_YEARS = (
    *("What was {label} in {column}?", "What were {label} in {column}?", "{Label} {column}"),
    *("How much was {label} in {column}?", "What was the {label} for {column}?"),
)
_SECTIONS = (
    *("Revenue", "Cost of revenue", "Current assets", "Current liabilities", "Operating expenses"),
    *("Investing", "Financing", "Equity", "Income taxes", "Net sales", "Members", "Shipments"),
)
_PARTS = (
    *("Product", "Service and other", "Cash and cash equivalents", "Receivables", "Prepaid"),
    *("Americas", "Europe", "Marketing", "Selling", "Development", "Repayments of debt", "Other"),
    *("Purchases of equipment", "Dividends paid", "Current", "Deferred", "New", "Renewed"),
)


def grouped(words: Words, chance: random.Random) -> Table:
    """Periods of several lengths side by side, each with the same years below it."""
    day, last = chance.choice(DAYS), chance.randint(1990, 2030)
    years = [str(last), str(last - 1)]
    at = chance.randrange(len(_SPANS) - 1)
    spans = _SPANS[at : at + 2]
    columns = [f"{called} {day}, {year}" for _, called in spans for year in years]
    first = " ".join(f"{heading} {day}," for heading, _ in spans)
    if chance.random() < 0.3:
        first = " ".join(heading for heading, _ in spans) + f"\n{day}, {day},"
    body, rows = _body(words, len(columns), chance)
    lines = [*_title(rows, chance), first, " ".join(years * len(spans)), *body]
    return Table("\n".join(lines), asked_of_cells(rows, columns, _ABOUT_CELLS, chance))


def divided(words: Words, chance: random.Random) -> Table:
    """Parts of a whole side by side, years below each."""
    groups = chance.sample(_GROUPS, chance.randint(2, 3))
    last = chance.randint(1990, 2030)
    years = [str(last), str(last - 1)]
    body, rows = _body(words, len(groups) * len(years), chance)
    heads = [" ".join(groups), " ".join(years * len(groups))]
    cells = [(label, g, y) for label in rows for g in range(len(groups)) for y in range(2)]
    asked = []
    for label, g, y in chance.sample(cells, min(QUESTIONS, len(cells))):
        template = chance.choice(_ABOUT_GROUPS)
        named = {"label": lowered(label), "Label": label, "group": groups[g], "year": years[y]}
        asked.append((template.format(**named), rows[label][g * len(years) + y]))
    return Table("\n".join([*_title(rows, chance), *heads, *body]), tuple(asked))


def changes(words: Words, chance: random.Random) -> Table:
    """Two years and how much they differ, in percent."""
    last = chance.randint(1990, 2030)
    years = [str(last), str(last - 1)]
    body, rows = _body(words, 2, chance, _percent)
    named = chance.choice(("Percentage Change", "Change", "% Change", "Percentage\nChange"))
    lines = [*_title(rows, chance), f"{' '.join(years)} {named}", *body]
    asked = list(asked_of_cells(rows, years, _ABOUT_YEARS, chance))
    for label in chance.sample(list(rows), min(3, len(rows))):
        template = chance.choice(_ABOUT_CHANGES)
        question = template.format(label=lowered(label), old=years[1], new=years[0])
        asked.append((question, rows[label][-1]))
    return Table("\n".join(lines), tuple(chance.sample(asked, min(QUESTIONS, len(asked)))))


def sections(_words: Words, chance: random.Random) -> Table:
    """Rows in sections, the same labels in several of them, each with its total."""
    last = chance.randint(1990, 2030)
    years = [str(last - at) for at in range(chance.randint(1, 3))]
    parts = chance.sample(_PARTS, chance.randint(2, 4))
    rows: dict[str, list[str]] = {}
    lines = [chance.choice(("(In millions)", "Year Ended {day},", "{day},", ""))]
    lines = [line.format(day=chance.choice(DAYS)) for line in lines if line] + [" ".join(years)]
    for section in chance.sample(_SECTIONS, chance.randint(2, 3)):
        lines.append(f"{section}:")
        for part in parts:
            values = values_of(len(years), 0, chance)
            rows[f"{part} {lowered(section)}"] = values
            lines.append(" ".join([part, *values]))
        total = f"Total {lowered(section)}"
        rows[total] = values_of(len(years), 0, chance)
        lines.append(" ".join([total, *rows[total]]))
    return Table("\n".join(lines), asked_of_cells(rows, years, _ABOUT_YEARS, chance))


def cover(words: Words, chance: random.Random) -> Table:
    """A cover page: what was filled in, and below it in brackets what it is."""
    name = chance.choice(words.names)
    city, state = chance.choice(PLACES)
    number = f"{chance.randint(10, 99)}-{chance.randint(1_000_000, 9_999_999)}"
    phone = f"({chance.randint(201, 989)}) {chance.randint(200, 999)}-{chance.randint(1000, 9999)}"
    street = f"{chance.randint(1, 9999)} {chance.choice(words.names)} {_street(chance)}"
    fields = [
        (name, "Exact name of registrant as specified in its charter", _NAMES),
        (state, "State or other jurisdiction of incorporation", _STATES),
        (number, "I.R.S. Employer Identification No.", _NUMBERS),
        (f"{street}, {city}", "Address of principal executive offices", _ADDRESSES),
        (phone, "Registrant's telephone number, including area code", _PHONES),
        (code(chance), "Commission File Number", _FILES),
        (date(chance), "Date of Report", _REPORTS),
    ]
    chosen = [field for field in fields if chance.random() < 0.8] or fields
    lines = list(_filled_in(chosen, chance))
    asked = [(chance.choice(questions), value) for value, _, questions in chosen]
    return Table("\n".join(lines), tuple(chance.sample(asked, min(QUESTIONS, len(asked)))))


MAKERS: tuple[Maker, ...] = (*(grouped, grouped, divided, changes, changes, sections, cover),)

_NAMES = ("What is the name of the registrant?", "Who filed this report?", "Who is the registrant?")
_STATES = (
    *("In which state is the company incorporated?", "What is the state of incorporation?"),
    "Where is the registrant incorporated?",
)
_NUMBERS = (
    *("What is the employer identification number?", "What is the IRS number of the company?"),
    "I.R.S. employer identification number?",
)
_ADDRESSES = (
    *("Where are the principal executive offices?", "What is the address of the company?"),
    "Where is the company located?",
)
_PHONES = ("What is the telephone number?", "What is the registrant's phone number?")
_FILES = ("What is the commission file number?", "Which file number does the report have?")
_REPORTS = ("What is the date of the report?", "When was this reported?")


def _street(chance: random.Random) -> str:
    return chance.choice(("Street", "Avenue", "Road", "Way", "Drive", "Boulevard", "Parkway"))


def _filled_in(
    fields: Sequence[tuple[str, str, Sequence[str]]], chance: random.Random
) -> Iterator[str]:
    """Sometimes two side by side, with their labels side by side below them."""
    at = 0
    while at < len(fields):
        beside = fields[at : at + (2 if chance.random() < 0.3 else 1)]
        at += len(beside)
        yield " ".join(value for value, _, _ in beside)
        yield " ".join(f"({label})" for _, label, _ in beside)


def _title(rows: dict[str, list[str]], chance: random.Random) -> list[str]:
    unit = chance.choice(UNITS).strip()
    shown = [next(iter(rows)).upper()] if chance.random() < 0.4 else []
    return [*shown, unit] if unit else shown


def _body(
    words: Words,
    columns: int,
    chance: random.Random,
    last: Callable[[random.Random], str] | None = None,
) -> tuple[list[str], dict[str, list[str]]]:
    """Lines, and the values of each label in them; `last` makes one more value of another kind.
    Some of the long labels take two lines."""
    labels = several(lambda: label_of(words, chance), chance.randint(3, 10))
    money, decimals = chance.random() < 0.5, chance.choice((0, 0, 0, 1, 2))
    sign = chance.choice(("$ ", "$"))
    rows, lines = {}, []
    for place, label in enumerate(labels):
        values = values_of(columns, decimals, chance)
        if money and place in (0, len(labels) - 1) and not values[0].endswith("%"):
            values = [sign + value for value in values]
        rows[label] = [*values, last(chance)] if last else values
        lines.append(" ".join([_broken(label, chance), *rows[label]]))
    return lines, rows


def _broken(label: str, chance: random.Random) -> str:
    words = label.split()
    if len(words) < 3 or chance.random() < 0.7:
        return label
    at = chance.randint(2, len(words) - 1)
    return f"{' '.join(words[:at])}\n{' '.join(words[at:])}"


def _percent(chance: random.Random) -> str:
    number = chance.randint(1, 60)
    return f"({number})%" if chance.random() < 0.25 else f"{number}%"
