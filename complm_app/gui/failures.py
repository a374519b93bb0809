"""What errors say, in the language of the window.

Below the window errors speak English, as patterns and values kept apart (`errors.Phrase`);
packaging/translations.py collects the patterns for the translators.
"""

from __future__ import annotations

import re
import string
from typing import Any

from PySide6.QtCore import QCoreApplication, QLocale

from complm_app.errors import ComplmError, Phrase

_DECIMALS = re.compile(r",?(?:\.(\d)f)?")


def message(error: ComplmError) -> str:
    return said(error.what)


def hint(error: ComplmError) -> str:
    return said(error.advice)


def short(error: ComplmError) -> str:
    """Below the document's name, which need not be said once more: `Is cut off: ...`."""
    pattern = _translated(error.what)
    if pattern.startswith("{file}"):
        rest = pattern.removeprefix("{file}").lstrip()
        pattern = rest[:1].upper() + rest[1:]
    return _filled(pattern, error.what).rstrip(".。")


def whole(error: ComplmError) -> str:
    return f"{message(error)} {hint(error)}".strip()


def said(phrase: Phrase) -> str:
    return _filled(_translated(phrase), phrase)


def _translated(phrase: Phrase) -> str:
    return QCoreApplication.translate("errors", phrase.pattern) if phrase.pattern else ""


def _filled(pattern: str, phrase: Phrase) -> str:
    return _Filling().format(pattern, **phrase.values) if phrase.values else pattern


class _Filling(string.Formatter):
    """`{size:,}` and `{size:.1f}` are written as the window's language writes numbers."""

    def format_field(self, value: Any, format_spec: str) -> str:
        if isinstance(value, Phrase):
            return said(value)
        spec = _DECIMALS.fullmatch(format_spec)
        if spec is None or not format_spec:
            return str(super().format_field(value, format_spec))
        return QLocale().toString(float(value), "f", int(spec[1] or 0))
