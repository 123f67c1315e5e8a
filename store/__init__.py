"""Keeps what happened, in SQLite or PostgreSQL: the event store over the `eventsourcing` library, given answers, and
the register of people.

The only package that knows the library, its recorders and its stored rows.
"""
