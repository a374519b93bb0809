"""Segments into concept embeddings, with the adapter and readout of a model folder."""

from __future__ import annotations

import gc
import json
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import load_file
from torch import Tensor

from complm_app.core.keys import fingerprint
from complm_app.core.segments import SEGMENTATION_VERSION
from complm_app.engine import codec
from complm_app.engine.adapter import Adapter, adapter_of
from complm_app.engine.folder import (
    ADAPTER_FILE,
    ModelFolder,
    check_safetensors,
    digest,
)
from complm_app.engine.lanes import Lanes, lanes_for, shares_of
from complm_app.engine.memory import ModelSizes
from complm_app.engine.packing import (
    PACKING_VERSION,
    PackedSegments,
    flatten,
    pack_segments,
    slots_of,
)
from complm_app.engine.placement import device_memory
from complm_app.engine.protocol import EmbeddingBlock
from complm_app.engine.rates import Rate
from complm_app.engine.readout import (
    WEIGHTS_FILE,
    Readout,
    decoder_of,
    first_layers,
    read_out,
)
from complm_app.engine.rotary import fast_rotary
from complm_app.engine.stopped import card_lost
from complm_app.engine.tokenizer import ModelTokenizer
from complm_app.errors import ModelIncompatibleError, OutOfMemoryError, Phrase

_ON_CARD = 4096
_MOST_ON_CARD = 8 * _ON_CARD
_ON_PROCESSOR = 1024
_IN_LANE = 2048
"""Tokens that are compressed at once: on a processor at least, and at most in each lane."""
_LONGEST_STEP = 0.5
"""Seconds."""


