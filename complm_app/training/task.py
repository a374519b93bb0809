"""One training step's forward pass: contexts as tokens or as CEs, questions as branches, a loss."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor, nn

from complm_app.engine.codec import onto
from complm_app.engine.readout import Readout, concept_embeddings
from complm_app.training.attention import block_mask, in_blocks, layer_masks
from complm_app.training.batches import Batch
from complm_app.training.weights import adapter


@dataclass(frozen=True, slots=True)
class Loss:
    """`total` has the gradient; the others are for people, means over positions."""

    total: Tensor
    answer: Tensor
    context: Tensor
    right: Tensor
    """Share of answer tokens whose greedy prediction is right."""
    apart: Tensor
    """KL divergence of answers from CEs from the same answers from tokens."""

    def values(self) -> dict[str, Tensor]:
        return {
            "answer": self.answer,
            "context": self.context,
            "right": self.right,
            "apart": self.apart,
        }


def hidden_states(
    model: Any, embeddings: Tensor, batch: Batch, every_layer: bool = False
) -> tuple[Tensor, ...]:
    """(rows, length, width) input embeddings -> hidden states after the last norm; with
    `every_layer` all layers' outputs, the last norm's last."""
    decoder = getattr(model, model.base_model_prefix)
    device = embeddings.device
    group, branch = _to(batch.group, device), _to(batch.branch, device)
    position = _to(batch.position, device)
    output = decoder(
        inputs_embeds=embeddings,
        attention_mask=layer_masks(decoder, group, branch, position),
        position_ids=position,
        use_cache=False,
        output_hidden_states=every_layer,
    )
    return tuple(output.hidden_states[1:]) if every_layer else (output.last_hidden_state,)


def last_hidden_states(model: Any, embeddings: Tensor, batch: Batch) -> Tensor:
    """The same for the bundled reader's own architecture: attention in blocks, where it is
    compiled into kernels that can be differentiated."""
    device = embeddings.device
    decoder = getattr(model, model.base_model_prefix)
    if device.type != "cuda" or decoder.layers[0]._compiled_call_impl is None:
        return hidden_states(model, embeddings, batch)[-1]
    mask = block_mask(_to(batch.group, device), _to(batch.branch, device))
    with in_blocks(decoder):
        states: Tensor = decoder(
            inputs_embeds=embeddings,
            attention_mask=mask,
            position_ids=_to(batch.position, device),
            use_cache=False,
        ).last_hidden_state
    return states


def logits_of(model: Any, states: Tensor) -> Tensor:
    """(n, width) last hidden states -> (n, vocabulary) float32, scaled and capped as the model
    does it."""
    config = model.config
    logits: Tensor = model.get_output_embeddings()(states).float()
    logits = logits * (getattr(config, "logit_scale", None) or 1.0)
    logits = logits / (getattr(config, "logits_scaling", None) or 1.0)
    cap = getattr(config, "final_logit_softcapping", None)
    return logits if cap is None else torch.tanh(logits / cap) * cap


def input_embeddings(model: Any, readout: Readout | None, batch: Batch) -> Tensor:
    """Token embeddings, with CEs in the places of the contexts that are read compressed."""
    embed = model.get_input_embeddings()
    device = embed.weight.device
    embeddings: Tensor = embed(_to(batch.input_ids, device))
    if readout is None or batch.segments is None:
        return embeddings
    with adapter(model, on=True):
        concepts = concept_embeddings(model, readout, batch.segments)
    places = _to(batch.embedding_places(), device)
    # Not by indexing: its gradient would add up row by row what many places have in common.
    flat = embeddings.flatten(0, 1)
    placed = flat.index_copy(0, places, concepts[: len(places)].to(flat.dtype))
    return placed.view_as(embeddings)


class ReadingTask(nn.Module):
    """Next tokens of contexts and of answers. One module, so that it can be trained on several
    devices as a whole."""

    def __init__(self, model: Any, readout: Readout | None) -> None:
        super().__init__()
        self.model = model
        self.readout = readout
        self._token_losses = token_losses
        self._divergences = divergences

    def compile_losses(self) -> None:
        self._token_losses = torch.compile(token_losses, dynamic=True)
        self._divergences = torch.compile(divergences, dynamic=True)

    def forward(self, batch: Batch) -> Loss:
        embeddings = input_embeddings(self.model, self.readout, batch)
        device = embeddings.device
        if torch.is_autocast_enabled(device.type):
            # What is added up from layer to layer has the precision that it has when answering.
            embeddings = embeddings.to(torch.get_autocast_dtype(device.type))
        with adapter(self.model, on=False):
            hidden = last_hidden_states(self.model, embeddings, batch)
        label = _to(batch.label, device)
        states = hidden.flatten(0, 1).index_select(0, _to(batch.label_at, device))
        head = self.model.get_output_embeddings().weight
        loss, logits = self._token_losses(states, head, label)
        summed = _summed(loss, logits, label, _to(batch.weight, device), batch.answers)
        if not len(batch.student):
            return summed
        student = states.index_select(0, _to(batch.student, device))
        teacher = logits.index_select(0, _to(batch.teacher, device))
        apart = self._divergences(student, head, teacher).mean()
        share = len(batch.student) / max(batch.answers, 1)
        return replace(summed, total=summed.total + share * apart, apart=apart.detach())


def token_losses(states: Tensor, head: Tensor, label: Tensor) -> tuple[Tensor, Tensor]:
    """(n, width) last hidden states, (vocabulary, width), (n,) -> (n,) cross entropy, float32, and
    (n, vocabulary) logits."""
    logits = nn.functional.linear(states, head)
    return nn.functional.cross_entropy(logits.float(), label, reduction="none"), logits.detach()


def divergences(student: Tensor, head: Tensor, teacher: Tensor) -> Tensor:
    """(n, width) last hidden states, (vocabulary, width), (n, vocabulary) logits that are not
    learned from -> (n,) KL(teacher || student), float32."""
    own = nn.functional.linear(student, head).float().log_softmax(-1)
    wanted = teacher.float().log_softmax(-1)
    return (wanted.exp() * (wanted - own)).sum(-1)


def compiled(task: Any, wanted: bool) -> Any:
    """The task on the device that training runs on, its model's layers compiled if wanted."""
    if torch.cuda.is_available():
        task.cuda()
    if wanted:
        # Layer by layer: all share what is compiled for the first. Compressor and reader have few
        # shapes, each with its own kernels.
        for layer in getattr(task.model, task.model.base_model_prefix).layers:
            layer.compile(dynamic=False)
        if isinstance(task, ReadingTask):
            task.compile_losses()
    return task


def _summed(loss: Tensor, logits: Tensor, label: Tensor, weight: Tensor, answers: int) -> Loss:
    used = (weight > 0).float()
    rest = used[answers:].sum().clamp(min=1)
    right = (logits[:answers].argmax(-1) == label[:answers]).float()
    return Loss(
        total=(loss * weight).sum() / weight.sum().clamp(min=1),
        answer=loss[:answers].mean().detach() if answers else loss.new_zeros(()),
        context=((loss[answers:] * used[answers:]).sum() / rest).detach(),
        right=right.mean() if answers else loss.new_zeros(()),
        apart=loss.new_zeros(()),
    )


def _to(values: Any, device: torch.device) -> Tensor:
    return onto(device, torch.from_numpy(values))
