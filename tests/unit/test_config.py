import dataclasses
import tomllib
from pathlib import Path

import pytest

from complm_app.config import Settings, load_settings, save_settings
from complm_app.errors import SettingsError


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "config" / "settings.toml"


def write(file: Path, text: str) -> Path:
    file.parent.mkdir(exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


def test_without_a_file_the_defaults_hold(file: Path) -> None:
    assert load_settings(file) == Settings()
    assert Settings().offline


def test_settings_survive_the_round_trip(file: Path) -> None:
    changed = Settings(
        model=Path('C:\\models\\"mine"\n\t\N{FERRY}\x7f'),
        device="cpu",
        quantization="nf4",
        ratio=4,
        answer_tokens=100,
        verbatim_tokens=0,
        cache_budget_bytes=0,
        embeddings_in_8_bits=True,
        prefixes_in_8_bits=True,
        offline=False,
        mirror="https://hub.example.org/hf",
        theme="dark",
        language="zh_Hans",
    )
    assert changed.model != Settings().model
    for each in dataclasses.fields(Settings):
        assert getattr(changed, each.name) != getattr(Settings(), each.name), each.name
    save_settings(file, changed)
    assert load_settings(file) == changed


def test_defaults_survive_the_round_trip_and_the_file_is_toml(file: Path) -> None:
    save_settings(file, Settings())
    assert load_settings(file) == Settings()
    assert tomllib.loads(file.read_text(encoding="utf-8"))["theme"] == "system"


def test_saving_replaces_the_file_and_leaves_nothing_beside_it(file: Path) -> None:
    save_settings(file, Settings(theme="dark"))
    save_settings(file, Settings(theme="light"))
    assert load_settings(file).theme == "light"
    assert list(file.parent.iterdir()) == [file]


def test_a_key_may_be_left_out(file: Path) -> None:
    assert load_settings(write(file, "ratio = 8\n")) == Settings(ratio=8)


def test_a_home_folder_is_filled_in(file: Path) -> None:
    model = load_settings(write(file, 'model = "~/models/one"\n')).model
    assert model == Path.home() / "models" / "one"


@pytest.mark.parametrize(
    ("line", "key", "value", "allowed"),
    [
        ('device = "gpu"', "device", "'gpu'", "auto, cpu, cuda, mps"),
        ("device = 1", "device", "1", "auto"),
        ('quantization = "q4"', "quantization", "'q4'", "nf4"),
        ("ratio = 3", "ratio", "3", "1, 2, 4, 8"),
        ('mirror = "http://hub.example.org"', "mirror", "'http://hub.example.org'", "https://"),
        ('mirror = "hub.example.org"', "mirror", "'hub.example.org'", "https://"),
        ("ratio = true", "ratio", "True", "1, 2, 4, 8"),
        ("ratio = 2.0", "ratio", "2.0", "1, 2, 4, 8"),
        ("answer_tokens = 0", "answer_tokens", "0", "from 1"),
        ("answer_tokens = true", "answer_tokens", "True", "whole number"),
        ("verbatim_tokens = -1", "verbatim_tokens", "-1", "from 0"),
        ("cache_budget_bytes = 1.5", "cache_budget_bytes", "1.5", "whole number"),
        ('offline = "no"', "offline", "'no'", "true or false"),
        ("offline = 0", "offline", "0", "true or false"),
        ("theme = []", "theme", "[]", "dark"),
        ('language = " "', "language", "' '", "system"),
        ("model = 7", "model", "7", "folder"),
        ("[model]\nname = 1", "model", "{'name': 1}", "folder"),
    ],
)
def test_a_bad_value_is_named_with_its_key_its_file_and_what_is_allowed(
    file: Path, line: str, key: str, value: str, allowed: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings(write(file, line))
    for named in (key, value, str(file)):
        assert named in caught.value.message
    assert allowed in caught.value.hint


def test_an_unknown_key_is_named_with_those_that_exist(file: Path) -> None:
    with pytest.raises(SettingsError, match="colour") as caught:
        load_settings(write(file, 'colour = "red"'))
    assert "theme" in caught.value.hint


@pytest.mark.parametrize("content", [b"ratio = ", b"ratio = 2\nratio = 4", b"\xff\xfe\0", b"a\0b"])
def test_a_file_that_is_not_toml_is_a_settings_error(file: Path, content: bytes) -> None:
    write(file, "")
    file.write_bytes(content)
    with pytest.raises(SettingsError) as caught:
        load_settings(file)
    assert str(file) in caught.value.message
    assert caught.value.hint


def test_a_folder_in_the_place_of_the_file_is_a_settings_error(file: Path) -> None:
    file.mkdir(parents=True)
    with pytest.raises(SettingsError):
        load_settings(file)
    with pytest.raises(SettingsError):
        save_settings(file, Settings())
    assert list(file.parent.iterdir()) == [file]


def test_bad_settings_are_not_written(file: Path) -> None:
    save_settings(file, Settings(ratio=2))
    with pytest.raises(SettingsError, match="ratio"):
        save_settings(file, Settings(ratio=5))
    assert load_settings(file).ratio == 2
