from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

HEAVY = {"difflib", "dotenv", "json", "pydantic", "yaml"}


def loaded_by(code: str, folder: Path) -> set[str]:
    """Those of HEAVY that CODE loads by itself in FOLDER, with no settings elsewhere."""
    ours = {name for name in os.environ if name.startswith("SEEDWRIGHT_")}
    environ = {name: value for name, value in os.environ.items() if name not in ours}
    environ |= {"XDG_CONFIG_HOME": str(folder), "HOME": str(folder), "LOCALAPPDATA": str(folder)}
    result = subprocess.run(
        [
            sys.executable,
            "-c",
            f"import sys\nbefore = {{*sys.modules}}\n{code}\nprint(*{{*sys.modules}} - before)",
        ],
        capture_output=True,
        text=True,
        check=True,
        cwd=folder,
        env=environ,
    )
    return HEAVY.intersection(result.stdout.split())


def test_the_defaults_need_nothing_heavy(tmp_path: Path) -> None:
    code = "from seedwright.settings.load import load_settings; load_settings()"
    assert loaded_by(code, tmp_path) == set()


def test_a_file_needs_no_more_than_its_reader_and_the_check(tmp_path: Path) -> None:
    (tmp_path / "seedwright.yaml").write_text("qbittorrent: {port: 1}")
    code = "from seedwright.settings.load import load_settings; load_settings()"
    assert loaded_by(code, tmp_path) <= {"json", "pydantic", "yaml"}
