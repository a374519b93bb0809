"""The program as the process that reads files, as in a frozen build."""

import json
import subprocess
import sys
from pathlib import Path

from complm_app.core.pdf import CHILD_ARGUMENT, Limits


def test_the_program_itself_can_be_the_process_that_reads(tmp_path: Path) -> None:
    file = tmp_path / "note.txt"
    file.write_text("The ferry leaves at nine.\n")
    limits = Limits()
    request = {
        "path": str(file),
        "password": None,
        "memory_bytes": limits.memory_bytes,
        "cpu_seconds": 60,
        "pages": limits.pages,
        "characters": limits.characters,
    }
    command = [sys.executable, "-m", "complm_app", CHILD_ARGUMENT]
    line = json.dumps(request).encode() + b"\n"
    done = subprocess.run(command, input=line, capture_output=True, check=True)
    messages = [json.loads(answer) for answer in done.stdout.splitlines()]
    assert messages[0] == {"started": True}
    assert any("leaves at nine" in message.get("page", [""] * 2)[1] for message in messages)
