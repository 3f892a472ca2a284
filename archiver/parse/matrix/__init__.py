"""Parts of the Matrix format: what happened in a room, and the files beside its export."""
