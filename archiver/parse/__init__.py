"""One module an export format; the order of reading is `archiver.pipeline`'s."""
