"""One running qBittorrent."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import ssl
import subprocess
import time
import urllib.error
import urllib.request
from typing import TYPE_CHECKING, Any, Self

import qbittorrentapi

from tests.testbed import clean
from tests.testbed.ports import HOST, free_port
from tests.testbed.process import launch
from tests.testbed.profile import Profile

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from tests.testbed.fetch import Installation

USERNAME = "admin"
PASSWORD = "adminadmin"

START_LIMIT = 30.0
STOP_LIMIT = 5.0
_PAUSE = 0.02
_TAIL = 3000


class ServerError(Exception):
    """The server did not start, or not as it should; the message ends with its log."""


class _PortTakenError(Exception):
    """Somebody else has the port of the Web UI."""


class Server:
    """A qBittorrent of its own profile on loopback, in a process of its own.

    SETTINGS are keys of ``qBittorrent.conf`` over those of the test bed, in the section
    ``Preferences`` unless they say ``SECTION/KEY``: ``{"WebUI\\\\HTTPS\\\\Enabled": "true"}``.
    """

    host = HOST

    def __init__(
        self,
        installation: Installation,
        folder: Path,
        *,
        username: str = USERNAME,
        password: str = PASSWORD,
        settings: Mapping[str, str] | None = None,
    ) -> None:
        self.username = username
        self.password = password
        self.port = 0
        self.version = ""
        self.profile = Profile(folder)
        self._installation = installation
        self._settings = dict(settings or {})
        self._process: subprocess.Popen[bytes] | None = None
        self._session: qbittorrentapi.Client | None = None
        self._preferences: dict[str, Any] = {}
        self._log_read = 0

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def __repr__(self) -> str:
        return f"<qBittorrent {self.version or self._installation.version} at {self.url}>"

    @property
    def url(self) -> str:
        """Where its Web UI answers."""
        return f"{self.scheme}://{self.host}:{self.port}"

    @property
    def scheme(self) -> str:
        """``https`` when the settings say so, else ``http``."""
        return "https" if self._settings.get("WebUI\\HTTPS\\Enabled") == "true" else "http"

    @property
    def pid(self) -> int | None:
        """Its process, when it runs."""
        return self._process.pid if self._process and self._process.poll() is None else None

    def log_text(self) -> str:
        """What it logged since the profile was made."""
        return self._log_from(0).decode(errors="replace")

    def start(self) -> None:
        """Start it, and return when its Web UI answers; again on the same port after a stop.

        Raises ServerError with the end of its log after 30 seconds, or when it ends before that.
        """
        if self.pid is not None:
            raise ServerError(f"{self!r} is running already.")
        deadline = time.monotonic() + START_LIMIT
        fresh = self.port == 0
        while True:
            if fresh:
                self.port = free_port()
                self.profile.write(self.port, self.username, self.password, self._settings)
            try:
                self._launch(deadline)
            except _PortTakenError:
                self.kill()
                if time.monotonic() > deadline:
                    raise ServerError(f"Port {self.port} is not free: {self._tail()}") from None
            except BaseException:
                self.kill()
                raise
            else:
                return

    def stop(self) -> None:
        """End it the way a user would (SIGTERM), by force after 5 seconds."""
        if self._process is not None:
            # A suspended process cannot hear the SIGTERM.
            self._process.send_signal(signal.SIGCONT)
            self._process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(STOP_LIMIT)
        self.kill()

    def kill(self) -> None:
        """End it at once (SIGKILL), as a crash or a power cut would."""
        self._session = None
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        self._process = None

    def restart(self) -> None:
        """Stop it if it runs, and start it on the same port and profile."""
        self.stop()
        self.start()

    def renew(self) -> None:
        """Stop it, and start it on a new profile and another port."""
        self.stop()
        shutil.rmtree(self.profile.folder, ignore_errors=True)
        self.port, self._preferences, self._log_read = 0, {}, 0
        self.start()

    def suspend(self) -> None:
        """Freeze it (SIGSTOP): connections are taken and nothing answers."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on."""
        self._signal(signal.SIGCONT)

    @contextlib.contextmanager
    def api(self) -> Iterator[qbittorrentapi.Client]:
        """A signed-in client of the test's own, to look at the server from outside."""
        client = self._sign_in()
        try:
            yield client
        finally:
            if self.pid is not None:
                client.auth_log_out()

    def left_behind(self) -> list[str]:
        """The tasks and torrents in it, each as words for a person."""
        return clean.left_behind(self._signed_in())

    def reset(self) -> None:
        """Take out every torrent (not its files), task, category and tag; undo preferences.

        Also clears the count of refused sign-ins, before it bans us. A server that was killed,
        suspended, banned or moved cannot be reset: ``renew()`` it.
        """
        log = self._log_from(self._log_read)
        self._log_read += len(log)
        if b"login failure" in log and self._session is not None:
            # Only a new sign-in clears the count.
            self._session.auth_log_out()
            self._session = None
        clean.empty(self._signed_in(), self._preferences)

    def _launch(self, deadline: float) -> None:
        log_start = self.profile.log.stat().st_size if self.profile.log.exists() else 0
        self._process = launch(
            [*self._installation.command, f"--profile={self.profile.folder}"],
            environment={
                "PATH": os.environ.get("PATH", os.defpath),
                "HOME": str(self.profile.folder),
                "TMPDIR": str(self.profile.temporary),
                # File names are UTF-8; the order of files in v1 torrents follows the locale.
                "LC_ALL": "C.UTF-8",
                **self._installation.environment,
            },
            output=self.profile.console,
        )
        while time.monotonic() < deadline:
            ended = self._process.poll() is not None
            log = self._log_from(log_start).decode(errors="replace")
            # The log tells apart our server and another one on the same port; an answer would not.
            if "Unable to bind" in log:
                raise _PortTakenError
            if ended:
                raise ServerError(f"qBittorrent ended while starting: {self._tail()}")
            if f"Now listening on IP: {HOST}, port: {self.port}" in log and self._answers():
                started = re.search(r"qBittorrent v(\S+) started", log)
                self.version = started[1] if started else self._installation.version
                return
            time.sleep(_PAUSE)
        raise ServerError(f"qBittorrent did not answer in {START_LIMIT:g} s: {self._tail()}")

    def _answers(self) -> bool:
        unverified = ssl.create_default_context()
        unverified.check_hostname = False
        unverified.verify_mode = ssl.CERT_NONE
        try:
            with urllib.request.urlopen(self.url, timeout=STOP_LIMIT, context=unverified):
                return True
        except urllib.error.HTTPError as answer:
            answer.close()
            return True
        except OSError:
            return False

    def _signal(self, number: signal.Signals) -> None:
        if self._process is None:
            raise ServerError("qBittorrent does not run.")
        self._process.send_signal(number)

    def _sign_in(self) -> qbittorrentapi.Client:
        client = qbittorrentapi.Client(
            host=self.url,
            username=self.username,
            password=self.password,
            VERIFY_WEBUI_CERTIFICATE=False,
            RAISE_NOTIMPLEMENTEDERROR_FOR_UNIMPLEMENTED_API_ENDPOINTS=True,
            # Said again for each request: there, REQUESTS_CA_BUNDLE does not undo it.
            REQUESTS_ARGS={"timeout": START_LIMIT, "verify": False},
        )
        client.auth_log_in()
        if not self._preferences:
            self._preferences = dict(client.app_preferences())
        return client

    def _signed_in(self) -> qbittorrentapi.Client:
        """The test bed's own session, kept over many tests: a sign-in takes 60 ms of one core."""
        if self._session is None:
            self._session = self._sign_in()
        return self._session

    def _log_from(self, position: int) -> bytes:
        if not self.profile.log.exists():
            return b""
        with self.profile.log.open("rb") as log:
            log.seek(position)
            return log.read()

    def _tail(self) -> str:
        console = self.profile.console
        printed = console.read_text(errors="replace") if console.exists() else ""
        return f"{printed}\n{self.log_text()}"[-_TAIL:]
