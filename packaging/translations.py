"""Brings the translations up to date: `python packaging/translations.py`.

Reads the texts from the code (pyside6-lupdate) into complm_app/gui/translations/*.ts, where they
are translated, and compiles these (pyside6-lrelease) to the .qm files that the window loads.
`--check` writes nothing; exit code 1: the .ts files are older than the code, or lack a text.

Glossary
    English             Deutsch                         简体中文
    answer              Antwort                         回答
    cache               Zwischenspeicher                缓存
    chat                Chat                            对话
    citation, quote     Zitat                           引用
    collection          Sammlung                        集合
    compress            verdichten                      压缩
    compression ratio   Verdichtungsgrad                压缩比
    compressor          Verdichter                      压缩器
    document            Dokument                        文档
    hub                 Hub                             模型库
    library             Bibliothek                      文库
    model               Modell                          模型
    page                Seite                           页
    passage             Textstelle                      段落
    position            Position                        位置
    segment             Abschnitt                       片段
    token               Token                           词元
    access token        Zugangstoken                    访问令牌
German commands are infinitives (Dokumente hinzufügen ...), sentences say Sie. Chinese has spaces
between Chinese and Latin letters or digits. `%1` and `{name}` stay as they are.
"""

from __future__ import annotations

import argparse
import ast
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
GUI = ROOT / "complm_app" / "gui"
FOLDER = GUI / "translations"
LANGUAGES = ("de", "zh_Hans")
NO_WINDOW = ("cli", "speed", "training", "plots.py", "gui/window_bench.py")
"""Parts of the program whose errors only a terminal shows."""


# ---- the texts of errors, which are not in tr()


def error_texts() -> list[str]:
    """The patterns of all messages, hints and phrases that the window may show."""
    texts: set[str] = set()
    for file in sorted((ROOT / "complm_app").rglob("*.py")):
        if not file.relative_to(ROOT / "complm_app").as_posix().startswith(NO_WINDOW):
            texts.update(_texts_in(file))
    return sorted(text for text in texts if any(map(str.isalpha, _without_places(text))))


def _texts_in(file: Path) -> Iterator[str]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    names = {
        target.id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    errors = _imported_errors(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", None) in errors:
            for argument in node.args:
                yield from _literals(argument, names, file)


def _imported_errors(tree: ast.Module) -> set[str]:
    return {
        each.name
        for node in tree.body
        if isinstance(node, ast.ImportFrom) and node.module == "complm_app.errors"
        for each in node.names
    }


def _literals(node: ast.expr, names: dict[str, ast.expr], file: Path) -> Iterator[str]:
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.IfExp(body=one, orelse=other):
            yield from _literals(one, names, file)
            yield from _literals(other, names, file)
        case ast.Name(id=name) if name in names:
            yield from _literals(names[name], names, file)
        case ast.JoinedStr() | ast.BinOp():
            raise SystemExit(
                f"{file}:{node.lineno}: write the values as {{name}} and hand them over by name, "
                "or the text cannot be translated."
            )


def _without_places(text: str) -> str:
    return "".join(part.rpartition("}")[2] for part in text.split("{"))


# ---- Qt's tools


def update(folder: Path) -> None:
    """Brings the .ts files in `folder` up to date with the code."""
    with tempfile.TemporaryDirectory() as temporary:
        errors = Path(temporary) / "errors.py"
        lines = (f'QCoreApplication.translate("errors", {_quoted(t)})\n' for t in error_texts())
        errors.write_text("".join(lines), encoding="utf-8")
        sources = [*sorted(map(str, GUI.rglob("*.py"))), str(errors)]
        for language in LANGUAGES:
            target = folder / f"complm_{language}.ts"
            options = ["-no-obsolete", "-locations", "none", "-silent", "-source-language", "en"]
            _run("lupdate", *options, "-target-language", language, *sources, "-ts", str(target))


def release(folder: Path) -> None:
    for language in LANGUAGES:
        source = folder / f"complm_{language}.ts"
        _run("lrelease", "-silent", str(source), "-qm", str(source.with_suffix(".qm")))


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def _run(tool: str, *arguments: str) -> None:
    beside = Path(sys.executable).with_name(f"pyside6-{tool}")
    program = shutil.which(str(beside)) or shutil.which(f"pyside6-{tool}")
    if program is None:
        raise SystemExit(f"pyside6-{tool} is missing: install PySide6_Essentials.")
    subprocess.run([program, *arguments], check=True)


# ---- what is there


def entries(file: Path) -> Iterator[tuple[str, str, list[str], bool]]:
    """(context, source, translations, finished): several translations where numbers inflect."""
    for context in ElementTree.parse(file).getroot().iter("context"):
        for message in context.iter("message"):
            translation = message.find("translation")
            assert translation is not None
            forms = [form.text or "" for form in translation.iter("numerusform")]
            yield (
                context.findtext("name", ""),
                message.findtext("source", ""),
                forms or [translation.text or ""],
                "type" not in translation.attrib,
            )


def problems() -> list[str]:
    """What keeps the .ts files from being complete and up to date."""
    found = []
    with tempfile.TemporaryDirectory() as temporary:
        shutil.copytree(FOLDER, temporary, dirs_exist_ok=True)
        update(Path(temporary))
        for language in LANGUAGES:
            name = f"complm_{language}.ts"
            now, kept = list(entries(Path(temporary) / name)), list(entries(FOLDER / name))
            gone = {each[:2] for each in kept} - {each[:2] for each in now}
            found += [f"{name}: no longer in the code: {source!r}" for _, source in sorted(gone)]
            found += [
                f"{name}: not translated: {context}: {source!r}"
                for context, source, forms, finished in now
                if not finished or not all(forms)
            ]
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing")
    if not parser.parse_args().check:
        FOLDER.mkdir(exist_ok=True)
        update(FOLDER)
        release(FOLDER)
    found = problems()
    print("\n".join(found) or "The translations are complete.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
