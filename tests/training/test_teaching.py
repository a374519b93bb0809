"""What the teacher writes, what is kept for measuring, and what the report says of it."""

from __future__ import annotations

import json
from collections.abc import Generator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from complm_app.engine.loading import load_model
from complm_app.errors import ComplmError, RequestError
from complm_app.training import teacher
from complm_app.training.compressor import CompressorOptions
from complm_app.training.corpus import Question, load_questions
from complm_app.training.documents import (
    cloze_questions,
    divide,
    from_files,
    hold_out,
    write_questions,
)
from complm_app.training.loop import LoopOptions
from complm_app.training.making import Making, check_usual_ratio, make_compressor
from complm_app.training.prepare import Data
from complm_app.training.report import RatioScore, Report, check_kept, measure
from complm_app.training.teacher import Passage, asking, questions_in, write_pairs
from tests.fakes import make_model
from tests.tiny_models import save_model
from tests.training.conftest import PLACES, THINGS, paragraph

pytestmark = pytest.mark.filterwarnings("ignore")  # of the libraries, while they train

DOCUMENTS = {
    where: [paragraph(place, thing) + " " + paragraph(place, thing) for thing in range(len(THINGS))]
    for place, where in enumerate(PLACES)
}


def finish(steps: Generator[Any, None, Any]) -> Any:
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value


def test_numbers_and_other_lines_are_taken_off_the_questions() -> None:
    text = "Here they are:\n1. Who built it?\n- **When was that?\n2) Who built it?\nThank you."
    assert questions_in(text) == ["Who built it?", "When was that?"]


def test_writing_goes_on_after_the_last_whole_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def pairs(_model: object, text: str) -> list[tuple[str, str]]:
        asked.append(text)
        return [(f"What is {text}?", text)]

    monkeypatch.setattr(teacher, "_pairs", pairs)
    passages = [Passage("All", f"Passage {i}") for i in range(4)]
    file = tmp_path / "written.jsonl"
    steps = write_pairs(make_model(), passages, file)
    next(steps)
    next(steps)
    steps.close()
    with file.open("a") as stream:
        stream.write('{"title": "All", "conte')
    written = finish(write_pairs(make_model(), passages, file))
    assert asked == [passage.text for passage in passages]
    assert [question.answers for question in written] == [(text,) for text in asked]
    assert write_questions(written, tmp_path / "q.jsonl").exists()
    assert load_questions(tmp_path / "q.jsonl") == written


def test_the_reader_writes_questions_only_inside_the_block(tmp_path: Path) -> None:
    model = load_model(save_model(tmp_path / "model", "llama"), device="cpu")
    reader: Any = model.reader
    before = reader.prompt
    with asking(reader):
        text = reader.tokenizer.text_of(reader.prompt.before)
        assert "Write questions about the text below" in text
        assert "reply exactly" not in text
    assert reader.prompt is before


def test_what_is_kept_for_measuring_is_not_learned_from() -> None:
    own = divide(DOCUMENTS, 10)
    learned = {text for texts in own.texts.values() for text in texts}
    assert len(own.learned) == 10
    assert len(own.held_out) == 5
    assert not learned & {passage.text for passage in own.held_out}
    with pytest.raises(RequestError, match="too few"):
        divide({"Empty": []}, 10)


def test_questions_and_prose_are_held_out_by_paragraph_and_document(
    data: Data, tmp_path: Path
) -> None:
    rest, asked = hold_out(data)
    assert rest.held_out == {question.context for question in asked}
    assert len(rest.held_out) == 4
    (tmp_path / "prose.txt").write_text("\0\n".join(f"{i} {paragraph(0, 0)}\n" for i in range(20)))
    prose, clozes = hold_out(Data((tmp_path / "prose.txt",)))
    assert len(prose.held_out) == 2
    assert clozes


def test_cloze_questions_ask_for_what_they_leave_out() -> None:
    for question in cloze_questions([Passage("", paragraph(0, 1))], 5):
        assert question.question.endswith("?")
        assert question.answers[0] in question.context


def test_pages_of_files_become_passages(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("\n\n".join(DOCUMENTS["Alder Bay"]))
    assert any(
        "Alder Bay" in text
        for texts in from_files([tmp_path / "notes.txt"]).values()
        for text in texts
    )


def test_a_compressor_that_loses_nothing_keeps_everything() -> None:
    text = "The mill was built by Ada North. The bridge was built by Ben West."
    asked = [Question("Who built the mill?", text, ("",), ""), Question("xyz?", text, ("",), "")]
    report = finish(measure(make_model(), asked, 2))
    assert (report.n, report.usual_ratio, report.kept) == (1, 2, 1.0)
    assert report.without_text_f1 == 0
    check_kept(report, Path("made"))
    assert finish(measure(make_model(), asked[1:], 2)) is None


def test_a_compressor_that_keeps_too_little_is_refused() -> None:
    report = Report("Small", 10, 20.0, 2, (RatioScore(2, 83.0, 0.79), RatioScore(4, 60.0, 0.5)), 1)
    with pytest.raises(ComplmError, match="79%") as caught:
        check_kept(report, Path("made"))
    assert "--insist" in caught.value.hint
    check_kept(replace(report, usual_ratio=4, ratios=(RatioScore(4, 90.0, 0.8),)), Path("made"))
    with pytest.raises(ComplmError, match="unknown"):
        check_kept(None, Path("made"))


def test_a_model_teaches_itself_from_documents(tmp_path: Path) -> None:
    folder = save_model(tmp_path / "model", "mistral")
    brief = LoopOptions(minutes=1, steps=2, workers=0, compile=False)
    options = CompressorOptions(
        folder, tmp_path / "run", Data(), brief, brief, lora_rank=2, rows=2, row_tokens=1024
    )
    said: list[str] = []
    making = Making(options, {"Alder Bay": DOCUMENTS["Alder Bay"]}, 2)
    made = make_compressor(making, finish, lambda *_: None, said.append)
    assert made is not None
    assert any("asked and answered" in line for line in said)
    card = (made.folder / "README.md").read_text()
    assert "library_name: peft" in card
    assert str(tmp_path) not in card
    assert json.loads((made.folder / "report.json").read_text())["recipe"]["seed"] == 0
    base = json.loads((made.folder / "adapter_config.json").read_text())["base_model_name_or_path"]
    assert base == "mistral"


def test_a_usual_ratio_that_would_be_gone_is_refused_before_training(tmp_path: Path) -> None:
    folder = save_model(tmp_path / "model", "llama", usual_ratio=2)
    with pytest.raises(RequestError, match="usual ratio is 2"):
        check_usual_ratio(folder, [4, 8])
    check_usual_ratio(folder, [2, 4])
