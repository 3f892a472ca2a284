"""Write what the walkthrough hands in into a folder."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.walkthrough.exports import write

if __name__ == "__main__":
    write(Path(sys.argv[1]))
