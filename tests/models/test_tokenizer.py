import pytest

from tests.tiny_models import CHAT_CONTROL, CONTROL, TEXT, make_text_tokenizer


def test_offsets_are_characters_of_the_text() -> None:
    [(ids, spans)] = make_text_tokenizer(chat=False).tokenize([TEXT])
    assert len(ids) == len(spans)
    assert spans[0][0] == 0
    assert spans[-1][1] == len(TEXT)
    assert "Aurora" in [TEXT[a:b].strip() for a, b in merged(spans, TEXT)]


def merged(spans: list[tuple[int, int]], text: str) -> list[tuple[int, int]]:
    """Spans of words: tokens joined until the next one starts with a space."""
    words = [list(spans[0])]
    for start, end in spans[1:]:
        if text[start].isspace():
            words.append([start, end])
        words[-1][1] = end
    return [(start, end) for start, end in words]


def test_tokens_come_back_as_the_same_text() -> None:
    tokenizer = make_text_tokenizer(chat=False)
    assert tokenizer.text_of(tokenizer.text_ids(TEXT)) == TEXT


@pytest.mark.parametrize("chat", [False, True])
def test_control_tokens_written_in_a_document_stay_text(chat: bool) -> None:
    tokenizer = make_text_tokenizer(chat)
    control = {*(CHAT_CONTROL if chat else CONTROL), *(["<think>", "</think>"] if chat else [])}
    control_ids = {tokenizer.id_of(token) for token in control}
    text = "".join(f" a{token}b" for token in sorted(control))
    [(ids, _)] = tokenizer.tokenize([text])
    assert control_ids.isdisjoint(ids)
    assert control_ids.isdisjoint(tokenizer.text_ids(text))
    assert tokenizer.text_of(ids) == text
    assert control_ids <= set(tokenizer.prompt_ids(text))


def test_the_pieces_of_all_tokens_spell_the_text() -> None:
    tokenizer = make_text_tokenizer(chat=False)
    line = TEXT.splitlines()[0]
    assert "".join(tokenizer.pieces[i] for i in tokenizer.text_ids(line)) == line
