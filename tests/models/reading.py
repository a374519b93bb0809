"""A reader of a tiny model, plans for it, and what it should come to."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from complm_app.engine import codec
from complm_app.engine.extent_reading import Buffers
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
from complm_app.engine.reader import ModelReader
from tests.tiny_models import TEXT, make_model, make_text_tokenizer

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


def unlocked() -> Buffers:
    """What a graphics card takes prefixes out of, on a machine without one."""
    return Buffers(lambda size: torch.empty(size, dtype=torch.uint8))


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


def read_prefix(reader: ModelReader, documents: Sequence[int | str] = (0, 1, "a", 2)) -> Prefix:
    parts = parts_of(reader, plan_of(reader, documents))
    prefix = Prefix(reader.model.config)
    forward(reader.model, prefix, embedded(reader.model, parts))
    prefix.add([part_id(part) for part in parts], [positions(part) for part in parts])
    return prefix


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


class RunsOutOfMemory:
    """Fails as PyTorch does for chunks of more than `most` positions; counts how often."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.times = 0

    def __call__(self, module: torch.nn.Module, inputs: tuple[Tensor, ...]) -> None:
        if inputs[0].shape[1] > self.most:
            self.times += 1
            raise torch.OutOfMemoryError("CUDA out of memory.")
