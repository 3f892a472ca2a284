"""Who and on what basis: persons, functions, devices, accounts, legal bases and officers over time.

Everything here is dated, since what counts is who held which function when a message was sent. From
it follow coverage (which account was secured over which period) and the overview of a ministry.
Nothing lives here yet.
"""
