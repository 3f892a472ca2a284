"""The parts of reading a backup of text messages: mending bytes, the tokenizer, entries."""
