"""Whatever was read before, the next token's logits are those of reading everything at once."""

from __future__ import annotations

import weakref
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
import torch
from torch import Tensor

from complm_app.engine import codec
from complm_app.engine.attention import use_fast_kernels
from complm_app.engine.parts import Part, embedded, part_id, positions
from complm_app.engine.plans import (
    PieceOfAnswer,
    Prefilled,
    ReadEmbeddings,
    ReaderDone,
    ReadingPlan,
    ReadTokens,
)
from complm_app.engine.prefill import forward
from complm_app.engine.prefix import Prefix
from complm_app.engine.prompts import prompt_format
from complm_app.engine.protocol import Progress
from complm_app.engine.quoting import Sources, Spelling
from complm_app.engine.reader import ModelReader
from complm_app.engine.spans import Branch
from complm_app.errors import OutOfMemoryError, RequestError
from tests.tiny_models import ARCHITECTURES, TEXT, WINDOW, make_model, make_text_tokenizer

LINES = TEXT.splitlines()
SLIDING = ("gemma3", "mistral")


def make_reader(
    architecture: str = "qwen3",
    *,
    chat: bool = True,
    quotes: bool = False,
    chunk: int = 20,
    device: str = "cpu",
    dtype: torch.dtype = torch.float32,
) -> ModelReader:
    """In float32, so that equal means equal. The chunk is shorter than the documents."""
    tokenizer = make_text_tokenizer(chat)
    return ModelReader(
        make_model(architecture, tokenizer.source.eos_token_id).to(device, dtype),
        tokenizer,
        prompt_format(tokenizer),
        name=architecture,
        window=512,
        stop_ids=frozenset({tokenizer.source.eos_token_id}),
        quotes=quotes,
        chunk=chunk,
    )


def run_of(reader: ModelReader, line: int) -> ReadTokens:
    return ReadTokens(tuple(reader.tokenizer.text_ids(LINES[line] + "\n")))


def embeddings_of(reader: ModelReader, key: str, rows: int = 9) -> ReadEmbeddings:
    """CEs as they come from the cache: made up, yet of the size of token embeddings."""
    generator = torch.Generator().manual_seed(sum(key.encode()))
    scale = float(reader.model.get_input_embeddings().weight[:50].detach().std())
    return ReadEmbeddings(key, codec.encode(torch.randn(rows, 64, generator=generator) * scale))


def plan_of(
    reader: ModelReader,
    documents: Sequence[int | str] = (0, 1, "a", 2),
    question: str = "What sank?",
    verbatim: Sequence[int] = (),
    answer_tokens: int = 6,
) -> ReadingPlan:
    """Numbers are lines of TEXT, letters are CEs."""
    parts = tuple(
        run_of(reader, d) if isinstance(d, int) else embeddings_of(reader, d) for d in documents
    )
    lines = tuple(run_of(reader, line) for line in verbatim)
    sources = tuple(part.ids for part in (*parts, *lines) if isinstance(part, ReadTokens))
    return ReadingPlan(parts, lines, question, answer_tokens, sources)


def parts_of(reader: ModelReader, plan: ReadingPlan) -> list[Part]:
    tail = reader.prompt.tail(reader.tokenizer.text_ids(plan.question))
    passages = [ReadTokens(reader.prompt.passages)] if plan.verbatim else []
    start = ReadTokens(reader.prompt.before)
    turns = reader._turns(plan.earlier)
    return [start, *plan.documents, *turns, *passages, *plan.verbatim, ReadTokens(tuple(tail))]


@torch.inference_mode()
def logits_at_once(reader: ModelReader, plan: ReadingPlan, written: Sequence[int] = ()) -> Tensor:
    """One forward pass over the plan and what was written, without any cache."""
    device, dtype = reader.model.device, reader.model.dtype

    def embed(ids: Sequence[int]) -> Tensor:
        embedding: Tensor = reader.model.get_input_embeddings()(torch.tensor(ids, device=device))
        return embedding

    rows = [
        embed(part.ids)
        if isinstance(part, ReadTokens)
        else codec.decode(part.block).to(device, dtype)
        for part in parts_of(reader, plan)
    ]
    rows += [embed(written)] if written else []
    output = reader.model(inputs_embeds=torch.cat(rows)[None], use_cache=False)
    logits: Tensor = output.logits[0, -1]
    return logits


