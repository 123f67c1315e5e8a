"""Programs for those who work on Lærdom. Not part of the product, not installed with it."""
