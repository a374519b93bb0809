"""The set-up scripts are no package: they are run as files, and imported as such here."""

from __future__ import annotations

import sys
from pathlib import Path

SCRIPTS = Path(__file__).resolve().parent.parent.parent / "packaging"
sys.path.insert(0, str(SCRIPTS))
