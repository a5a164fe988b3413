"""``seedwright`` and ``python -m seedwright``, from the first moment on."""

from __future__ import annotations

import os
import sys

_INTERRUPTED = 130


def _leave(*_: object) -> None:
    os._exit(_INTERRUPTED)


# Until a command begins there is nothing to tidy up, and imports take no interruption well.
try:
    import signal

    signal.signal(signal.SIGINT, _leave)
except KeyboardInterrupt:
    _leave()

if sys.getfilesystemencoding() != "utf-8":
    # Names of content are the disk's bytes read as UTF-8, whatever the locale has letters for.
    stream = f"{sys.stdout.encoding}:backslashreplace" if sys.stdout else ""
    os.environ["PYTHONUTF8"] = "1"
    os.environ.setdefault("PYTHONIOENCODING", stream)
    os.execv(sys.executable, sys.orig_argv)  # noqa: S606 - itself, with its own arguments

from seedwright.cli.main import main  # noqa: E402 - see above

if __name__ == "__main__":
    main()
