"""``python -m seedwright``."""

from __future__ import annotations

from seedwright.cli.main import run

if __name__ == "__main__":
    run()
