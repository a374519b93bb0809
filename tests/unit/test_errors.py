"""Errors keep their words and their values apart."""

from __future__ import annotations

import pickle
from pathlib import Path

from complm_app.errors import ModelIncompatibleError, Phrase, TooLargeError


def test_values_stand_in_their_places() -> None:
    error = TooLargeError("{file} has {count:,} pages.", "Split {file}.", file="a", count=1200)
    assert (error.message, error.hint) == ("a has 1,200 pages.", "Split a.")
    assert error.what.pattern == "{file} has {count:,} pages."


def test_a_phrase_can_stand_in_a_phrase() -> None:
    why = Phrase("it has {count} weights", count=3)
    error = ModelIncompatibleError("{path} is unfit: {reason}.", path=Path("m"), reason=why)
    assert error.message == "m is unfit: it has 3 weights."
    assert error.what.values["reason"] is why


def test_braces_without_values_are_braces() -> None:
    assert TooLargeError("{not a place}").message == "{not a place}"
    assert TooLargeError("{reason}", reason=ValueError("{x}")).message == "{x}"


def test_an_error_goes_to_another_process_whole() -> None:
    error = TooLargeError("{file} is large.", "Split {file}.", file=Path("a"))
    again = pickle.loads(pickle.dumps(error))
    assert again.as_dict() == error.as_dict()
    assert again.what.values == {"file": "a"}
