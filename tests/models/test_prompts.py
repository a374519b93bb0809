import pytest

from complm_app.engine.prompts import INSTRUCTION, prompt_format
from complm_app.engine.tokenizer import ModelTokenizer
from complm_app.errors import ModelIncompatibleError
from tests.tiny_models import make_text_tokenizer, make_tokenizer


def test_the_bundled_models_tokens_stand_around_documents_and_question() -> None:
    tokenizer = make_text_tokenizer(chat=False)
    form = prompt_format(tokenizer)
    assert form.before == (tokenizer.id_of("<|documents|>"),)
    assert form.passages == (tokenizer.id_of("<|passages|>"),)
    assert form.not_said == tokenizer.id_of("<|none|>")
    question, answer = tokenizer.id_of("<|question|>"), tokenizer.id_of("<|answer|>")
    assert form.tail([5, 6]) == [question, 5, 6, answer]


def test_a_chat_template_is_split_at_documents_and_question() -> None:
    tokenizer = make_text_tokenizer(chat=True)
    form = prompt_format(tokenizer)
    question = tokenizer.text_ids("Who?")
    whole = tokenizer.source.decode([*form.before, *form.tail(question)])
    assert whole == (
        f"<|im_start|>user\n{INSTRUCTION}\n\nDocuments:\n\nQuestion: Who?<|im_end|>\n"
        "<|im_start|>assistant\n<think>\n\n</think>\n\n"
    )
    assert form.before[0] == tokenizer.id_of("<|im_start|>")
    assert form.not_said is None


def test_overhead_counts_all_but_the_documents() -> None:
    tokenizer = make_text_tokenizer(chat=True)
    form = prompt_format(tokenizer)
    parts = (form.before, form.passages, form.question_start, form.answer_start)
    assert form.overhead([1, 2, 3]) == sum(map(len, parts)) + 3


def test_a_model_that_cannot_chat_is_refused() -> None:
    source = make_tokenizer(chat=True)
    source.chat_template = None
    with pytest.raises(ModelIncompatibleError, match="no chat template"):
        prompt_format(ModelTokenizer(source, ""))


@pytest.mark.parametrize("template", ["{{ messages[0]['content'", "{{ messages | length }}"])
def test_a_template_that_fails_or_drops_the_question_is_refused(template: str) -> None:
    source = make_tokenizer(chat=True)
    source.chat_template = template
    with pytest.raises(ModelIncompatibleError, match="chat template cannot be used"):
        prompt_format(ModelTokenizer(source, ""))
