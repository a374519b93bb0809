"""Documents, passages, search and the two databases. No Qt, no torch."""
