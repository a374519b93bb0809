import pytest

from complm_app.engine.prompts import NOT_SAID
from complm_app.engine.streaming import AnswerText
from tests.tiny_models import TEXT, make_text_tokenizer


def pieces_of(text: str, withheld: str = "") -> tuple[list[str], AnswerText]:
    tokenizer = make_text_tokenizer(chat=False)
    answer = AnswerText(tokenizer.text_of, withheld)
    pieces = [answer.add(token) for token in tokenizer.text_ids(text)]
    return [*pieces, answer.finish()], answer


def test_pieces_join_to_the_final_text_without_the_space_around_it() -> None:
    pieces, answer = pieces_of(f" {TEXT}")
    assert "".join(pieces) == answer.text == TEXT.strip()
    assert len([piece for piece in pieces if piece]) > 50


def test_a_character_of_several_tokens_is_never_shown_in_halves() -> None:
    text = "漢字🛳️ and ŵords"
    pieces, answer = pieces_of(text)
    assert "" in pieces, "the test needs a character that takes several tokens"
    assert not any("\ufffd" in piece for piece in pieces)
    assert answer.text == text


def test_an_answer_that_ends_inside_a_character_shows_that_something_is_missing() -> None:
    tokenizer = make_text_tokenizer(chat=False)
    answer = AnswerText(tokenizer.text_of)
    shown = [answer.add(token) for token in tokenizer.text_ids("a 漢")[:-1]]
    assert "".join(shown) == "a"
    assert answer.finish() == " \ufffd"
    assert answer.text == "a \ufffd"


def test_a_refusal_is_held_back_until_it_is_known_to_be_something_else() -> None:
    pieces, answer = pieces_of(NOT_SAID, withheld=NOT_SAID)
    assert not any(pieces[:-1])
    assert answer.text == NOT_SAID
    pieces, answer = pieces_of("The document does not sayings.", withheld=NOT_SAID)
    assert "".join(pieces[:-1]) == answer.text


@pytest.mark.parametrize(
    ("quoted", "shown"),
    [
        ("$ 2,540 , of which € 3", "$2,540, of which €3"),
        ("San Jose , California ; USA", "San Jose, California; USA"),
        ("x ,5 and $ a, 29 %", "x,5 and $ a, 29 %"),
    ],
)
def test_spaces_that_come_from_a_pages_layout_are_not_shown(quoted: str, shown: str) -> None:
    pieces, answer = pieces_of(quoted)
    assert "".join(pieces) == answer.text == shown
