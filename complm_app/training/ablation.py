"""What each part of a compressor is worth: one trained for each variant, all else the same.

The comparisons that CompLLM's reviewers asked for. The reader stays frozen; where the model has a
compressor of its own, as one that was trained together with its reader, that is measured too.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from complm_app.engine.folder import COMPRESSOR_FOLDER, inspect
from complm_app.engine.loading import load_model
from complm_app.training.compressor import CompressorOptions, LossWeights
from complm_app.training.documents import hold_out
from complm_app.training.loop import Report, Say
from complm_app.training.making import Making, Watch, make_compressor
from complm_app.training.report import REPORT_FILE, RatioScore, measure

BASE = "base"
OWN = "own"


@dataclass(frozen=True, slots=True)
class Cell:
    """A variant: what it changes of the base's CompressorOptions."""

    name: str
    about: str
    changes: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Row:
    """A variant's figures, as `report.RatioScore` has them, by ratio."""

    cell: str
    about: str
    n: int
    scores: tuple[RatioScore, ...]


def cells_of(base: CompressorOptions) -> list[Cell]:
    """The base, and every variant of one part of it. Raises ModelError."""
    layers = inspect(base.model).config["num_hidden_layers"]
    own = [Cell(OWN, "the compressor that the model has", {})]
    both = replace(base.answers, minutes=base.text.minutes + base.answers.minutes)
    no_text = {"text": replace(base.text, minutes=0.0), "answers": both}
    sizes = [size for size in (20, 64, 128) if size != base.segment_tokens]
    return [
        *(own if (base.model / COMPRESSOR_FOLDER).exists() else []),
        Cell(BASE, "mean, both directions, half depth, plain text first, both losses", {}),
        Cell("causal", "mean, one direction", {"bidirectional": False}),
        Cell(
            "eos", "slots, one direction (the paper's)", {"readout": "eos", "bidirectional": False}
        ),
        *(Cell(f"s{n}", f"segments of {n} tokens", {"segment_tokens": n}) for n in sizes),
        Cell("deep", f"all {layers} layers", {"layers": None}),
        Cell("hidden", "hidden-state loss alone", {"losses": LossWeights(1.0, 0.0)}),
        Cell("kl", "KL divergence alone", {"losses": LossWeights(0.0, 1.0)}),
        Cell("no-text", "without the stage on plain text", no_text),
    ]


def ablate(
    base: CompressorOptions, cells: Sequence[Cell], watch: Watch, steps: Report, say: Say
) -> Iterator[Row]:
    """Trains and measures what is not there yet in the run's folder, variant after variant. Raises
    ModelError, RequestError."""
    for cell in cells:
        if cell.name == OWN:
            yield from _own(base, cell, watch, say)
            continue
        options = replace(
            base, **{**cell.changes, "folder": base.folder / cell.name, "prepared": base.folder}
        )
        made = options.folder / "answers" / "compressor" / REPORT_FILE
        if not made.exists():
            say(f"{cell.name}: {cell.about}")
            make_compressor(Making(options, None, 0), watch, steps, say)
        if report := json.loads(made.read_text(encoding="utf-8"))["report"]:
            scores = tuple(RatioScore(**score) for score in report["ratios"])
            yield Row(cell.name, cell.about, report["n"], scores)


def _own(base: CompressorOptions, cell: Cell, watch: Watch, say: Say) -> Iterator[Row]:
    """Measured with the same questions as what is trained."""
    say(f"{cell.name}: {cell.about}")
    questions = hold_out(base.data)[1]
    usual = inspect(base.model).settings.usual_ratio
    if report := watch(measure(load_model(base.model), questions, usual)):
        scores = tuple(score for score in report.ratios if score.ratio in base.ratios)
        yield Row(cell.name, cell.about, report.n, scores)


def table(rows: Sequence[Row]) -> str:
    """Markdown: how much of the uncompressed answers each variant keeps."""
    if not rows:
        return ""
    ratios = [score.ratio for score in rows[0].scores]
    heads = ["variant", *(f"kept at {ratio}x" for ratio in ratios)]
    lines = [f"| {' | '.join(heads)} |", "|" + "---|" * len(heads)]
    for row in rows:
        kept = [f"{score.kept:.0%} (F1 {score.f1:.1f})" for score in row.scores]
        lines.append(f"| {row.cell}: {row.about} | {' | '.join(kept)} |")
    return "\n".join(lines)
