"""One question and its answer, as they stand in the chat."""

from __future__ import annotations

import html
from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QEvent, QSize, Qt, QUrl, Signal
from PySide6.QtGui import (
    QGuiApplication,
    QTextBlockFormat,
    QTextCursor,
    QTextDocument,
    QTextOption,
)
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from complm_app.engine.protocol import Citation
from complm_app.errors import ComplmError
from complm_app.gui import words
from complm_app.gui.controls import Banner, FlowLayout, IconButton, IconLabel
from complm_app.gui.shown import Shown, cost, quiet_line

BUBBLE_SHARE = 0.86
LINE_HEIGHT = 120  # per cent
DROP = 4
"""Pixels over an answer that bring its only line down to that of what stands beside it."""


class AnswerText(QTextBrowser):
    """Selectable Markdown as high as its text. Loads nothing, opens nothing."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setStyleSheet("background: transparent;")
        self.setOpenLinks(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setAccessibleName(self.tr("Answer"))
        self.document().setDocumentMargin(0)
        self.setViewportMargins(0, DROP, 0, 0)
        self._room = 380
        self._text = ""
        self._hint: QSize | None = None

    def loadResource(self, kind: int, name: QUrl | str) -> Any:
        """An answer must not make the window read files or ask the network."""
        return None

    def show_text(self, text: str) -> None:
        if text == self._text:
            return
        self._text = text
        features = QTextDocument.MarkdownFeature
        self.document().setMarkdown(text, features.MarkdownDialectGitHub | features.MarkdownNoHTML)
        spaced = QTextBlockFormat()
        spaced.setLineHeight(LINE_HEIGHT, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
        cursor = QTextCursor(self.document())
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.mergeBlockFormat(spaced)
        self._measure_anew()

    def set_room(self, width: int) -> None:
        if width != self._room:
            self._room = width
            self._measure_anew()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._measure_anew()

    def _measure_anew(self) -> None:
        self._hint = None
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        """Measured once for each text: a layout asks several times."""
        self._hint = self._hint or self._measured()
        return self._hint

    def _measured(self) -> QSize:
        measured = self.document().clone()
        measured.setDefaultFont(self.font())
        measured.setTextWidth(self._room)
        width = min(self._room, int(measured.idealWidth()) + 2)
        return QSize(width, int(measured.size().height()) + 1 + DROP)

    def minimumSizeHint(self) -> QSize:
        return QSize(8, self.sizeHint().height())


class QuoteBlock(QFrame):
    """The words of the document that an answer stands on."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("quoteBlock")
        self._quote, self._mark = QLabel(), QLabel()
        self._ok, self._amber = (
            IconLabel("check", "ok", 13),
            IconLabel("triangle-alert", "amber", 13),
        )
        self._quote.setObjectName("dim")
        self._quote.setWordWrap(True)
        self._quote.setTextFormat(Qt.TextFormat.RichText)
        self._quote.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._mark.setTextFormat(Qt.TextFormat.PlainText)
        marks = QHBoxLayout()
        marks.setSpacing(4)
        for widget in (self._ok, self._amber):
            marks.addWidget(widget)
        marks.addWidget(self._mark, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 2, 0, 2)
        column.setSpacing(3)
        column.addWidget(self._quote)
        column.addLayout(marks)

    def show_citation(self, citation: Citation) -> None:
        quote = html.escape(" ".join(citation.quote.split()))
        self._quote.setText(f'<p style="line-height: {LINE_HEIGHT}%; margin: 0">{quote}</p>')
        if citation.verbatim:
            text = words.fill(self.tr("word for word on page %1"), citation.label)
        else:
            text = words.fill(self.tr("not found word for word; read on page %1"), citation.label)
        self._mark.setText(text)
        self._ok.setVisible(citation.verbatim)
        self._amber.setVisible(not citation.verbatim)
        self._mark.setProperty("tone", "ok" if citation.verbatim else "amber")
        self._mark.style().unpolish(self._mark)
        self._mark.style().polish(self._mark)

    def mark(self) -> str:
        return self._mark.text()


