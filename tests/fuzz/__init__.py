"""Hostile input for every parser, made by mutating the example exports."""
