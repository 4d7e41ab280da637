"""The way in: the home page, and the choice of a language before it."""
