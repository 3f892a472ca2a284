"""The one flow: intake, identify, parse, normalise, deduplicate, store.

Only this package knows the order of the stages. The daemon and the command line are two entrances
to the same `ingest`.
"""
