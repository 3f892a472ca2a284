"""With what does a text begin? What begins as a mail or a table of values does is no chat."""

from __future__ import annotations

import re

OTHER = re.compile(r"\A\s*(?:From |[A-Za-z][A-Za-z-]*:[ \t]|[{<%\"]|\[\s*[{\"])")
"""What stands before the first message of something that is not a chat text."""
