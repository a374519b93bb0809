"""What made-up tables are filled with: labels, names, numbers, dates and codes."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

QUESTIONS = 8
"""Of a table, at most."""

_KINDS = (
    *("Total", "Net", "Other", "Gross", "Operating", "Average", "Deferred", "Accrued", "Foreign"),
    *("Domestic", "Annual", "Current", "Long-term", "Adjusted", "Interest", "Service", "Product"),
)
_ITEMS = (
    *("revenue", "income", "expenses", "assets", "liabilities", "income taxes", "interest expense"),
    *("cash", "debt", "sales", "margin", "cost of revenue", "research and development", "payroll"),
    *("sales and marketing", "general and administrative", "inventories", "accounts receivable"),
    *("accounts payable", "goodwill", "equity", "earnings per share", "dividends", "depreciation"),
    *("members", "employees", "visitors", "shipments", "orders", "output", "rainfall", "capacity"),
    *("stock-based compensation", "capital expenditures", "lease cost", "warranty claims"),
)
DAYS = ("June 30", "December 31", "March 31", "September 30", "January 31")
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September")
UNITS = ("", "", " (In millions)", " (in thousands)", " (In millions, except per share amounts)")
PLACES = (
    *(("Hamilton, Ohio 45011", "Ohio"), ("Salem, Oregon 97301", "Delaware")),
    *(("Dover, Delaware 19901", "Delaware"), ("Austin, Texas 78701", "Texas")),
    *(("Boise, Idaho 83702", "Nevada"), ("Albany, New York 12207", "New York")),
    *(("Madison, Wisconsin 53703", "Wisconsin"), ("Lincoln, Nebraska 68508", "Maryland")),
    *(("Richmond, Virginia 23219", "Virginia"), ("Trenton, New Jersey 08608", "New Jersey")),
)
"""A city, and the state that a company there was founded in."""


@dataclass(frozen=True, slots=True)
class Table:
    """A passage of several lines, and (question, answer) pairs; answers stand in the passage. Or a
    passage of prose, of which nothing is asked."""

    text: str
    asked: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Words:
    """What tables are filled with, taken from prose."""

    phrases: tuple[str, ...]
    names: tuple[str, ...]


Maker: TypeAlias = Callable[[Words, random.Random], Table]


def lowered(label: str) -> str:
    """As it reads inside a sentence: abbreviations and names stay as they are."""
    return (
        label if label[1:2].isupper() or not label[:1].isupper() else label[0].lower() + label[1:]
    )


def several(make: Callable[[], str], count: int) -> list[str]:
    """Up to `count` different ones."""
    return list(dict.fromkeys(make() for _ in range(count)))


def label_of(words: Words, chance: random.Random) -> str:
    if chance.random() < 0.4:
        phrase = re.sub(r"^(?:the|a|an|his|her|their|its) ", "", chance.choice(words.phrases))
        return phrase[0].upper() + phrase[1:]
    item = chance.choice(_ITEMS)
    label = f"{chance.choice(_KINDS)} {item}" if chance.random() < 0.6 else item
    return label[0].upper() + label[1:]


def values_of(count: int, decimals: int, chance: random.Random) -> list[str]:
    """Numbers of like size, some of them negative, in brackets."""
    scale = 10 ** chance.uniform(0.5, 5.5)
    numbers = [f"{chance.uniform(0.2, 2) * scale:,.{decimals}f}" for _ in range(count)]
    if chance.random() < 0.1:
        numbers = [f"({number})" for number in numbers]
    elif chance.random() < 0.12:
        numbers = [f"{chance.randint(0, 100)}%" for _ in numbers]
    return numbers


def code(chance: random.Random) -> str:
    letters = "".join(chance.choices("ABCDEFGHKLMNPRSTUVWXYZ", k=chance.randint(0, 3)))
    digits = "".join(chance.choices("0123456789", k=chance.randint(4, 8)))
    return f"{letters}-{digits}" if letters else digits


def date(chance: random.Random) -> str:
    day, month, year = chance.randint(1, 28), chance.choice(MONTHS), chance.randint(1990, 2030)
    return chance.choice(
        (
            f"{month} {day}, {year}",
            f"{day} {month} {year}",
            f"{day:02}/{MONTHS.index(month) + 1:02}/{year}",
        )
    )


def asked_of_cells(
    rows: Mapping[str, Sequence[str]],
    columns: Sequence[str],
    templates: Sequence[str],
    chance: random.Random,
) -> tuple[tuple[str, str], ...]:
    """Questions about some cells, and what stands in them. `rows`: the values of each label;
    `columns`: what the first of them are called, in `templates` with {column}, {label}, {Label}."""
    cells = [(label, at) for label in rows for at in range(len(columns))]
    asked = []
    for label, at in chance.sample(cells, min(QUESTIONS, len(cells))):
        named = {"label": lowered(label), "Label": label, "column": columns[at]}
        asked.append((chance.choice(templates).format(**named), rows[label][at]))
    return tuple(asked)