def logits_read(reader: ModelReader, plan: ReadingPlan) -> Tensor:
    """What the reader's own prefill comes to, on top of whatever it has kept."""
    everything = parts_of(reader, plan)
    documents = everything[: 1 + len(plan.documents)]
    turns = everything[len(documents) :][: len(plan.earlier)]
    prefix = reader.shelf.take([part_id(part) for part in (*documents, *turns)])
    question = everything[len(documents) + len(turns) :]
    steps = reader._prefill(prefix, documents, turns, question)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            reader._keep(prefix)
            logits: Tensor = end.value
            return logits


def answer_at_once(reader: ModelReader, plan: ReadingPlan) -> str:
    """The greedy answer, every token from a pass over everything."""
    written: list[int] = []
    while len(written) < plan.answer_tokens:
        token = int(logits_at_once(reader, plan, written).argmax())
        if token in reader.stop_ids:
            break
        written.append(token)
    return reader.tokenizer.text_of(written).strip()


def read(reader: ModelReader, plan: ReadingPlan) -> tuple[str, int]:
    """The answer, and the positions that were reused."""
    steps = list(reader.read(plan))
    done, [filled] = steps[-1], [step for step in steps if isinstance(step, Prefilled)]
    assert isinstance(done, ReaderDone)
    assert "".join(s.text for s in steps if isinstance(s, PieceOfAnswer)) == done.text
    return done.text, filled.reused_positions


def same(mine: Tensor, reference: Tensor) -> bool:
    return torch.allclose(mine, reference, rtol=1e-3, atol=1e-3)


@pytest.fixture(params=ARCHITECTURES)
def reader(request: pytest.FixtureRequest) -> ModelReader:
    return make_reader(request.param)


def test_reading_in_chunks_is_reading_at_once(reader: ModelReader) -> None:
    plan = plan_of(reader)
    assert sum(positions(part) for part in plan.documents) > 3 * max(reader.chunk, WINDOW)
    assert same(logits_read(reader, plan), logits_at_once(reader, plan))


def test_the_answer_is_the_one_without_any_cache(reader: ModelReader) -> None:
    plan = plan_of(reader)
    assert read(reader, plan)[0] == answer_at_once(reader, plan) != ""


def test_a_second_question_reads_no_document_again(reader: ModelReader) -> None:
    read(reader, plan_of(reader))
    second = plan_of(reader, question="Who was the captain of this ship?", verbatim=[1])
    documents = sum(map(positions, parts_of(reader, second)[: 1 + len(second.documents)]))
    assert same(logits_read(reader, second), logits_at_once(reader, second))
    text, reused = read(reader, second)
    assert (text, reused) == (answer_at_once(reader, second), documents)


def test_more_documents_are_read_on_top_of_those_before(reader: ModelReader) -> None:
    _, nothing = read(reader, plan_of(reader, [0, 1, "a"]))
    more = plan_of(reader, [0, 1, "a", "b", 3])
    assert same(logits_read(reader, more), logits_at_once(reader, more))
    _, reused = read(reader, plan_of(reader, [0, 1, "a", "b"]))
    assert (nothing, reused > 0) == (0, True)


def test_documents_that_differ_later_on_share_what_stands_before(reader: ModelReader) -> None:
    read(reader, plan_of(reader, [0, 1, "a", 2]))
    other = plan_of(reader, [0, 1, "b", 2])
    assert same(logits_read(reader, other), logits_at_once(reader, other))


@pytest.mark.parametrize("architecture", sorted(set(ARCHITECTURES) - set(SLIDING)))
def test_full_attention_goes_back_to_any_part(architecture: str) -> None:
    reader = make_reader(architecture)
    read(reader, plan_of(reader, [0, 1, "a", 2]))
    shared = plan_of(reader, [0, 1])
    expected = sum(map(positions, parts_of(reader, shared)[:3]))
    assert read(reader, plan_of(reader, [0, 1, "b", 2]))[1] == expected


def test_other_documents_leave_the_kept_ones_alone(reader: ModelReader) -> None:
    first, other = plan_of(reader, [0, 1]), plan_of(reader, [3, 4])
    assert read(reader, first)[1] == read(reader, other)[1] == 0
    assert read(reader, first)[1] > 0
    assert read(reader, other)[1] > 0
    assert same(logits_read(reader, first), logits_at_once(reader, first))


