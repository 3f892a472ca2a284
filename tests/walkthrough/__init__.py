"""An invented ministry for ``docs/walkthrough.md``: its people, its exports, and the page.

    PYTHONPATH=tests python -m tests.walkthrough DIR

writes registers, exports and keys, as the page needs them.

Everybody is invented. One seed draws all talk, so that the same files come every time.
"""
