"""Finds things. Knows documents and readers' scopes; knows neither events nor how documents come about."""
