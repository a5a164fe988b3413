"""``python -m tests.testbed 5.3``: a qBittorrent to play with by hand, until Ctrl-C."""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
from pathlib import Path

from tests.testbed.fetch import OLD_VERSION, VERSIONS, TestbedUnavailable, qbittorrent
from tests.testbed.server import Server, ServerError


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.testbed", description=__doc__)
    parser.add_argument(
        "version", nargs="?", default=VERSIONS[-1], choices=[*VERSIONS, OLD_VERSION]
    )
    version = parser.parse_args().version
    # One way out, whoever ends it: Ctrl-C, kill, a closed terminal.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit(0))
    try:
        installation = qbittorrent(version)
        with (
            tempfile.TemporaryDirectory(prefix="qbittorrent-") as folder,
            Server(installation, Path(folder)) as server,
        ):
            print(f"qBittorrent {server.version}")
            print(f"address   {server.url}")
            print(f"user      {server.username}")
            print(f"password  {server.password}")
            print(f"folder    {folder} (removed at the end)")
            print("Ctrl-C ends it.", flush=True)
            signal.pause()
    except (TestbedUnavailable, ServerError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
