"""The only package that writes the archive: objects, keys, log, catalogue, verify, backup."""
