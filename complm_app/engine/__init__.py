"""Models at work: compression, reading, answering. No Qt."""
