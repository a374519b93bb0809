"""Arguments that several commands share."""

from __future__ import annotations

import argparse
from pathlib import Path

from complm_app.session import Session, open_session


def add_json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print one JSON value and nothing else")


def add_model(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--model", type=Path, metavar="DIR", help="a model folder (default: from the settings)"
    )


def add_ratio(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--ratio",
        type=positive,
        metavar="N",
        help="tokens per concept embedding, 1: no compression (default: the model's usual one)",
    )


def positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a whole number above 0")
    return number


def session_of(args: argparse.Namespace) -> Session:
    return open_session(args.data_dir, getattr(args, "model", None))
