"""A request for documents as a case: what was searched, how it was judged, what is withheld.

Home of the search statement (zoekslag), of the judgement of each slice with its exception ground,
and of redaction, for requests under the Wet open overheid and for inquiries under the Wet op de
parlementaire enquête 2008. It finds through `search` and changes no record; what it cites stands
still.
"""
