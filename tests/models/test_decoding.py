"""Steps that are always the same work write what plain decoding writes, token for token."""

from __future__ import annotations

import pytest
import torch
from reading import logits_at_once, logits_read, make_reader, plan_of, read, read_prefix, same

from complm_app.engine.attention import use_fast_kernels
from complm_app.engine.decoding import Steps, can_step
from complm_app.engine.parts import embedded
from complm_app.engine.plans import ReadTokens
from complm_app.engine.prefill import forward
from complm_app.engine.prefix import Prefix
from complm_app.engine.reader import ModelReader
from tests.tiny_models import ARCHITECTURES

DEVICES = (
    "cpu",
    pytest.param(
        "cuda",
        marks=pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no CUDA device"),
    ),
)


@pytest.fixture(params=DEVICES)
def device(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture(params=ARCHITECTURES)
def reader(request: pytest.FixtureRequest, device: str) -> ModelReader:
    made = make_reader(request.param, device=device)
    use_fast_kernels(made.model)
    return made


def plainly(reader: ModelReader, prefix: Prefix, token: int, most: int) -> list[int]:
    written = []
    for _ in range(most):
        read_token = embedded(reader.model, [ReadTokens((token,))])
        token = int(forward(reader.model, prefix, read_token).argmax())
        written.append(token)
    return written


@pytest.mark.parametrize("ahead", [False, True])
def test_steps_write_what_plain_decoding_writes(reader: ModelReader, ahead: bool) -> None:
    stepped, plain = read_prefix(reader), read_prefix(reader)
    assert can_step(reader.model, stepped)
    steps = Steps(reader.model, ahead)
    assert list(steps.run(stepped, 40, 30)) == plainly(reader, plain, 40, 30)
    assert stepped.length == plain.length
    # And again on top of that, with what was recorded, and beyond the memory there was.
    assert list(steps.run(stepped, 41, 5)) == plainly(reader, plain, 41, 5)
    assert list(steps.run(stepped, 42, 700)) == plainly(reader, plain, 42, 700)


@pytest.mark.parametrize("ahead", [False, True])
def test_after_steps_that_were_broken_off_reading_goes_on_as_if_they_had_been_plain(
    reader: ModelReader, ahead: bool
) -> None:
    stepped, plain = read_prefix(reader), read_prefix(reader)
    running = Steps(reader.model, ahead).run(stepped, 40, 30)
    written = [next(running) for _ in range(7)]
    running.close()
    assert written == plainly(reader, plain, 40, 7)
    more = embedded(reader.model, [ReadTokens((50, 51, 52))])
    pair = (forward(reader.model, each, more) for each in (stepped, plain))
    assert same(*pair)


def test_a_step_is_begun_before_the_last_token_is_known_and_none_too_many(
    reader: ModelReader,
) -> None:
    passes: list[int] = []
    hook = reader.model.model.layers[0].register_forward_pre_hook(lambda *_: passes.append(1))
    prefix = read_prefix(reader)
    passes.clear()
    running = Steps(reader.model, ahead=True).run(prefix, 40, 3)
    begun = []
    for _ in range(3):
        next(running)
        begun.append(len(passes))
    hook.remove()
    if reader.model.device.type == "cpu":  # a card records a pass and replays it
        assert begun == ([2, 3, 3] if prefix.can_branch else [1, 2, 3])
    running.close()
    assert prefix.length == read_prefix(reader).length + 3


def test_a_window_that_is_not_full_is_not_stepped_on() -> None:
    reader = make_reader("gemma3")
    use_fast_kernels(reader.model)
    prefix = Prefix(reader.model.config)
    forward(reader.model, prefix, embedded(reader.model, [ReadTokens((5, 6, 7))]))
    assert not can_step(reader.model, prefix)


def test_the_next_questions_are_answered_as_without_steps(
    reader: ModelReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = make_reader(reader.name)
    if reader.model.device.type == "cpu":  # which decodes plainly: there is nothing to gain

        def following(prefix: Prefix, token: int, most: int):  # type: ignore[no-untyped-def]
            prefix.steps = prefix.steps or Steps(reader.model)
            yield from prefix.steps.run(prefix, token, most)

        monkeypatch.setattr(reader, "_following", following)
    for documents, question in (
        ((0, 1, "a"), "Who?"),
        ((0, 1, "a"), "What was the cargo of the ship, and how many passengers were on board?"),
        ((0, 1, "a", 2, 3), "When?"),
        ((0, 1), "Where?"),
    ):
        plan = plan_of(plain, documents, question, answer_tokens=20)
        assert read(reader, plan)[0] == read(plain, plan)[0] != ""
    last = plan_of(plain, (0, 1, "a"), "Who?")
    assert same(logits_read(reader, last).cpu(), logits_at_once(plain, last))
