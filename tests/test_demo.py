"""The demonstration runs from a new archive to a proof, and shows what it says it shows."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_the_demonstration_shows_the_main_job(tmp_path: Path) -> None:
    """Every step ends as announced; the same file again brings nothing, what is sealed stays so."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    shell = shutil.which("bash")
    assert shell is not None
    done = subprocess.run(
        [shell, str(ROOT / "demo" / "run")],
        env={"PATH": path, "TMPDIR": str(tmp_path), "LANG": "C.UTF-8", "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    for said in (
        "read 12 = new 12 + known 0",
        "This file of this account is known already: nothing new.",
        "read 14 = new 2 + known 12",
        "read 1 = new 0 + known 1",
        "Kept and sealed until it is released.",
        "rule mail-neutral",
        "Nothing is lost or altered",
    ):
        assert said in done.stdout, said
    before, _, after = done.stdout.partition("A sorter looks at what is sealed")
    assert "fietsen" not in before
    assert "«fietsen»" in after
