"""The window. PySide6 only; no torch."""

import ctypes
import sys

if sys.version_info < (3, 12):
    # PySide6 6.12 counts on None, True and False being immortal, as they are from Python 3.12 on
    # (PEP 683): on 3.11 every call that returns one of them takes one reference too many, until
    # Python aborts with "deallocating None" after a few thousand calls.
    for _singleton in (None, True, False):
        ctypes.c_ssize_t.from_address(id(_singleton)).value += 1 << 40
