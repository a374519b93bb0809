"""PySide6 and the reference counts of None, True and False."""

from __future__ import annotations

import subprocess
import sys

SCRIPT = """
import complm_app.gui
from PySide6.QtCore import QCoreApplication, QObject, Signal
class Sender(QObject):
    sent = Signal()
app = QCoreApplication([])
sender = Sender()
sender.sent.connect(lambda: None)
for _ in range(50_000):
    sender.sent.emit()
    app.processEvents()
"""


def test_the_window_survives_more_calls_than_python_holds_references_to_none() -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
