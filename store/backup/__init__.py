"""Copies of the record that are made while it is written to, and what it takes to put one back.

A backup is a folder: the parts of the record in the form of their engine (`sqlite`, `postgres`), the signed checkpoints
(`checkpoints`), and the `manifest`, which is written last. `checking` counts a restored record once more before it
becomes one; `new_log` ends a log that cannot be signed any further.
"""
