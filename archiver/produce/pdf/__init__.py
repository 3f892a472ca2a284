"""Write documents as PDF (ISO 32000-1): typefaces embedded, the same bytes for the same document.

No claim to PDF/A or PDF/UA is made: that would take a validator to confirm it.
"""
