"""How much of a model's answers a compressor keeps: measured, written down, and judged."""

from __future__ import annotations

import json
import time
from collections.abc import Generator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from complm_app.engine.folder import ADAPTER_FILE, ModelFolder
from complm_app.engine.installed import read_source
from complm_app.engine.protocol import Model, Progress
from complm_app.engine.readout import CompressorConfig
from complm_app.engine.workspace import mode_of
from complm_app.errors import ComplmError
from complm_app.training.corpus import Question
from complm_app.training.evaluation import Paragraph, ask_paragraph, asking, f1, read_paragraph

REPORT_FILE = "report.json"
LEAST_KEPT = 0.8


@dataclass(frozen=True, slots=True)
class RatioScore:
    """`f1`: overlap with the uncompressed model's own answers, in percent. `kept`: what is kept of
    the gain that reading brings over not reading: 1 as uncompressed, 0 as without the text."""

    ratio: int
    f1: float
    kept: float


@dataclass(frozen=True, slots=True)
class Report:
    """Of questions that were not trained on."""

    model: str
    n: int
    """Questions that the uncompressed model answers; its F1 with itself is 100."""
    without_text_f1: float
    """Of answers to the same questions without the text, in percent."""
    usual_ratio: int
    ratios: tuple[RatioScore, ...]
    seconds: float

    @property
    def kept(self) -> float:
        """At the usual ratio."""
        return next(score.kept for score in self.ratios if score.ratio == self.usual_ratio)


def measure(
    model: Model, questions: Sequence[Question], usual_ratio: int | None
) -> Generator[Progress, None, Report | None]:
    """Asks each question of its paragraph uncompressed, at every ratio, and without the text.

    Where a model only quotes, it may quote the paragraph in each case, so that the constraint
    itself counts for nothing. None where it answers none of them.
    """
    assert model.compressor is not None
    ratios = sorted(model.compressor.ratios)
    modes = {ratio: mode_of(model, ratio) for ratio in (1, *ratios)}
    started = time.perf_counter()
    overlaps: list[list[float]] = []
    done = 0
    for context, asked in groupby(questions, lambda question: question.context):
        whole, *compressed = (read_paragraph(mode, context) for mode in modes.values())
        readings = [Paragraph((), whole.ids), *compressed]
        for question in asked:
            done += 1
            if own := ask_paragraph(model, whole, question.question):
                answers = [ask_paragraph(model, each, question.question) for each in readings]
                overlaps.append([f1(answer, [own]) for answer in answers])
            yield asking(done, len(questions), time.perf_counter() - started)
    if not overlaps:
        return None
    return _report(model, overlaps, ratios, usual_ratio, time.perf_counter() - started)


def _report(
    model: Model,
    overlaps: Sequence[Sequence[float]],
    ratios: Sequence[int],
    usual_ratio: int | None,
    seconds: float,
) -> Report:
    n = len(overlaps)
    without, *scores = (sum(column) / n for column in zip(*overlaps, strict=True))
    gain = 1 - without
    return Report(
        model=model.name,
        n=n,
        without_text_f1=100 * without,
        usual_ratio=next((ratio for ratio in ratios if ratio == usual_ratio), min(ratios)),
        ratios=tuple(
            RatioScore(ratio, 100 * score, max(0.0, (score - without) / gain) if gain else 0.0)
            for ratio, score in zip(ratios, scores, strict=True)
        ),
        seconds=seconds,
    )


def check_kept(report: Report | None, compressor: Path) -> None:
    """Raises ComplmError for a compressor that should not be used."""
    again = (
        f"Train longer or on more text; or install it anyway with --insist. It is in {compressor}."
    )
    if report is None:
        raise ComplmError(
            "Nothing could be measured: how good the compressor is, is unknown.", again
        )
    if report.kept < LEAST_KEPT:
        raise ComplmError(
            f"At ratio {report.usual_ratio} the compressor keeps {report.kept:.0%} of what the "
            f"documents' text adds to the answers; {LEAST_KEPT:.0%} are needed to install it.",
            again,
        )


def lines(report: Report) -> list[str]:
    """For people."""
    return [
        f"{report.n} questions that were not learned from, against the uncompressed answers:",
        *(
            f"  ratio {score.ratio}: F1 {score.f1:.1f}, {score.kept:.0%} kept"
            for score in report.ratios
        ),
        f"  without the text: F1 {report.without_text_f1:.1f}",
    ]


def write(
    report: Report | None, compressor: Path, model: ModelFolder, recipe: Mapping[str, Any]
) -> None:
    """report.json, and a model card as PEFT's adapters have one, into the compressor's folder."""
    values = None if report is None else asdict(report) | {"kept": report.kept}
    text = json.dumps({"report": values, "recipe": recipe}, indent=2)
    (compressor / REPORT_FILE).write_text(text + "\n", encoding="utf-8")
    source = read_source(model.path)
    base = source.repo if source else model.settings.name
    _name_base(compressor, base)
    config = CompressorConfig(**json.loads((compressor / "compressor.json").read_text()))
    (compressor / "README.md").write_text(_card(report, base, config, recipe), encoding="utf-8")


def _name_base(compressor: Path, base: str) -> None:
    """Into the adapter's settings, where PEFT looks for the model that it belongs to."""
    file = compressor / "adapter_config.json"
    settings = json.loads(file.read_text(encoding="utf-8"))
    settings["base_model_name_or_path"] = base
    file.write_text(json.dumps(settings, indent=2, sort_keys=True) + "\n", encoding="utf-8")


def _card(
    report: Report | None, base: str, config: CompressorConfig, recipe: Mapping[str, Any]
) -> str:
    ratios = ", ".join(map(str, config.ratios))
    direction = "both directions" if config.bidirectional else "one direction"
    measured = "Nothing was measured."
    if report is not None:
        rows = [f"| {s.ratio} | {s.f1:.1f} | {s.kept:.0%} |" for s in report.ratios]
        table = ["| tokens per embedding | F1 | kept |", "|---|---|---|", *rows]
        table.append(f"| without the text | {report.without_text_f1:.1f} | 0% |")
        measured = "\n".join(
            [
                f"{report.n} questions that were not learned from. F1 is the overlap of words with",
                "the answers that the model gives when it reads the text uncompressed. Kept is the",
                "share of what reading adds to answering without the text.",
                "",
                *table,
            ]
        )
    options = "\n".join(f"- {name}: {value}" for name, value in recipe.items())
    return f"""---
base_model: {json.dumps(base)}
library_name: peft
tags:
- lora
- context-compression
- complm
---

# A compressor for {base}

Turns text into embeddings that {base} reads in the place of tokens: one for every {ratios} tokens.
The model itself stays as it is. Each segment of at most {config.segment_tokens} tokens is read
alone, in {direction}, and read out by `{config.readout}`, in the way of CompLLM (arXiv 2509.19228).
The files are a LoRA in PEFT's format (`{ADAPTER_FILE}`) and the readout (`readout.safetensors`,
`compressor.json`). CompLM uses them from the folder `compressor` of the model's folder.

## What it keeps

{measured}

## How it was trained

{options}
"""
