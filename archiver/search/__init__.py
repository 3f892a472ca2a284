"""Searching: the words of a text, Dutch stems, and the language in which officers ask."""
