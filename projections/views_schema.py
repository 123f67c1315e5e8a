"""Every table that views are kept in."""

from projections import catalogue_rows, dead_letters, event_rows, views, vocabulary

SCHEMA = (
    views.POSITIONS,
    *catalogue_rows.SCHEMA,
    *event_rows.SCHEMA,
    *vocabulary.SCHEMA,
    *dead_letters.SCHEMA,
)
