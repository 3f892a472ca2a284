"""Sorting: which messages of a sealed account are work, and which are private or of a party.

The unit is the episode, a run of messages in one strand. What an officer decides is an event; the
tables here are a projection of the log. ``docs/sorting.md`` says what the rules are; the evidence
that helps to decide comes from `archiver.classify`.
"""