@pytest.mark.parametrize("steps", [1, 2, 3, 5, 7])
def test_closing_at_any_step_leaves_a_prefix_that_still_is_right(
    reader: ModelReader, steps: int
) -> None:
    plan = plan_of(reader)
    reading = reader.read(plan)
    for _ in range(steps):
        next(reading)
    reading.close()
    assert same(logits_read(reader, plan), logits_at_once(reader, plan))
    assert read(reader, plan)[0] == answer_at_once(reader, plan)


def test_a_question_asked_while_another_is_answered_does_not_disturb_it(
    reader: ModelReader,
) -> None:
    plan = plan_of(reader)
    slow = reader.read(plan)
    next(slow)
    read(reader, plan_of(reader, [0, 1, 3], question="Another?"))
    *_, done = slow
    assert done == ReaderDone(answer_at_once(reader, plan), True)


def test_a_long_reading_tells_how_far_it_is() -> None:
    reader = make_reader()
    steps = [step for step in reader.read(plan_of(reader)) if isinstance(step, Progress)]
    assert len(steps) > 3
    assert [step.done for step in steps] == sorted(step.done for step in steps)
    assert (
        steps[-1].done < steps[-1].total == sum(map(positions, parts_of(reader, plan_of(reader))))
    )


def test_overhead_is_what_reading_takes_beside_the_documents() -> None:
    reader = make_reader()
    plan = plan_of(reader, [0], verbatim=[1])
    [filled] = [step for step in reader.read(plan) if isinstance(step, Prefilled)]
    read_positions = positions(run_of(reader, 0)) + positions(run_of(reader, 1))
    assert filled.positions == reader.overhead(plan.question) + read_positions


def test_a_plan_that_does_not_fit_the_window_is_refused_before_reading() -> None:
    reader = make_reader()
    plan = plan_of(reader, [0, 1, 2, 3] * 5)
    with pytest.raises(RequestError, match="positions") as refused:
        next(reader.read(plan))
    assert "fewer documents" in refused.value.hint


def test_a_full_graphics_card_is_said_and_leaves_no_half_read_prefix(reader: ModelReader) -> None:
    """The second layer fails as PyTorch does, when the first has already read a chunk."""
    plan = plan_of(reader)
    reading = reader.read(plan)
    seen: list[weakref.ref[Tensor]] = []
    watch = reader.model.model.layers[0].register_forward_hook(
        lambda module, inputs, output: seen.append(weakref.ref(output))
    )
    next(reading)
    hook = reader.model.model.layers[1].register_forward_pre_hook(run_out_of_memory)
    with pytest.raises(OutOfMemoryError) as failed:
        list(reading)
    hook.remove()
    watch.remove()
    assert "fewer documents" in failed.value.hint
    assert all(kept() is None for kept in seen)  # although the error is still there
    assert read(reader, plan) == (answer_at_once(reader, plan), 0)


def run_out_of_memory(module: torch.nn.Module, inputs: object) -> None:
    raise torch.OutOfMemoryError("CUDA out of memory.")


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_quoting_models_write_only_what_stands_in_a_source(architecture: str) -> None:
    reader = make_reader(architecture, chat=False, quotes=True)
    questions = ["What?", "When did it sail?", "Who?", "How many cups of coffee?", "Where to?"]
    found = 0
    for question in questions:
        steps = list(reader.read(plan_of(reader, [0, 1, 2, 3, 4], question, answer_tokens=4)))
        done = steps[-1]
        assert isinstance(done, ReaderDone)
        assert done.text in TEXT
        assert done.found == bool(done.text)
        found += done.found
    assert found


def test_a_quoting_model_without_sources_finds_nothing() -> None:
    reader = make_reader(chat=False, quotes=True)
    *_, done = reader.read(plan_of(reader, ["a", "b"]))
    assert done == ReaderDone("", False)


