from pathlib import Path

import pytest

from complm_app.errors import StoreError
from complm_app.paths import Paths


def test_a_data_dir_moves_everything_below_one_folder(tmp_path: Path) -> None:
    paths = Paths.under(tmp_path / "mine")
    for path in (paths.library_db, paths.cache_db, paths.settings_file, paths.models):
        assert path.is_relative_to(tmp_path / "mine")


def test_a_relative_data_dir_does_not_follow_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert Paths.under(Path("mine")).data == tmp_path / "mine"


def test_the_usual_folders_are_the_systems_and_made_by_nobody_yet() -> None:
    paths = Paths.default()
    assert len({paths.library_db, paths.cache_db, paths.settings_file, paths.models}) == 4
    assert all("complm" in str(path).lower() for path in (paths.data, paths.cache, paths.config))
    assert all(path.is_absolute() for path in (paths.data, paths.cache, paths.config))


def test_create_makes_all_folders_and_may_be_called_again(tmp_path: Path) -> None:
    paths = Paths.under(tmp_path / "a" / "b")
    paths.create()
    paths.create()
    for file in (paths.library_db, paths.cache_db, paths.settings_file):
        assert file.parent.is_dir()
    assert paths.models.is_dir()


def test_a_folder_that_cannot_be_made_is_a_store_error_with_a_hint(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreError) as caught:
        Paths.under(tmp_path / "file").create()
    assert "--data-dir" in caught.value.hint
    with pytest.raises(StoreError):
        Paths.under(tmp_path / "nul\0").create()