class ModelCompressor:
    """protocol.Compressor: frozen model + LoRA + readout."""

    def __init__(
        self,
        model: Any,
        adapter: Adapter,
        readout: Readout,
        eos_id: int,
        identity: dict[str, object],
        eight_bits: bool = False,
    ) -> None:
        """`eight_bits`: CEs are stored as int8, with a scale for each."""
        self.model = model
        self.readout = readout
        self.segment_tokens = readout.config.segment_tokens
        self.ratios = readout.config.ratios
        self.adapter = adapter
        self._eos_id = eos_id
        self._eight_bits = eight_bits
        self._pace = Rate()
        self._lanes = Lanes(lanes_for(model))
        self._sizes = ModelSizes.of(model.config.get_text_config().to_dict())
        self._identity = {**identity, "stored": codec.INT8} if eight_bits else identity

    def fingerprint(self, ratio: int) -> str:
        """Changes with weights, adapter, readout, tokenizer, quantization, ratio, and the way
        that segments are cut and packed; not with the device, whose rounding is harmless."""
        return fingerprint("compressor", {**self._identity, "ratio": ratio})

    def batch_tokens(self) -> int:
        """As many as have been seen to take half a second, for which a question may have to wait:
        a processor is a fifth faster with more at once, and a graphics card that unpacks weights
        does it less often."""
        if self.works_ahead:
            return self._on_card() if self.adapter.unpacks else _ON_CARD
        in_time = int((self._pace.per_second or 0) * _LONGEST_STEP)
        return min(max(in_time, _ON_PROCESSOR), _IN_LANE * self._lanes.count)

    def _on_card(self) -> int:
        """Takes no more than half of the memory that need not stay free."""
        item, room = self.model.dtype.itemsize, device_memory("cuda").usable // 2
        return most_on_card(
            self._pace.seconds_for, lambda n: self._sizes.work_bytes(n, item, "nf4"), room
        )

    def compress(self, segments: Sequence[Sequence[int]], ratio: int) -> list[EmbeddingBlock]:
        """Raises OutOfMemoryError; a smaller batch may then still fit."""
        return self.begin(segments, ratio)()

    @property
    def works_ahead(self) -> bool:
        return bool(self.model.device.type == "cuda")

    def begin(
        self, segments: Sequence[Sequence[int]], ratio: int
    ) -> Callable[[], list[EmbeddingBlock]]:
        """Sets a graphics card to work, and returns what waits for it; on a processor, what does
        all the work. Both raise OutOfMemoryError, EngineStoppedError."""
        if not segments:
            return list
        rows = [-(-len(segment) // ratio) for segment in segments]
        if not self.works_ahead:
            return lambda: self._paced(segments, ratio, rows)
        begun, done = _timed_event(), _timed_event()
        begun.record()
        embeddings = self._embeddings([self._packed(segments, ratio)])
        there = torch.empty(embeddings.shape, dtype=embeddings.dtype, pin_memory=True)
        there.copy_(embeddings, non_blocking=True)
        done.record()

        def wait() -> list[EmbeddingBlock]:
            try:
                done.synchronize()
            except torch.AcceleratorError as e:
                raise card_lost() from e
            self._pace.add(sum(map(len, segments)), begun.elapsed_time(done) / 1000)
            return self._encoded(there, rows)

        return wait

    def _paced(
        self, segments: Sequence[Sequence[int]], ratio: int, rows: Sequence[int]
    ) -> list[EmbeddingBlock]:
        started = time.perf_counter()
        tokens = sum(map(len, segments))
        shares = shares_of(segments, self._lanes.shares(tokens))
        packed = [self._packed(share, ratio) for share in shares]
        made = self._encoded(self._embeddings(packed), rows)
        self._pace.add(tokens, time.perf_counter() - started)
        return made

    def _encoded(self, embeddings: Tensor, rows: Sequence[int]) -> list[EmbeddingBlock]:
        pieces = torch.split(embeddings.cpu(), list(rows))
        return [codec.encode(piece, self._eight_bits) for piece in pieces]

    def _packed(self, segments: Sequence[Sequence[int]], ratio: int) -> PackedSegments:
        """All in one row, which is as long as they are."""
        token_ids, lengths = flatten(segments)
        kind = self.readout.config.readout
        slots = slots_of(lengths, ratio) if kind == "eos" else np.zeros_like(lengths)
        row_tokens = int((lengths + slots).sum())
        return pack_segments(token_ids, lengths, ratio, kind, self._eos_id, row_tokens)

    @torch.inference_mode()
    def _embeddings(self, packed: Sequence[PackedSegments]) -> Tensor:
        """(CEs, width): those of all shares, one after another."""
        try:
            with self._in_model():
                parts = self._lanes.run(self._read_out, packed)
            return parts[0] if len(parts) == 1 else torch.cat(parts)
        except torch.OutOfMemoryError as e:
            e.__traceback__ = None  # it would hold on to the work that did not fit
            gc.collect()
            if self.works_ahead:
                torch.cuda.empty_cache()
            raise OutOfMemoryError(
                "There is not enough memory on the graphics card to compress.",
                "Close other programs that use the graphics card.",
            ) from e
        except torch.AcceleratorError as e:
            raise card_lost() from e

    @contextmanager
    def _in_model(self) -> Iterator[None]:
        """Inside the block the model is the compressor's, for all lanes."""
        decoder, layers = decoder_of(self.model), self.readout.config.layers
        with self.adapter.on(), fast_rotary(self.model), first_layers(decoder, layers):
            yield

    @torch.inference_mode()  # each thread has its own
    def _read_out(self, packed: PackedSegments) -> Tensor:
        return read_out(self.model, self.readout, packed)


def _timed_event() -> Any:
    return torch.cuda.Event(enable_timing=True)  # type: ignore[no-untyped-call]


def most_on_card(
    seconds_for: Callable[[int], float | None], bytes_for: Callable[[int], int], room_bytes: int
) -> int:
    """Tokens, for a graphics card that unpacks the weights in every pass. With 4,096 that takes a
    recent one as long as all the rest; one that is slower finds more of them to take too long."""
    tokens = _ON_CARD
    while tokens < _MOST_ON_CARD:
        seconds = seconds_for(2 * tokens)
        if seconds is None or seconds > _LONGEST_STEP or bytes_for(2 * tokens) > room_bytes:
            break
        tokens *= 2
    return tokens


def load_compressor(
    found: ModelFolder,
    model: Any,
    tokenizer: ModelTokenizer,
    quantization: str,
    eight_bits: bool = False,
    room_bytes: int = 0,
) -> ModelCompressor | None:
    """None where the folder has none. Raises ModelIncompatibleError for one that does not fit.

    It may take `room_bytes` to be faster.
    """
    folder = found.compressor
    if folder is None:
        return None
    readout = Readout.load(folder)
    if readout.config.width != model.config.hidden_size:
        raise _does_not_fit(
            folder,
            Phrase(
                "its width is {width}, the model's {expected}",
                width=readout.config.width,
                expected=model.config.hidden_size,
            ),
        )
    readout.to(model.device, model.dtype).eval().requires_grad_(False)
    adapter = adapter_of(_load_adapter(folder, model), readout.config.layers, room_bytes)
    identity = _identity(found, folder, readout, tokenizer, quantization)
    eos_id = tokenizer.source.eos_token_id
    return ModelCompressor(model, adapter, readout, eos_id, identity, eight_bits)


def _load_adapter(folder: Path, model: Any) -> Any:
    """A PeftModel: the LoRA layers, put into the model."""
    from peft import PeftConfig, PeftModel, set_peft_model_state_dict

    check_safetensors(folder / ADAPTER_FILE)
    try:
        config = PeftConfig.from_pretrained(str(folder))
        config.inference_mode = True
        wrapped = PeftModel(model, config, autocast_adapter_dtype=False)
        report = set_peft_model_state_dict(wrapped, load_file(folder / ADAPTER_FILE))
    except Exception as e:  # peft raises ValueError, RuntimeError, TypeError and more
        raise _does_not_fit(folder, Phrase("{reason}", reason=e)) from e
    missing = [name for name in report.missing_keys if "lora_" in name]
    if missing or report.unexpected_keys:
        raise _does_not_fit(
            folder, Phrase("{name} has no counterpart", name=[*missing, *report.unexpected_keys][0])
        )
    for name, parameter in wrapped.named_parameters():
        if "lora_" in name:
            parameter.data = parameter.data.to(model.device, model.dtype)
    return wrapped


def _identity(
    found: ModelFolder,
    folder: Path,
    readout: Readout,
    tokenizer: ModelTokenizer,
    quantization: str,
) -> dict[str, object]:
    return {
        "weights": digest(found.weights),
        "quantization": quantization,
        "adapter": digest([folder / ADAPTER_FILE, folder / "adapter_config.json"]),
        "readout": digest([folder / WEIGHTS_FILE]),
        "config": json.dumps(asdict(readout.config), sort_keys=True),
        "tokenizer": tokenizer.fingerprint,
        "segmentation": SEGMENTATION_VERSION,
        "packing": PACKING_VERSION,
    }


def _does_not_fit(folder: Path, why: Phrase) -> ModelIncompatibleError:
    return ModelIncompatibleError(
        "The compressor in {folder} does not fit the model: {reason}.",
        "Remove the folder to use the model without a compressor, or train it again.",
        folder=folder,
        reason=why,
    )
