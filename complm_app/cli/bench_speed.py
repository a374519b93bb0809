"""`complm bench speed` and `complm bench plot`: how fast a model reads, on this computer."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from complm_app.cli.options import add_json, positive, session_of
from complm_app.cli.output import Output
from complm_app.errors import RequestError

if TYPE_CHECKING:
    from complm_app.plots import Line

DTYPES = ("bf16", "fp8", "nf4")
HEADS = (
    *("tokens", "ratio", "dtype", "full", "online eos", "online", "cached", "prefix"),
    *("from disk", "KV", "decode/s", "peak"),
)
LINES = (
    ("full_s", "uncompressed, transformers"),
    ("online_eos_s", "compress online, eos"),
    ("online_s", "compress online"),
    ("cached_s", "embeddings from disk"),
    ("prefix_disk_s", "prefix from disk"),
    ("prefix_s", "kept prefix"),
)


def register(kinds: Any) -> None:
    text = (
        "times to the first token, decoding, KV and memory of a model, against the same model "
        "without compression"
    )
    speed = kinds.add_parser("speed", help=text, description=text)
    _add_subject(speed)
    speed.add_argument("--ratios", type=numbers, default=(2,), metavar="N,...")
    speed.add_argument("--runs", type=positive, default=3, metavar="N", help="take the median of N")
    speed.add_argument("--plot", type=Path, metavar="FILE", help="also draw a chart, as PNG")
    add_json(speed)
    speed.set_defaults(run=run_speed)
    text = "what is planned of a graphics card's memory, against what reading then takes"
    memory = kinds.add_parser("memory", help=text, description=text)
    _add_subject(memory)
    add_json(memory)
    memory.set_defaults(run=run_memory)
    text = "draw the chart of rows that `bench speed --json` printed"
    plot = kinds.add_parser("plot", help=text, description=text)
    plot.add_argument("rows", type=Path, metavar="ROWS.json")
    plot.add_argument("file", type=Path, metavar="FILE.png")
    plot.set_defaults(run=run_plot)


def _add_subject(parser: Any) -> None:
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--model", type=Path, metavar="DIR", help="a model folder")
    which.add_argument(
        "--shape",
        metavar="NAME",
        help="random weights in the shape of qwen3-4b, qwen3-1.7b, llama-3.2-3b, gemma-3-4b, tiny",
    )
    parser.add_argument(
        "--lengths", type=numbers, default=(1000, 4000), metavar="N,...", help="tokens, by commas"
    )
    parser.add_argument(
        "--dtype", type=dtypes, default=("bf16",), metavar="NAME", help="bf16, fp8, nf4, by commas"
    )
    parser.add_argument("--device", choices=("auto", "cpu", "cuda"), default="auto")


def run_memory(args: argparse.Namespace) -> int:
    """Planned and measured bytes, each row as soon as it is known."""
    from complm_app.speed.planned import PARTS, compare
    from complm_app.speed.run import SpeedRequest
    from complm_app.terminal import size

    out: Output = args.out
    model = args.shape or args.model or session_of(args).model_folder
    request = SpeedRequest(model, args.lengths, (2,), args.dtype, args.device)
    rows = []
    for row in compare(request):
        rows.append(row)
        out.note(json.dumps(row))
        for part in (*PARTS, "total"):
            planned, found = size(row[f"{part}_planned_bytes"]), size(row[f"{part}_bytes"])
            name = f"{row['tokens']:,} tokens, {row['dtype']}, {part}"
            out.say(f"{name:40} {planned:>10} planned {found:>10} taken")
    out.value(rows)
    return 0


def run_speed(args: argparse.Namespace) -> int:
    from complm_app.speed.run import SpeedRequest, measure

    out: Output = args.out
    model = args.shape or args.model or session_of(args).model_folder
    request = SpeedRequest(model, args.lengths, args.ratios, args.dtype, args.device, args.runs)
    rows: list[dict[str, Any]] = []
    for row in measure(request, lambda text: out.note(f"  {text}")):
        rows.append(row)
        out.note(json.dumps(row))
    out.value(rows)
    out.say(table(rows))
    if args.plot:
        draw(chart_lines(rows), args.plot)
        out.note(f"The chart is in {args.plot}.")
    return 0


def run_plot(args: argparse.Namespace) -> int:
    try:
        rows = json.loads(args.rows.read_text(encoding="utf-8"))
        lines = chart_lines(rows)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as e:
        raise RequestError(
            f"{args.rows} holds no rows of `complm bench speed --json`: {e}.", "Choose another."
        ) from e
    draw(lines, args.file)
    args.out.say(f"The chart is in {args.file}.")
    return 0


def numbers(text: str) -> tuple[int, ...]:
    return tuple(positive(each) for each in text.split(","))


def dtypes(text: str) -> tuple[str, ...]:
    names = tuple(text.split(","))
    if not set(names) <= set(DTYPES):
        raise argparse.ArgumentTypeError(f"{text} is not one of {', '.join(DTYPES)}")
    return names


# ---- what is shown


def table(rows: Sequence[dict[str, Any]]) -> str:
    """Seconds to the first token, and in brackets how many times faster than uncompressed."""
    lines = [HEADS, *(_shown(row) for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEADS))]
    return "\n".join(
        "  ".join(cell.rjust(width) for cell, width in zip(line, widths, strict=True))
        for line in lines
    )


def _shown(row: dict[str, Any]) -> tuple[str, ...]:
    from complm_app.terminal import size

    full = row["full_s"]
    kv = row["kv_bytes"] / row["kv_bytes_full"] if row["kv_bytes_full"] and row["kv_bytes"] else 0
    decode = f"{row['decode_full_tps'] or 0:.0f} -> {row['decode_tps'] or 0:.0f}"
    columns = ("online_eos_s", "online_s", "cached_s", "prefix_s", "prefix_disk_s")
    return (
        f"{row['tokens']:,}",
        f"{row['ratio']}",
        row["dtype"],
        _seconds(full, None),
        *(_seconds(row[column], full) for column in columns),
        f"{kv:.1%}" if kv else "-",
        decode,
        size(row["peak_bytes"]),
    )


def _seconds(value: float | None, full: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:.3g} s" + (f" ({full / value:.1f}x)" if full else "")


def chart_lines(rows: Sequence[dict[str, Any]]) -> list[Line]:
    """The uncompressed line once for each dtype, the others for each ratio. One color a column."""
    from complm_app.plots import Line

    found: dict[tuple[str, int, int], dict[float, float]] = {}
    kinds = sorted({(row["dtype"], row["ratio"]) for row in rows})
    several = len({dtype for dtype, _ in kinds}) > 1
    for color, (column, name) in enumerate(LINES):
        for row in rows:
            if row[column] is None:
                continue
            dtype = f", {row['dtype']}" if several else ""
            ratio = "" if column == "full_s" else f", {row['ratio']}x"
            dashes = kinds.index((row["dtype"], row["ratio"])) if ratio else 0
            key = (f"{name}{ratio}{dtype}", color, dashes)
            found.setdefault(key, {})[row["tokens"]] = row[column]
    return [
        Line(name, tuple(sorted(points.items())), color, dashes)
        for (name, color, dashes), points in found.items()
    ]


def draw(lines: Sequence[Line], path: Path) -> None:
    from complm_app.plots import Chart, save_charts

    chart = Chart("Time to the first token", "tokens of the document", "seconds", lines)
    save_charts([chart], path)
