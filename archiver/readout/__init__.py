"""Read-out sessions: what is checked, chosen, handed in and signed with the official present."""
