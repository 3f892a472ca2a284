"""What leaves the archive for a reader outside: documents as PDF, inventories, packs, reports.

Each production names the case it answers, the records it cites by their public ids, and is itself
an event. What a reader may not see is gone before anything is written: see `veil` and `document`.
"""
