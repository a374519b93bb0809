"""Numbers, pages and times as people read them, in the language of the window."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLocale

from complm_app.engine.protocol import Coverage, Preview, SegmentCounts
from complm_app.gui import words  # itself: lupdate takes a text's context from the name before `tr`


def tr(text: str) -> str:
    return QCoreApplication.translate("words", text)


def fill(pattern: str, *values: object) -> str:
    """Puts values in place of %1, %2, ...; a translation may use them in another order."""
    for nth, value in enumerate(values, 1):
        pattern = pattern.replace(f"%{nth}", str(value))
    return pattern


def number(value: int) -> str:
    return QLocale().toString(value)


def pages(count: int) -> str:
    return words.tr("1 page") if count == 1 else fill(words.tr("%1 pages"), number(count))


def documents(count: int) -> str:
    return words.tr("1 document") if count == 1 else fill(words.tr("%1 documents"), number(count))


def pages_without_text(count: int, total: int) -> str:
    if count == 1:
        return fill(words.tr("1 of %1 pages has no text"), number(total))
    return fill(words.tr("%1 of %2 pages have no text"), number(count), number(total))


def percent(done: int, total: int) -> str:
    share = min(99, 100 * done // total) if total else 0
    return fill(words.tr("%1 %"), number(share))


def seconds(value: float) -> str:
    """`0.1 s`, `12 s`; never broken between number and unit."""
    shown = QLocale().toString(max(value, 0.1), "f", 1) if value < 10 else number(round(value))
    return fill(words.tr("%1 s"), shown).replace(" ", "\u00a0")


def preview_details(value: Preview) -> str:
    lines = [
        fill(
            words.tr("Read for this question: %1 of the model's positions"), number(value.positions)
        ),
        fill(words.tr("Not compressed yet: %1 tokens"), number(value.uncompressed)),
        words.tr("The wait goes by what this computer has done so far.")
        if value.wait_s is not None
        else words.tr("The wait is known after the first answer."),
    ]
    return "\n".join(lines)


def duration(value: float) -> str:
    """`0.1 s`, `12 s`, `3 min`"""
    return seconds(value) if value < 90 else fill(words.tr("%1 min"), number(round(value / 60)))


def time_left(value: float) -> str:
    if value < 10:
        return words.tr("a few seconds left")
    if value < 60:
        return fill(words.tr("%1 s left"), number(round(value / 10) * 10))
    if value < 3600:
        return fill(words.tr("%1 min left"), number(round(value / 60)))
    return fill(
        words.tr("%1 h %2 min left"), number(int(value // 3600)), number(int(value % 3600 // 60))
    )


def size(count: int) -> str:
    return QLocale().formattedDataSize(
        count,
        1 if 2**20 <= count < 10 * 2**30 else 0,
        QLocale.DataSizeFormat.DataSizeTraditionalFormat,
    )


def rough_size(count: int) -> str:
    """For what changes all the time."""
    return QLocale().formattedDataSize(
        count, int(count >= 2**30), QLocale.DataSizeFormat.DataSizeTraditionalFormat
    )


def coverage(value: Coverage) -> str:
    """`Read all 212 pages`, `Read 14 of 212 pages · nothing in 3 documents`"""
    limit = words.tr("no memory for more") if value.limit else ""
    unread = len(value.unread_documents)
    left_out = fill(words.tr("nothing in %1"), documents(unread)) if unread else ""
    return joined(_pages_read(value), limit, left_out, _not_yet(value.waiting))


def _not_yet(waiting: int) -> str:
    if not waiting:
        return ""
    if waiting == 1:
        return words.tr("1 document was still being read")
    return fill(words.tr("%1 documents were still being read"), number(waiting))


def preview(value: Preview) -> str:
    """`12,400 tokens · 31 MB · first word in about 4 s`"""
    memory = size(value.memory_bytes) if value.memory_bytes is not None else ""
    wait = fill(words.tr("first word in about %1"), duration(value.wait_s)) if value.wait_s else ""
    return joined(fill(words.tr("%1 tokens"), number(value.tokens)), memory, wait)


def _pages_read(value: Coverage) -> str:
    if value.mode == "whole" and value.pages_read >= value.pages_total:
        if value.pages_total == 1:
            return words.tr("Read the whole page")
        return fill(words.tr("Read all %1 pages"), number(value.pages_total))
    if value.mode == "whole":
        return fill(words.tr("Read everything: %1 of %2 pages have text"), *_pages(value))
    return fill(words.tr("Read %1 of %2 pages"), *_pages(value))


def _pages(value: Coverage) -> tuple[str, str]:
    return number(value.pages_read), number(value.pages_total)


def segments(value: SegmentCounts) -> str:
    return fill(words.tr("%1 of %2 segments reused"), number(value.reused), number(value.total))


def not_said(text: str) -> str:
    """The engine's English words for a question that the documents do not answer."""
    known = {
        "The document does not say.": words.tr("The document does not say."),
        "The documents do not say.": words.tr("The documents do not say."),
    }
    return known.get(text, text)


def segments_kept(count: int) -> str:
    return words.tr("1 segment") if count == 1 else fill(words.tr("%1 segments"), number(count))


def first_word(value: float) -> str:
    return fill(words.tr("first word after %1"), seconds(value))


def joined(*parts: str) -> str:
    """`212 pages · 41 %`"""
    return " · ".join(part for part in parts if part)


def unbroken(text: str) -> str:
    """Of a line of `joined` parts: where it does not fit it is broken between them."""
    return " · ".join(part.replace(" ", "\u00a0") for part in text.split(" · "))
