"""Turn raw items into comparable ones: UTC times with their precision, typed identifiers, match keys."""
