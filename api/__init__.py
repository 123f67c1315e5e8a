"""The faces: JSON, pages and the command line, all over the same use cases; settings and the one composition root."""
