"""The parts of reading Threema's exports: contacts and groups, bodies, lines of a chat."""