@pytest.mark.parametrize("architecture", ["qwen3", "llama"])
def test_branches_read_side_by_side_equal_each_read_alone(architecture: str) -> None:
    reader = make_reader(architecture, chat=False, quotes=True)
    nothing = Sources((), Spelling.of(reader.tokenizer.pieces)).start

    def alone(*ids: int) -> torch.Tensor:
        prefix = Prefix(reader.model.config)
        return forward(reader.model, prefix, embedded(reader.model, [ReadTokens(ids)]))

    prefix = Prefix(reader.model.config)
    forward(reader.model, prefix, embedded(reader.model, [ReadTokens((5, 6, 7))]))
    first = [Branch(0.0, (8,), nothing, (0,)), Branch(0.0, (9,), nothing, (1,))]
    logits = reader._read_branches(prefix, 3, first, 0)
    torch.testing.assert_close(logits[1], alone(5, 6, 7, 9), rtol=1e-4, atol=1e-4)
    second = [Branch(0.0, (9, 10), nothing, (1, 2)), Branch(0.0, (8, 11), nothing, (0, 3))]
    logits = reader._read_branches(prefix, 3, second, 2)
    torch.testing.assert_close(logits[0], alone(5, 6, 7, 9, 10), rtol=1e-4, atol=1e-4)
    torch.testing.assert_close(logits[1], alone(5, 6, 7, 8, 11), rtol=1e-4, atol=1e-4)


class RunsOutOfMemory:
    """Fails as PyTorch does for chunks of more than `most` positions; counts how often."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.times = 0

    def __call__(self, module: torch.nn.Module, inputs: tuple[Tensor, ...]) -> None:
        if inputs[0].shape[1] > self.most:
            self.times += 1
            raise torch.OutOfMemoryError("CUDA out of memory.")


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_chunks_that_do_not_fit_into_memory_are_halved(architecture: str) -> None:
    reader = make_reader(architecture, chunk=256)
    read(reader, plan_of(reader, [0]))
    plan = plan_of(reader, [0, 1, "a", 2, 3, "b", 4])
    full = RunsOutOfMemory(most=80)
    hook = reader.model.model.layers[1].register_forward_pre_hook(full)
    assert same(logits_read(reader, plan), logits_at_once_without(hook, reader, plan))
    assert full.times > 0
    assert read(reader, plan)[0] == answer_at_once(reader, plan)


def logits_at_once_without(hook: Any, reader: ModelReader, plan: ReadingPlan) -> Tensor:
    hook.remove()
    return logits_at_once(reader, plan)


@pytest.mark.parametrize("chunk", [20, 512])
@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_the_attention_for_chunks_gives_the_logits_of_the_plain_one(
    architecture: str, chunk: int
) -> None:
    reader = make_reader(architecture, chunk=chunk)
    plan = plan_of(reader, verbatim=[1])
    plain = logits_at_once(reader, plan)
    use_fast_kernels(reader.model)
    assert same(logits_read(reader, plan), plain)
    assert same(logits_read(reader, plan), plain)
    assert same(logits_at_once(reader, plan), plain)


def test_the_window_is_as_large_as_memory_has_room_for() -> None:
    reader = make_reader()
    assert (reader.window, reader.limit) == (512, "")
    reader._window, reader._positions_free = 8192, lambda kept: 3000 + kept // 10**9
    assert reader.window == 3000
    assert "3,000 of the 8,192 positions" in reader.limit
    reader._positions_free = lambda kept: 10_000
    assert (reader.window, reader.limit) == (8192, "")


def test_kept_prefixes_make_room_for_a_longer_reading() -> None:
    reader = make_reader()
    read(reader, plan_of(reader, [3, 4]))
    reader._positions_free = lambda kept: 1_000_000 if kept else 0
    plan = plan_of(reader, [0, 1, "a"])
    assert read(reader, plan)[0] == answer_at_once(reader, plan)
    assert len(reader.shelf.kept) == 1


@pytest.mark.parametrize("chunk", [7, 20, 64])
def test_full_attention_reads_in_chunks_of_one_length_and_can_be_closed_in_any(chunk: int) -> None:
    """A kernel that is prepared for a length is then always given it; parts end inside chunks."""
    reader = make_reader(chunk=chunk)
    lengths: list[int] = []
    reader.model.model.layers[0].register_forward_pre_hook(
        lambda module, inputs: lengths.append(inputs[0].shape[1])
    )
    plan = plan_of(reader)
    total = sum(map(positions, parts_of(reader, plan)[: 1 + len(plan.documents)]))
    read(reader, replace(plan, answer_tokens=1))
    assert lengths[: total // chunk] == [chunk] * (total // chunk)
    for steps in range(1, total // chunk + 1):
        reader.shelf.clear()
        reading = reader.read(plan)
        for _ in range(steps):
            next(reading)
        reading.close()
        assert all(kept.length == kept.ends[-1] for kept in reader.shelf.kept)
        assert same(logits_read(reader, plan), logits_at_once(reader, plan))
