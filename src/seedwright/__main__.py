"""``python -m seedwright``."""

from __future__ import annotations

from seedwright.cli.main import main

if __name__ == "__main__":
    main()
