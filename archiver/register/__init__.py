"""Who and on what basis: persons, functions, devices, accounts, contacts, legal bases, officers.

Everything here is dated and nothing is overwritten, since what counts is who held which function,
and which basis covered an account, when a message was sent or read. Whatever an officer registers
is an event, its words encrypted; the lists in the catalogue are projections of those events.
"""
