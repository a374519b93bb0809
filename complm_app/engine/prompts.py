"""What stands around the documents: the bundled model's control tokens, or a chat template."""

from __future__ import annotations

from dataclasses import dataclass

from complm_app.engine.tokenizer import ModelTokenizer
from complm_app.errors import ModelIncompatibleError

NOT_SAID = "The document does not say."

INSTRUCTION = (
    "Answer the question from the documents below. Be short, and use the documents' own words "
    f"where you can. If the documents do not hold the answer, reply exactly: {NOT_SAID}"
)

# Private-use characters: no template trims or rewrites them, and no document is searched for them.
_DOCUMENTS_MARK = "\ue0d0"
_QUESTION_MARK = "\ue0d1"
_ANSWER_MARK = "\ue0d2"
_NEXT_MARK = "\ue0d3"

THINKING = (
    ("<think>", "</think>"),
    ("[THINK]", "[/THINK]"),
    ("<|START_THINKING|>", "<|END_THINKING|>"),
)
"""What models write around thoughts: Qwen3 and DeepSeek, Magistral, Command."""


@dataclass(frozen=True, slots=True)
class PromptFormat:
    """Token ids: [before] documents [passages + verbatim] [question_start] question [answer].

    Between documents and passages stand the earlier turns of a chat, where there are any.
    """

    before: tuple[int, ...]
    passages: tuple[int, ...]
    """Comes before passages that are read word for word; left out when there are none."""
    question_start: tuple[int, ...]
    answer_start: tuple[int, ...]
    not_said: int | None
    """The token that says that the documents do not hold the answer; None: said in words."""
    lead: str = ""
    """Comes before a question's text: the bundled model learned them with a space."""
    thinking: tuple[int, int] | None = None
    """The tokens around thoughts, of a model that may think before it answers."""
    no_thoughts: tuple[int, ...] = ()
    """Ends thoughts right after they have begun."""
    between: tuple[tuple[int, ...], tuple[int, ...]] | None = None
    """What stands between the question and the answer of an earlier turn, and between that answer
    and the next question; None: the model cannot follow a chat."""

    def overhead(self, question: list[int]) -> int:
        return len(self.before) + len(self.passages) + len(self.tail(question))

    def turn(self, question: list[int], answer: list[int]) -> tuple[int, ...]:
        """An earlier turn, up to where the next question begins."""
        assert self.between is not None
        to_answer, to_next = self.between
        return (*self.question_start, *question, *to_answer, *answer, *to_next)

    def tail(self, question: list[int]) -> list[int]:
        return [*self.question_start, *question, *self.answer_start]


def prompt_format(tokenizer: ModelTokenizer) -> PromptFormat:
    """Raises ModelIncompatibleError for a model that was not trained to answer."""
    return _control_token_format(tokenizer) or chat_format(tokenizer)


def _control_token_format(tokenizer: ModelTokenizer) -> PromptFormat | None:
    names = ("documents", "passages", "question", "answer", "none")
    ids = [tokenizer.id_of(f"<|{name}|>") for name in names]
    documents, passages, question, answer, none = ids
    if documents is None or passages is None or question is None or answer is None:
        return None
    return PromptFormat((documents,), (passages,), (question,), (answer,), none, " ")


def chat_format(
    tokenizer: ModelTokenizer, instruction: str = INSTRUCTION, asked: str = "Question"
) -> PromptFormat:
    """By the model's chat template. `asked` is what the question is called. Raises
    ModelIncompatibleError for a model without one."""
    before, middle, after = _rendered_chat(tokenizer, instruction, asked)
    thinking, no_thoughts = _thinking(tokenizer)
    return PromptFormat(
        before=tuple(tokenizer.prompt_ids(before)),
        passages=tuple(tokenizer.prompt_ids("\nThe most relevant passages again:\n")),
        question_start=tuple(tokenizer.prompt_ids(middle)),
        answer_start=tuple(tokenizer.prompt_ids(after)),
        not_said=None,
        thinking=thinking,
        no_thoughts=no_thoughts,
        between=_between_turns(tokenizer, before, middle, instruction, asked),
    )


def _between_turns(
    tokenizer: ModelTokenizer, before: str, middle: str, instruction: str, asked: str
) -> tuple[tuple[int, ...], tuple[int, ...]] | None:
    """None for a template that does not render two turns as it renders one."""
    import jinja2

    first = _content(instruction, asked)
    marks = (_DOCUMENTS_MARK, _QUESTION_MARK, _ANSWER_MARK, _NEXT_MARK)
    messages = [
        {"role": "user", "content": first},
        {"role": "assistant", "content": _ANSWER_MARK},
        {"role": "user", "content": _NEXT_MARK},
    ]
    pieces = []
    try:
        rest: str = tokenizer.source.apply_chat_template(
            messages, tokenize=False, add_generation_prompt=True, enable_thinking=False
        )
        for mark in marks:
            piece, rest = rest.split(mark)
            pieces.append(piece)
    except (jinja2.TemplateError, ValueError):
        return None
    if pieces[:2] != [before, middle]:
        return None
    to_answer, to_next = (tuple(tokenizer.prompt_ids(piece)) for piece in pieces[2:])
    return to_answer, to_next


def _content(instruction: str, asked: str) -> str:
    return f"{instruction}\n\nDocuments:\n{_DOCUMENTS_MARK}\n{asked}: {_QUESTION_MARK}"


def _rendered_chat(tokenizer: ModelTokenizer, instruction: str, asked: str) -> tuple[str, str, str]:
    """The template's text before the documents, between them and the question, and after it."""
    import jinja2

    content = _content(instruction, asked)
    if not getattr(tokenizer.source, "chat_template", None):
        raise ModelIncompatibleError(
            "The model has no chat template, so it was not trained to answer questions.",
            "Choose the instruction-tuned version of this model.",
        )
    try:
        text: str = tokenizer.source.apply_chat_template(
            [{"role": "user", "content": content}],
            tokenize=False,
            add_generation_prompt=True,
            enable_thinking=False,
        )
        before, rest = text.split(_DOCUMENTS_MARK)
        middle, after = rest.split(_QUESTION_MARK)
    except (jinja2.TemplateError, ValueError) as e:
        raise ModelIncompatibleError(
            "The model's chat template cannot be used: {reason}",
            "Choose another model, or repair chat_template in tokenizer_config.json.",
            reason=e,
        ) from e
    return before, middle, _without_open_thoughts(after)


def _without_open_thoughts(after: str) -> str:
    """Some templates begin the answer with thoughts, whether asked to or not."""
    for start, end in THINKING:
        if after.rstrip().endswith(start):
            return f"{after.rstrip()}\n\n{end}\n\n"
    return after


def _thinking(tokenizer: ModelTokenizer) -> tuple[tuple[int, int] | None, tuple[int, ...]]:
    for start, end in THINKING:
        ids = tokenizer.id_of(start), tokenizer.id_of(end)
        if ids[0] is not None and ids[1] is not None:
            return (ids[0], ids[1]), tuple(tokenizer.prompt_ids(f"\n\n{end}\n\n"))
    return None, ()
