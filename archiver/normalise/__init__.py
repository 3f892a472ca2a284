"""Turn raw items into comparable ones: UTC times, typed identifiers, match keys."""
