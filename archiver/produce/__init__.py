"""What leaves the archive for a reader outside: inventories, PDF, RSMF 2.0, load files, reports.

Each production names the case it answers, the records it cites by their public ids, and the head of
the log it rests on, and is itself an event. Nothing lives here yet.
"""
