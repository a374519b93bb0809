from collections.abc import Generator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from complm_app.config import Settings, save_settings
from complm_app.core.cache import Cache
from complm_app.core.library import Library
from complm_app.engine.protocol import Event, Model
from complm_app.engine.workspace import Workspace
from complm_app.session import open_session, open_workspace, with_settings
from tests.fakes import make_model


def model_of(workspace: Workspace) -> Model:
    steps: Generator[Event, None, Model] = workspace.model()
    while True:
        try:
            next(steps)
        except StopIteration as end:
            model: Model = end.value
            return model


def test_a_model_is_loaded_anew_when_another_one_is_chosen_and_only_then(tmp_path: Path) -> None:
    choice = ["one"]
    with ExitStack() as stack:
        library = stack.enter_context(Library.open(tmp_path / "library.db"))
        cache = stack.enter_context(Cache.open(tmp_path / "cache.db"))
        workspace = Workspace(
            library,
            cache,
            lambda: replace(make_model(), name=choice[0]),
            choice=lambda: choice[0],
        )
        first = model_of(workspace)
        assert model_of(workspace) is first
        choice[0] = "two"
        assert model_of(workspace).name == "two"


@pytest.mark.parametrize("follow", [True, False])
def test_the_windows_workspace_follows_the_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, follow: bool
) -> None:
    def load(session: Any) -> Model:
        return replace(make_model(), name=session.model_folder.name)

    monkeypatch.setattr("complm_app.session.load", load)
    session = open_session(tmp_path)
    with open_workspace(session, follow) as workspace:
        assert model_of(workspace).name == "default_model"
        save_settings(session.paths.settings_file, Settings(model=tmp_path / "other"))
        assert model_of(workspace).name == ("other" if follow else "default_model")


def test_new_settings_name_the_model(tmp_path: Path) -> None:
    session = open_session(tmp_path)
    assert with_settings(session, Settings()) == session
    other = with_settings(session, Settings(model=tmp_path / "other"))
    assert other.model_folder == tmp_path / "other"