class TurnView(QWidget):
    cited = Signal(object)
    """A Citation whose page is to be shown."""
    again_wanted = Signal()
    """The answer is to be replaced by another one."""

    def __init__(self, question: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.question = question
        self.text = ""
        self.shown: Shown | None = None
        self.chips: list[QPushButton] = []
        self._buttons: list[IconButton] = []
        self.answer, self.quiet = AnswerText(), QLabel()
        self._quote: QuoteBlock | None = None
        self._banner: Banner | None = None
        self._flow_holder = QWidget()
        self._flow = FlowLayout(self._flow_holder)
        self._bubble = QLabel(question)
        self._build()
        self.answer.hide()

    @property
    def quote(self) -> QuoteBlock:
        """Made when it is first needed, as the banner is: a question has to be there at once."""
        if self._quote is None:
            self._quote = self._make_quote()
        return self._quote

    def _make_quote(self) -> QuoteBlock:
        quote = QuoteBlock()
        quote.hide()
        self._column.insertWidget(self._column.indexOf(self._flow_holder) + 1, quote)
        return quote

    @property
    def banner(self) -> Banner:
        if self._banner is None:
            self._banner = Banner("inlineBanner")
            self._column.insertWidget(self._column.indexOf(self.quiet), self._banner)
        return self._banner

    def _build(self) -> None:
        self._bubble.setObjectName("questionBubble")
        self._bubble.setTextFormat(Qt.TextFormat.PlainText)
        self._bubble.setWordWrap(True)
        self._bubble.setContentsMargins(12, 8, 12, 8)
        self._bubble.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._bubble.setAccessibleName(words.fill(self.tr("Question: %1"), self.question))
        self.quiet.setObjectName("quiet")
        self.quiet.setWordWrap(True)
        self._flow.addWidget(self.answer)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(7)
        self._column.addWidget(self._bubble, 0, Qt.AlignmentFlag.AlignRight)
        self._column.addWidget(self._flow_holder)
        self._column.addWidget(self.quiet)

    def _add_buttons(self) -> None:
        """What can be done with the answer, at the end of its last line."""
        copy = IconButton("copy", self.tr("Copy the answer"), 13)
        copy.clicked.connect(self.copy)
        again = IconButton("refresh-cw", self.tr("Ask this again"), 13)
        again.clicked.connect(self.again_wanted)
        self._buttons = [copy, again]
        for button in self._buttons:
            button.setFixedSize(20, 20)
            self._flow.addWidget(button)
        copy.setVisible(bool(self.text))

    def _clear(self) -> None:
        """Takes the answer away, and what belongs to it."""
        for button in (*self.chips, *self._buttons):
            self._flow.removeWidget(button)
            button.hide()
            button.deleteLater()
        self.chips, self._buttons, self.text = [], [], ""
        for widget in (self.answer, self._quote, self._banner):
            if widget is not None:
                widget.hide()
        self.quiet.setToolTip("")

    def set_width(self, width: int) -> None:
        """The room that the chat has for a turn."""
        self.answer.set_room(width)
        widest = int(width * BUBBLE_SHARE)
        wanted = self._bubble.fontMetrics().horizontalAdvance(self.question) + 26
        self._bubble.setFixedWidth(min(widest, wanted))

    # ---- while the answer comes

    def start_over(self) -> None:
        """Waits for another answer. The one that it had comes back if there will be none."""
        self._clear()

    def show_status(self, text: str) -> None:
        self.quiet.setText(text)
        self.quiet.setVisible(bool(text))

    def append(self, piece: str) -> None:
        self.text += piece
        self.answer.show_text(self.text)
        self.answer.show()
        if self._quote is None:  # its end then has less to do
            self._quote = self._make_quote()

    def finish(self, shown: Shown) -> None:
        """The whole answer, with what it stands on."""
        self._clear()
        self.shown, self.text = shown, shown.text
        self.answer.show_text(shown.text)
        self.answer.show()
        self._show_citations(shown)
        self._add_buttons()
        self.show_status(words.unbroken(quiet_line(shown)))
        self.quiet.setToolTip(cost(shown))

    def stopped(self) -> None:
        if self.shown is not None:
            self.finish(self.shown)
            return
        self._show_stopped()
        self._add_buttons()

    def _show_stopped(self) -> None:
        """Under what was written, or in its place."""
        said = self.tr("Stopped")
        self.show_status(said if self.text else "")
        if not self.text:
            self.answer.show_text(said)
            self.answer.show()

    def fail(self, error: ComplmError) -> None:
        if self.shown is not None:
            self.finish(self.shown)
        else:
            self.show_status("")
        self.banner.show_error(error, self.tr("Try again"), self.again_wanted.emit)

    def _show_citations(self, shown: Shown) -> None:
        several = len({citation.document for citation in shown.citations}) > 1
        for nth, citation in enumerate(shown.citations, 1):
            chip = QPushButton(_chip_text(nth, citation, shown.titles if several else {}))
            chip.setObjectName("chip")
            chip.setCursor(Qt.CursorShape.PointingHandCursor)
            chip.setAccessibleName(words.fill(self.tr("Source %1, page %2"), nth, citation.label))
            chip.setToolTip(shown.titles.get(citation.document, ""))
            chip.clicked.connect(lambda _=False, citation=citation: self._cite(citation))
            self.chips.append(chip)
            self._flow.addWidget(chip)
        if shown.citations:
            self.quote.show_citation(shown.citations[0])
            self.quote.show()

    def _cite(self, citation: Citation) -> None:
        self.quote.show_citation(citation)
        self.cited.emit(citation)

    def copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text)


def _chip_text(nth: int, citation: Citation, titles: Mapping[str, str]) -> str:
    page = words.fill(words.tr("p. %1"), citation.label)
    title = titles.get(citation.document, "")
    where = f"{_short(title)}, {page}" if title else page
    return f"{nth} · {where}"


def _short(title: str, longest: int = 24) -> str:
    return title if len(title) <= longest else title[: longest - 1].rstrip() + "…"
