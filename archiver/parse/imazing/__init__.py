"""The parts of reading iMazing's CSV: rows, files, findings."""
