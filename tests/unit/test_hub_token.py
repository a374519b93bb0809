import stat
import sys
from pathlib import Path

import pytest

from complm_app.errors import SettingsError
from complm_app.hub_token import load_token, save_token


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("HF_TOKEN", raising=False)
    return tmp_path / "config" / "hub_token"


def test_a_token_is_kept_until_an_empty_one_is_stored(file: Path) -> None:
    assert load_token(file) is None
    save_token(file, " hf_one\n")
    assert load_token(file) == "hf_one"
    save_token(file, "")
    assert load_token(file) is None
    assert not file.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps rights elsewhere")
def test_nobody_else_can_read_a_token_even_where_an_open_file_was_before(file: Path) -> None:
    file.parent.mkdir()
    file.write_text("old")
    file.chmod(0o644)
    save_token(file, "hf_one")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_the_file_comes_before_the_variable(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_variable")
    assert load_token(file) == "hf_variable"
    save_token(file, "hf_file")
    assert load_token(file) == "hf_file"


def test_what_is_no_token_is_refused_and_not_repeated(file: Path) -> None:
    with pytest.raises(SettingsError) as error:
        save_token(file, "my secret")
    assert "my secret" not in f"{error.value.message}{error.value.hint}"
    assert not file.exists()
