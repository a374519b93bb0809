"""Where a command's results go: text for people, or one JSON value for programs."""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
from types import TracebackType
from typing import TextIO

from complm_app.errors import ComplmError
from complm_app.terminal import one_line

INTERRUPTED = 130


class CrashError(Exception):
    """A bug inside a job; the text is its traceback."""


class Output:
    """With `as_json`, stdout is kept for one JSON value.

    Inside the `with` block whatever else is printed, by us or by a library in C, goes to stderr.
    """

    def __init__(self, as_json: bool) -> None:
        self.as_json = as_json
        self._stdout: TextIO = sys.stdout
        self._written = False

    def __enter__(self) -> Output:
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                # A console that cannot show a character shows a question mark.
                stream.reconfigure(errors="replace")
        if self.as_json:
            sys.stdout.flush()
            self._stdout = os.fdopen(os.dup(1), "w", encoding="utf-8")
            os.dup2(2, 1)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.as_json:
            sys.stdout.flush()
            os.dup2(self._stdout.fileno(), 1)
            self._stdout.close()

    def say(self, text: str = "", end: str = "\n") -> None:
        """Text for people; nothing when a program reads."""
        if not self.as_json:
            self._stdout.write(text + end)
            self._stdout.flush()

    def note(self, text: str) -> None:
        """Text beside the result, on stderr."""
        print(text, file=sys.stderr, flush=True)

    def value(self, value: object) -> None:
        """The one JSON value; nothing when a person reads."""
        if not self.as_json:
            return
        assert not self._written, "a command printed two JSON values"
        self._written = True
        self._stdout.write(json.dumps(value, indent=2) + "\n")
        self._stdout.flush()

    def quiet(self, text: str) -> str:
        """Dimmed where the terminal can."""
        return f"\033[2m{text}\033[0m" if self._stdout.isatty() and os.name == "posix" else text

    # How a command may end other than well

    def failure(self, error: ComplmError) -> int:
        self.problem(error)
        return self._error(error.as_dict(), 1)

    def problem(self, error: ComplmError, where: str = "") -> None:
        """An expected failure in words, on stderr."""
        message = one_line(f"complm: {where}{error.message}")
        self.note(message + (f"\n  {one_line(error.hint)}" if error.hint else ""))

    def usage_error(self, message: str, usage: str) -> int:
        self.note(f"{usage}complm: {message}")
        hint = "complm --help lists the commands."
        return self._error({"kind": "usage", "message": message, "hint": hint}, 2)

    def interrupted(self) -> int:
        self.note("\nStopped.")
        hint = "What was done so far is kept; run the same command again to go on."
        return self._error({"kind": "cancelled", "message": "Stopped.", "hint": hint}, INTERRUPTED)

    def bug(self, report: str) -> int:
        return self._error(self.describe_bug(report), 1)

    def describe_bug(self, report: str) -> dict[str, str]:
        """A traceback on stderr, and what of it goes into JSON."""
        hint = "Please report it, with the text above and what you did before."
        self.note(f"{report}\ncomplm: this is a bug in CompLM.\n  {hint}")
        return {"kind": "bug", "message": report.strip().splitlines()[-1], "hint": hint}

    def abandoned(self) -> int:
        """Whoever read our output has gone; nothing more can be said there."""
        with contextlib.suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1

    def _error(self, error: dict[str, str], code: int) -> int:
        if not self._written:
            self.value({"error": error})
        return code
