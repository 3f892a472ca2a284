"""The parts of reading Signal's plaintext export: frames, people and chats, messages, updates."""
