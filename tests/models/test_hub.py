"""Downloads from a hub on this computer, with all that can go wrong on the way."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from complm_app.engine.hub import download_model, wanted
from complm_app.engine.installed import (
    SOURCE_FILE,
    describe,
    folders,
    read_source,
    staging_folder,
    unfinished,
)
from complm_app.engine.loading import load_model
from complm_app.engine.protocol import DownloadRequest, Event, Installed, Progress
from complm_app.errors import (
    ChecksumError,
    ComplmError,
    DownloadError,
    GatedError,
    ModelIncompatibleError,
    NoNetworkError,
    NotOnHubError,
    OfflineError,
    StoreFullError,
)
from tests.hub_server import Hub, serve

REPO = "ferry/Aurora-1B"
WEIGHTS = "model.safetensors"


@pytest.fixture
def hub(model_folder: Callable[..., Path]) -> Iterator[Hub]:
    """Has a tiny model, with what real ones have beside it that nobody needs."""
    folder = model_folder("qwen3", "mean")
    files = {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }
    files |= {
        "modeling_aurora.py": b"print('code of the model')",
        "pytorch_model.bin": b"pickle",
        "consolidated.safetensors": b"the weights once more",
        "original/params.json": b"{}",
        "README.md": b"# Aurora",
    }
    with serve({REPO: files}) as served:
        yield served


@pytest.fixture
def models(tmp_path: Path) -> Path:
    folder = tmp_path / "models"
    folder.mkdir()
    return folder


def request(hub: Hub, models: Path, repo: str = REPO, **changes: object) -> DownloadRequest:
    values: dict[str, object] = {"endpoint": hub.url, "offline": False, **changes}
    return DownloadRequest(repo, models, **values)  # type: ignore[arg-type]


def download(hub: Hub, models: Path, repo: str = REPO, **changes: object) -> list[Event]:
    return list(download_model(request(hub, models, repo, **changes)))


def test_a_downloaded_model_loads_and_has_no_code_and_no_pickles(hub: Hub, models: Path) -> None:
    *events, installed = download(hub, models)
    assert isinstance(installed, Installed)
    assert installed.folder == models / "Aurora-1B"
    names = {f.relative_to(installed.folder).as_posix() for f in installed.folder.rglob("*.*")}
    unwanted = {
        "modeling_aurora.py",
        "pytorch_model.bin",
        "consolidated.safetensors",
        "original/params.json",
        "compressor/README.md",
    }
    assert names == (set(hub.repos[REPO]) - unwanted) | {SOURCE_FILE}
    assert load_model(installed.folder, "cpu").compressor is not None
    assert folders(models) == [installed.folder]
    assert describe(installed.folder).repo == REPO
    bytes_seen = [e.done for e in events if isinstance(e, Progress) and e.stage == "downloading"]
    assert bytes_seen == sorted(bytes_seen)
    last = [e for e in events if isinstance(e, Progress)][-2]
    assert last.done <= last.total == sum(len(hub.repos[REPO][n]) for n in names - {SOURCE_FILE})


def test_a_connection_that_breaks_goes_on_where_it_was(hub: Hub, models: Path) -> None:
    hub.cut_after[WEIGHTS] = 5000
    assert isinstance(download(hub, models)[-1], Installed)
    assert hub.asked_for(WEIGHTS) == [None, "bytes=5000-"]


def test_a_download_that_was_stopped_goes_on_where_it_was(hub: Hub, models: Path) -> None:
    hub.hold.clear()
    half = len(hub.repos[REPO][WEIGHTS]) // 2
    job = download_model(request(hub, models))
    while not hub.asked_for(WEIGHTS) or part_size(models) < half:
        next(job)
    before = time.monotonic()
    job.close()  # while the hub sends nothing
    assert time.monotonic() - before < 1
    [stopped] = unfinished(models)
    assert stopped.repo == REPO
    assert stopped.size_bytes > half
    assert folders(models) == []

    hub.hold.set()
    hub.asked.clear()
    assert isinstance(download(hub, models)[-1], Installed)
    assert hub.asked == [(WEIGHTS, f"bytes={half}-")]
    assert unfinished(models) == []


def part_size(models: Path) -> int:
    parts = staging_folder(models, REPO).glob(f"{WEIGHTS}.*")
    return max((part.stat().st_size for part in parts), default=0)


def test_a_hub_that_sends_only_whole_files_is_asked_from_the_start(hub: Hub, models: Path) -> None:
    hub.cut_after[WEIGHTS] = 5000
    hub.ignores_ranges = True
    [*_, installed] = download(hub, models)
    assert isinstance(installed, Installed)
    assert (installed.folder / WEIGHTS).read_bytes() == hub.repos[REPO][WEIGHTS]


@pytest.mark.parametrize("path", [WEIGHTS, "config.json", "tokenizer.json"])
def test_a_byte_that_arrives_wrong_is_found_and_only_its_file_fetched_again(
    hub: Hub, models: Path, path: str
) -> None:
    hub.corrupt.add(path)
    with pytest.raises(ChecksumError, match=path) as error:
        download(hub, models)
    assert error.value.hint
    assert folders(models) == []
    arrived = arrived_whole(models)
    hub.corrupt.clear()
    hub.asked.clear()
    assert isinstance(download(hub, models)[-1], Installed)
    assert path in {name for name, _ in hub.asked}
    assert arrived.isdisjoint(name for name, _ in hub.asked)


def arrived_whole(models: Path) -> set[str]:
    source = read_source(staging_folder(models, REPO))
    return set(source.files) if source else set()


def test_a_byte_that_changed_on_the_disk_is_found_too(hub: Hub, models: Path) -> None:
    hub.hold.clear()
    job = download_model(request(hub, models))
    while part_size(models) < 1000:
        next(job)
    job.close()
    [part] = staging_folder(models, REPO).glob(f"{WEIGHTS}.*")
    content = bytearray(part.read_bytes())
    content[500] ^= 1
    part.write_bytes(content)
    hub.hold.set()
    with pytest.raises(ChecksumError, match=WEIGHTS):
        download(hub, models)


def test_a_hub_that_is_busy_for_a_moment_is_asked_again(hub: Hub, models: Path) -> None:
    hub.status["tokenizer.json"] = [503]
    assert isinstance(download(hub, models)[-1], Installed)
    assert len(hub.asked_for("tokenizer.json")) == 2


def test_nothing_is_asked_while_the_offline_switch_is_on(hub: Hub, models: Path) -> None:
    with pytest.raises(OfflineError, match="stay offline"):
        download(hub, models, offline=True)
    assert not hub.tokens
    assert list(models.iterdir()) == []


def test_a_gated_model_needs_the_right_token(hub: Hub, models: Path) -> None:
    hub.gated.add(REPO)
    with pytest.raises(GatedError, match="accepted its conditions") as error:
        download(hub, models)
    assert hub.url in error.value.hint
    with pytest.raises(GatedError, match="not given you access"):
        download(hub, models, token="hf_wrong")
    assert isinstance(download(hub, models, token=hub.token)[-1], Installed)
    assert hub.tokens == {None, "Bearer hf_wrong", f"Bearer {hub.token}"}


def test_a_token_is_in_no_text_of_the_request(hub: Hub, models: Path) -> None:
    assert "hf_secret" not in repr(request(hub, models, token="hf_secret"))


def test_a_computer_without_network_is_told_so(hub: Hub, models: Path) -> None:
    with pytest.raises(NoNetworkError, match="cannot be reached"):
        download(hub, models, endpoint="http://127.0.0.1:9")


@pytest.mark.parametrize("name", ["ferry/Boreas", "ferry/Bore as", "../../etc", "a/b/c", ""])
def test_a_model_that_is_not_there_is_told_so(hub: Hub, models: Path, name: str) -> None:
    with pytest.raises(DownloadError) as error:
        download(hub, models, name)
    assert error.value.hint
    assert (name == "ferry/Boreas") == isinstance(error.value, NotOnHubError)


def test_the_address_of_a_models_page_is_as_good_as_its_name(hub: Hub, models: Path) -> None:
    assert isinstance(download(hub, models, f"{hub.url}/{REPO}/")[-1], Installed)


def without(hub: Hub, *names: str) -> None:
    for name in names:
        del hub.repos[REPO][name]


UNFIT: dict[str, tuple[Callable[[Hub], object], str]] = {
    "pickles": (lambda hub: without(hub, WEIGHTS), "safetensors format"),
    "no weights": (lambda hub: without(hub, WEIGHTS, "pytorch_model.bin"), "no weights"),
    "no tokenizer": (lambda hub: without(hub, "tokenizer.json"), "lacks"),
    "images": (
        lambda hub: hub.repos[REPO].update({"config.json": b'{"model_type": "vit"}'}),
        "'vit'",
    ),
    "labels": (
        lambda hub: hub.repos[REPO].update(
            {
                "config.json": b'{"model_type": "qwen3", '
                b'"architectures": ["Qwen3ForSequenceClassification"]}'
            }
        ),
        "does not write text",
    ),
}


@pytest.mark.parametrize("what", UNFIT)
def test_what_is_no_language_model_is_refused_before_its_weights(
    hub: Hub, models: Path, what: str
) -> None:
    spoil, said = UNFIT[what]
    spoil(hub)
    with pytest.raises(ModelIncompatibleError, match=said) as error:
        download(hub, models)
    assert error.value.hint
    assert not hub.asked_for(WEIGHTS)


def test_a_disk_without_room_is_said_before_anything_is_fetched(
    hub: Hub, models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(models)._replace(free=400_000_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: usage)
    with pytest.raises(StoreFullError, match=r"0\.4 GB are free"):
        download(hub, models)
    assert not hub.asked


def test_a_model_is_not_downloaded_twice(hub: Hub, models: Path) -> None:
    download(hub, models)
    with pytest.raises(DownloadError, match="already"):
        download(hub, models)


def test_two_downloads_of_one_model_do_not_write_over_each_other(hub: Hub, models: Path) -> None:
    hub.hold.clear()
    job = download_model(request(hub, models))
    while part_size(models) < 1000:
        next(job)
    with pytest.raises(ComplmError, match="already"):
        download(hub, models)
    job.close()


def test_of_sharded_weights_the_shards_are_taken_and_no_second_copy() -> None:
    names = [
        "model.safetensors.index.json",
        "model-00001-of-00002.safetensors",
        "model-00002-of-00002.safetensors",
        "model.safetensors",
        "consolidated.safetensors",
        "config.json",
        "tokenizer.json",
        "../escape.json",
        "original/consolidated.00.pth",
        "chat_template.jinja",
    ]
    assert set(names) - set(wanted(names)) == {
        "model.safetensors",
        "consolidated.safetensors",
        "../escape.json",
        "original/consolidated.00.pth",
    }
    assert wanted(names)[0] == "config.json"
