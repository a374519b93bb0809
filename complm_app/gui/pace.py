"""How long the window may be kept from what comes next."""

SLICE_SECONDS = 0.004
"""What work that is done a piece at a time takes in one turn of the event loop; the last piece may
go beyond it."""
