"""Hidden states into concept embeddings: the trained head of a compressor, and its forward pass."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from complm_app.engine.attention import has_fast_kernels
from complm_app.engine.codec import onto
from complm_app.engine.packing import PackedSegments, ReadoutKind
from complm_app.engine.segment_attention import segment_mask_of
from complm_app.errors import ModelIncompatibleError

CONFIG_FILE = "compressor.json"
WEIGHTS_FILE = "readout.safetensors"


@dataclass(frozen=True, slots=True)
class CompressorConfig:
    """What `compressor.json` holds."""

    readout: ReadoutKind
    ratios: tuple[int, ...]
    segment_tokens: int
    width: int
    bidirectional: bool
    """Whether a segment's tokens see the whole segment, or only what stands before them."""
    layers: int | None = None
    """How many of the model's layers are run; None: all."""
    version: int = 1


class Readout(nn.Module):
    """`mean`: CE = mean token embedding + linear(mean hidden state) over neighbouring tokens.
    `eos`: CE = linear(hidden state of an end-of-text slot), as in CompLLM (arXiv 2509.19228).
    """

    def __init__(self, config: CompressorConfig) -> None:
        super().__init__()
        self.config = config
        self.linear = nn.Linear(config.width, config.width)
        nn.init.zeros_(self.linear.bias)
        if config.readout == "mean":
            nn.init.zeros_(self.linear.weight)
        else:
            nn.init.normal_(self.linear.weight, std=0.02 / config.width**0.5)

    def forward(self, hidden: Tensor, embeddings: Tensor, slot: Tensor, slots: int) -> Tensor:
        """(rows, length, width) twice and (rows, length) -> (slots, width), same dtype."""
        # What belongs to no slot goes to one more, which is cut off: to pick out the others would
        # mean to wait for the device.
        flat = slot.flatten()
        index = torch.where(flat < 0, slots, flat)
        states = hidden.flatten(0, 1)
        if self.config.readout == "eos":
            read: Tensor = self.linear(states)
            return read.new_zeros(slots + 1, read.shape[-1]).index_add(0, index, read)[:slots]
        means = _mean_by_slot(states, index, slots)
        skip = _mean_by_slot(embeddings.flatten(0, 1), index, slots)
        update: Tensor = self.linear(means)
        return skip + update

    def save(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        config = json.dumps(asdict(self.config), indent=2)
        (folder / CONFIG_FILE).write_text(config + "\n", encoding="utf-8")
        state = {name: value.detach().contiguous() for name, value in self.state_dict().items()}
        save_file(state, folder / WEIGHTS_FILE)

    @classmethod
    def load(cls, folder: Path) -> Readout:
        """Raises ModelIncompatibleError for a folder that holds no such readout."""
        try:
            values = json.loads((folder / CONFIG_FILE).read_text(encoding="utf-8"))
            config = CompressorConfig(**{**values, "ratios": tuple(values["ratios"])})
            readout = cls(config)
            readout.load_state_dict(load_file(folder / WEIGHTS_FILE))
        except Exception as e:
            raise ModelIncompatibleError(
                "The compressor in {folder} cannot be read: {reason}",
                "Remove the folder to use the model without a compressor, or train it again.",
                folder=folder,
                reason=e,
            ) from e
        return readout


def _mean_by_slot(values: Tensor, index: Tensor, slots: int) -> Tensor:
    """(n, width), (n,) -> (slots, width): means over the values with the same index < slots."""
    total = torch.zeros(slots + 1, values.shape[-1], dtype=torch.float32, device=values.device)
    total = total.index_add(0, index, values.float())
    count = torch.zeros(slots + 1, dtype=torch.float32, device=values.device)
    count = count.index_add(0, index, torch.ones_like(index, dtype=torch.float32)).clamp(min=1)
    return (total / count[:, None]).to(values.dtype)[:slots]


@contextmanager
def first_layers(decoder: Any, layers: int | None) -> Iterator[None]:
    """Runs only the first `layers` of a transformers decoder, inside the block."""
    if layers is None:
        yield
        return
    everything = decoder.layers
    kept = decoder.config.num_hidden_layers
    decoder.layers = everything[:layers]
    decoder.config.num_hidden_layers = layers
    try:
        yield
    finally:
        decoder.layers = everything
        decoder.config.num_hidden_layers = kept


def segment_mask(segment: Tensor, bidirectional: bool) -> Tensor:
    """(rows, length) segment numbers -> (rows, 1, length, length) bool, True: may attend.

    Padding attends to itself, so that no row of the softmax is empty.
    """
    length = segment.shape[-1]
    same = segment[:, :, None] == segment[:, None, :]
    if not bidirectional:
        same = same & torch.ones(length, length, dtype=torch.bool, device=segment.device).tril()
    return same[:, None]


def concept_embeddings(model: Any, readout: Readout, packed: PackedSegments) -> Tensor:
    """Packed segments -> (slots, width) CEs, in the model's own input space.

    `model` is a transformers causal LM whose compressor adapter is switched on by the caller.
    The source is each segment alone: nothing of another segment is attended to.
    """
    with first_layers(decoder_of(model), readout.config.layers):
        return read_out(model, readout, packed)


def decoder_of(model: Any) -> Any:
    """A causal LM without its head."""
    return getattr(model, model.base_model_prefix)


def read_out(model: Any, readout: Readout, packed: PackedSegments) -> Tensor:
    """`concept_embeddings` of a model of which the caller has only the layers run that it should:
    changes nothing in it, so that several threads can do this at once."""
    decoder = decoder_of(model)
    device = decoder.embed_tokens.weight.device
    mask = _mask(model, packed, readout.config.bidirectional, device)
    embeddings = decoder.embed_tokens(onto(device, torch.from_numpy(packed.input_ids)))
    hidden = decoder(
        inputs_embeds=embeddings,
        attention_mask=mask_for(decoder, mask),
        position_ids=onto(device, torch.from_numpy(packed.position)),
        use_cache=False,
    ).last_hidden_state
    slot = onto(device, torch.from_numpy(packed.slot))
    embedded: Tensor = readout(hidden, embeddings, slot, packed.slots)
    return embedded


def _mask(model: Any, packed: PackedSegments, bidirectional: bool, device: torch.device) -> Tensor:
    """Named, where segments stand in one row without padding and the model reads with our
    attention; else written out, as the model's own takes it."""
    if len(packed.segment) == 1 and packed.segment.all() and has_fast_kernels(model):
        return segment_mask_of(np.bincount(packed.segment[0])[1:], bidirectional, device)
    seen = segment_mask(onto(device, torch.from_numpy(packed.segment)), bidirectional)
    if model.config._attn_implementation != "eager":
        return seen
    least = torch.finfo(model.dtype).min
    return torch.zeros(seen.shape, dtype=model.dtype, device=device).masked_fill(~seen, least)


def mask_for(decoder: Any, mask: Tensor) -> Any:
    """A 4-D mask in the form that the decoder takes: one for each kind of layer, where it has
    several (Gemma3)."""
    kinds = set(getattr(decoder.config, "layer_types", None) or ())
    return dict.fromkeys(kinds, mask) if len(kinds) > 1 else mask
