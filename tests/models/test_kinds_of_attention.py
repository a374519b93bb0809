"""Fast kernels are only asked for what they can do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import torch
from reading import logits_at_once, logits_read, plan_of

from complm_app.engine import codec
from complm_app.engine.attention import are_fast, has_fast_kernels, is_new_enough
from complm_app.engine.compressor import ModelCompressor
from complm_app.engine.loading import load_model
from complm_app.engine.reader import ModelReader


@pytest.fixture(autouse=True)
def no_card_is_remembered() -> Iterator[None]:
    is_new_enough.cache_clear()
    yield
    is_new_enough.cache_clear()


@pytest.mark.parametrize(
    ("capability", "dtype", "width", "fast"),
    [
        ((9, 0), torch.bfloat16, 128, True),
        ((8, 0), torch.float16, 256, True),
        ((7, 5), torch.float16, 128, False),  # Turing
        ((9, 0), torch.float32, 128, False),
        ((9, 0), torch.bfloat16, 100, False),
        ((9, 0), torch.bfloat16, 512, False),
    ],
)
def test_a_card_is_fast_for_what_its_kernels_take(
    monkeypatch: pytest.MonkeyPatch,
    capability: tuple[int, int],
    dtype: torch.dtype,
    width: int,
    fast: bool,
) -> None:
    monkeypatch.setattr(torch.cuda, "get_device_capability", lambda device: capability)
    assert are_fast(torch.device("cuda"), dtype, width) is fast
    assert not are_fast(torch.device("cpu"), dtype, width)


def test_a_model_whose_scores_are_bent_keeps_its_own_attention(
    model_folder: Callable[..., Path],
) -> None:
    """Gemma2: no fast kernel has its soft cap."""
    model = load_model(model_folder("gemma2", "mean"), "cpu", "none")
    assert isinstance(model.reader, ModelReader)
    assert isinstance(model.compressor, ModelCompressor)
    assert not has_fast_kernels(model.reader.model)
    model.reader.chunk = 20
    long = plan_of(model.reader, (0, 1, "a", 2))
    mine, reference = logits_read(model.reader, long), logits_at_once(model.reader, long)
    assert torch.nn.functional.cosine_similarity(mine, reference.float(), 0) > 0.999

    segments = [tuple(range(5, 15)), tuple(range(20, 27))]
    together = model.compressor.compress(segments, 2)
    alone = [block for each in segments for block in model.compressor.compress([each], 2)]
    for one, other in zip(together, alone, strict=True):
        torch.testing.assert_close(codec.decode(one), codec.decode(other), rtol=0.02, atol=0.02)
