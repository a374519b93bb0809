"""Each kind of tiny model, made once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import torch

from complm_app.engine.protocol import Model
from complm_app.engine.reader import ModelReader
from tests.tiny_models import ARCHITECTURES, add_compressor, save_model


def pytest_addoption(parser: pytest.Parser, pluginmanager: pytest.PytestPluginManager) -> None:
    """These tests need no window: without pytest-qt, its settings are known nevertheless."""
    if not pluginmanager.hasplugin("pytest-qt"):
        for name in ("qt_api", "qt_log_level_fail"):
            parser.addini(name, "of pytest-qt")


@pytest.fixture(scope="session", autouse=True)
def _one_thread() -> Iterator[None]:
    """Models this small gain nothing from more, and lose much where other tests are running."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="session")
def model_folder(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Makes each kind of folder once; the tests only read it."""
    made: dict[tuple[Any, ...], Path] = {}

    def folder(architecture: str, readout: str | None = None, answers: str = "free") -> Path:
        key = (architecture, readout, answers)
        if key not in made:
            made[key] = tmp_path_factory.mktemp("model") / architecture
            save_model(made[key], architecture, answers=answers)
            if readout:
                add_compressor(made[key], readout)
        return made[key]

    return folder


@pytest.fixture(scope="session")
def load(model_folder: Callable[..., Path]) -> Callable[..., Model]:
    """Loads a model on the CPU, anew for every call."""
    from complm_app.engine.loading import load_model

    def loaded(architecture: str, readout: str | None = None, answers: str = "free") -> Model:
        return load_model(model_folder(architecture, readout, answers), device="cpu")

    return loaded


@pytest.fixture(params=ARCHITECTURES)
def reader(request: pytest.FixtureRequest) -> ModelReader:
    """In float32, with chunks that are shorter than the documents."""
    from reading import make_reader

    return make_reader(request.param)
