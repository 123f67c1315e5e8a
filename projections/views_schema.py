"""Every table that views are kept in."""

from projections import access_log, catalogue_rows, dead_letters, views, vocabulary

SCHEMA = (
    views.POSITIONS,
    *catalogue_rows.SCHEMA,
    *access_log.SCHEMA,
    *vocabulary.SCHEMA,
    *dead_letters.SCHEMA,
)
