"""The `complm` command; `python -m complm_app` is the same."""

from __future__ import annotations

import sys


def main() -> int:
    """In a frozen program the process that reads files is this program once more."""
    if sys.argv[1:] == ["--read-document"]:
        from complm_app.core import pdf_process

        return pdf_process.main()
    if getattr(sys, "frozen", False):
        import multiprocessing

        multiprocessing.freeze_support()  # what the engine's process is started with
    from complm_app import cli

    return cli.main()


if __name__ == "__main__":
    sys.exit(main())
