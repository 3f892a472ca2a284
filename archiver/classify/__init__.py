"""What an episode of a conversation is: work, private or party-political, and how it is marked.

Home of the sorting rules, the markings of VIRBI 2025 and 2013 with those of NATO and the EU, and
the recognition of personal data. Doubt is work plus a place in the queue; private and
party-political only by an officer, or by a rule that an officer confirmed.
"""
