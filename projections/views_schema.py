"""Every table that views are kept in."""

from projections import catalogue, dead_letters, views

SCHEMA = (views.POSITIONS, *catalogue.SCHEMA, *dead_letters.SCHEMA)
