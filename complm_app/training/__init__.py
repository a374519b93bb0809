"""Making readers and compressors, and measuring them."""
