"""An invented ministry for ``docs/walkthrough.md``: who it is, what it hands in, and how the page runs.

    python -m tests.walkthrough DIR     write registers, exports and keys, as the page needs them

Everybody is invented. One seed draws all talk, so that the same files come every time.
"""
