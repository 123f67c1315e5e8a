"""Real demo data, loaded through the use cases as a person would enter them. Licence: data/LICENCE.md (CC0)."""
