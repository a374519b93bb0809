"""Links that lead out of the document."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QMessageBox, QWidget

OPENED = ("http", "https", "mailto")


def ask_about_link(parent: QWidget, url: QUrl) -> QMessageBox:
    """Says where a link leads and opens it only when told to; files and programs never."""
    translate = QCoreApplication.translate
    box = QMessageBox(parent)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setInformativeText(url.toDisplayString())
    if url.scheme() in OPENED:
        box.setText(
            translate("Links", "This link leads out of the document. Open it in the browser?")
        )
        box.setStandardButtons(QMessageBox.StandardButton.Open | QMessageBox.StandardButton.Cancel)
        box.setDefaultButton(QMessageBox.StandardButton.Cancel)
    else:
        box.setText(
            translate("Links", "This link leads to something that is not opened from here.")
        )
        box.setStandardButtons(QMessageBox.StandardButton.Close)
    box.accepted.connect(lambda: QDesktopServices.openUrl(url))
    box.open()
    return box
