"""Every table that views are kept in."""

from projections import catalogue_rows, dead_letters, views

SCHEMA = (views.POSITIONS, *catalogue_rows.SCHEMA, *dead_letters.SCHEMA)
