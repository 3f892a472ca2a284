"""How complete the archive is: by account and conversation, by official, and for parliament.

Every claim names what it rests on: deliveries, findings, facts of the register. Nothing is said of
what is sealed but numbers. Nothing here is stored: all of it is counted when it is asked.
"""

from archiver.coverage.accounts import AccountCoverage, of_account

__all__ = ["AccountCoverage", "of_account"]
