"""Greedy decoding in which a step is always the same work in the same memory.

So a CUDA graph of it can be recorded once and replayed for every token: a model of 36 layers tells
a graphics card of well over a thousand small operations, which takes longer than doing them.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

import torch
from torch import Tensor

from complm_app.engine.attention import has_fast_kernels
from complm_app.engine.cache_layers import RewindableLayer, WindowLayer
from complm_app.engine.filled_attention import FilledMask, filled_mask_of
from complm_app.engine.prefill import writing_to
from complm_app.engine.prefix import Prefix
from complm_app.engine.rotary import fast_rotary

log = logging.getLogger(__name__)

Memory: TypeAlias = tuple[tuple[int, int], ...]
"""Where tensors lie, and how many positions they hold."""

_GRAPHS_FAIL = "_complm_graphs_fail"
"""An attribute of a model whose steps cannot be recorded: it is not tried again."""


def can_step(model: Any, prefix: Prefix) -> bool:
    """Whether every layer of the cache can be fixed as it is now, and the masks can be named."""
    layers = prefix.cache.layers
    return (
        has_fast_kernels(model)
        and not getattr(model, "is_loaded_in_8bit", False)  # which asks the processor each time
        and all(isinstance(layer, RewindableLayer | WindowLayer) for layer in layers)
        and all(layer.is_full for layer in layers if isinstance(layer, WindowLayer))
    )


@dataclass(frozen=True, slots=True)
class _Told:
    """A token on its way from the device."""

    there: Tensor
    """(1, 1) int64 on the CPU."""
    arrived: Any
    """A CUDA event; None: it is there."""

    def token(self) -> int:
        if self.arrived is not None:
            self.arrived.synchronize()
        return int(self.there)


def _told(token: Tensor) -> _Told:
    """A copy, made before a later step puts another token into its place."""
    if not token.is_cuda:
        return _Told(token.clone(), None)
    there = torch.empty(token.shape, dtype=token.dtype, pin_memory=True)
    there.copy_(token, non_blocking=True)
    return _Told(there, torch.cuda.current_stream(token.device).record_event())


class Steps:
    """One token after another on top of a prefix, which it belongs to.

    `ahead`: a step begins before the last one's token is known here, so that a graphics card does
    not wait for Python between two tokens; the step after the last token is for nothing. None:
    on a graphics card. Not with sliding windows, which cannot forget what they have read.
    """

    def __init__(self, model: Any, ahead: bool | None = None) -> None:
        self._model = model
        device = model.device
        self._ahead = device.type == "cuda" if ahead is None else ahead
        self._token = torch.zeros(1, 1, dtype=torch.int64, device=device)
        self._position = torch.zeros(1, dtype=torch.int64, device=device)
        self._used = torch.zeros(1, dtype=torch.int32, device=device)
        self._masks: FilledMask | dict[str, FilledMask] | None = None
        self._memory: Memory = ()
        self._graph: torch.cuda.CUDAGraph | None = None
        self._no_room = False
        """For a graph, in the memory that there is now."""

    @torch.inference_mode()
    def run(self, prefix: Prefix, token: int, most: int) -> Iterator[int]:
        """Reads the token, yields the likeliest next one, reads that, and so on, at most `most`.

        Raises torch.OutOfMemoryError. Closing it leaves the prefix with what was read.
        """
        length = prefix.length
        self._token.fill_(token)
        self._position.fill_(length)
        self._used.fill_(length + 1)
        for layer in prefix.cache.layers:
            layer.fix(self._position, length + most)
        can_forget = all(isinstance(layer, RewindableLayer) for layer in prefix.cache.layers)
        ahead = 1 if self._ahead and can_forget else 0
        told: deque[_Told] = deque()
        left = most
        try:
            self._look_at(prefix)
            for _ in range(most):
                while left and len(told) <= ahead:
                    self._step(prefix)
                    told.append(_told(self._token))
                    left -= 1
                length += 1
                yield told.popleft().token()
        finally:
            for layer in prefix.cache.layers:
                layer.let_go(length)

    def _look_at(self, prefix: Prefix) -> None:
        """What was recorded holds as long as the prefix stays in the same memory."""
        memory = _memory_of(prefix)
        if memory != self._memory:
            self._graph, self._memory, self._no_room = None, memory, False
            self._masks = self._named_masks(prefix)

    def _step(self, prefix: Prefix) -> None:
        if self._graph is not None:
            self._graph.replay()
        elif not self._may_record():
            self._forward(prefix)
        else:
            self._step_and_record(prefix)

    def _may_record(self) -> bool:
        fails = self._no_room or hasattr(self._model, _GRAPHS_FAIL)
        return self._model.device.type == "cuda" and not fails

    def _step_and_record(self, prefix: Prefix) -> None:
        """The step itself warms up what the graph's own memory must not hold."""
        aside = torch.cuda.Stream()  # type: ignore[no-untyped-call]
        aside.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(aside):
            self._forward(prefix)
        torch.cuda.current_stream().wait_stream(aside)
        graph = torch.cuda.CUDAGraph()
        try:
            with torch.cuda.graph(graph, capture_error_mode="thread_local"):
                self._forward(prefix)
        except torch.OutOfMemoryError:
            self._no_room = True
            return
        except RuntimeError as e:  # an operation that needs the processor, as in LLM.int8
            log.info("this model writes without CUDA graphs: %s", e)
            setattr(self._model, _GRAPHS_FAIL, True)
            return
        self._graph = graph

    def _forward(self, prefix: Prefix) -> None:
        """Reads the token; puts the likeliest next one into its place."""
        with fast_rotary(self._model):
            result = self._model(
                inputs_embeds=self._model.get_input_embeddings()(self._token),
                attention_mask=self._masks,
                position_ids=self._position[None],
                logits_to_keep=1,
                **writing_to(self._model, prefix),
            )
        self._token.copy_(result.logits[0, -1].float().argmax().view(1, 1))
        self._position.add_(1)
        self._used.add_(1)

    def _named_masks(self, prefix: Prefix) -> FilledMask | dict[str, FilledMask]:
        """For each kind of layer, where the model has several."""
        masks = [self._named_mask(layer) for layer in prefix.cache.layers]
        kinds = getattr(self._model.config, "layer_types", None) or ()
        return dict(zip(kinds, masks, strict=False)) if len(set(kinds)) > 1 else masks[0]

    def _named_mask(self, layer: RewindableLayer | WindowLayer) -> FilledMask:
        device = self._model.device
        if isinstance(layer, WindowLayer):
            return filled_mask_of(None, layer.sliding_window, device)
        return filled_mask_of(self._used, layer.room, device)


def _memory_of(prefix: Prefix) -> Memory:
    return tuple((t.data_ptr(), t.shape[-2]) for x in prefix.cache.layers for t in x.memory)
