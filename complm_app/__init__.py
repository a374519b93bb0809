"""CompLM: a private desktop assistant for large documents."""

__version__ = "0.1.0"
