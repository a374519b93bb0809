"""What stands in the library's place as long as there is no document in it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from complm_app.gui.theme import SIDE

ZONE_HEIGHT = 148


class EmptyLibrary(QWidget):
    demo_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.zone = QLabel(self.tr("Your library is empty.\n\nDrop PDFs or folders here."))
        self.zone.setObjectName("dropZone")
        self.zone.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.zone.setWordWrap(True)
        self.zone.setMinimumHeight(ZONE_HEIGHT)
        self.zone.setMargin(SIDE)
        self.demo = QPushButton(self.tr("Open the demo report"))
        self.demo.setObjectName("link")
        self.demo.clicked.connect(self.demo_wanted)
        column = QVBoxLayout(self)
        column.setContentsMargins(SIDE, SIDE, SIDE, SIDE)
        column.setSpacing(12)
        column.addStretch(1)
        column.addWidget(self.zone)
        column.addWidget(self.demo, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)
