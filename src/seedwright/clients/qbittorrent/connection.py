"""One signed-in conversation with one qBittorrent, and its end on every way out.

What is promised: one session a connection, opened when first needed and logged out by
:meth:`Connection.close` (and at interpreter exit, should nobody have closed it); a refused sign-in
is never tried again for the same settings; a broken connection or a 5xx answer is tried again with
growing, jittered pauses, briefly before the first contact and patiently after it; anything else
is an error at once.
"""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import re
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar
from weakref import WeakValueDictionary

import qbittorrentapi
import requests

from seedwright.clients.qbittorrent import refusals
from seedwright.clients.qbittorrent.capabilities import Capabilities
from seedwright.clients.qbittorrent.pauses import growing_pauses
from seedwright.clients.qbittorrent.same_machine import neighbour_at
from seedwright.clients.qbittorrent.single_request import SingleRequestClient
from seedwright.errors import (
    ClientConnectionError,
    ClientError,
    ConnectionTimedOutError,
    SignInNeededError,
    UnreachableError,
)
from seedwright.log import Log
from seedwright.threads import hindrance, in_thread, undoable, uninterrupted

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from seedwright.clients.qbittorrent.same_machine import Neighbour
    from seedwright.clients.qbittorrent.single_request import Endpoint

T = TypeVar("T")
E = TypeVar("E", bound=ClientError)

log = Log(__name__)

_VERSION = re.compile(r"v?\d+(\.\d+)+\w*")
_GOODBYE = (2.0, 3.0)
_refusals: dict[Endpoint, refusals.Failure] = {}


@dataclass(frozen=True)
class Patience:
    """For how many seconds a broken connection is tried again: before and after first contact.

    A closed port is nearly always a wrong setting and should be reported soon; a server that
    vanishes in the middle of the work is nearly always being restarted.
    """

    before: float = 1.0
    after: float = 60.0


class Connection:
    """A conversation with one qBittorrent; safe to share between tasks of one event loop."""

    def __init__(self, endpoint: Endpoint, *, patience: Patience | None = None) -> None:
        self.endpoint = endpoint
        self._patience = patience or Patience()
        self._client = SingleRequestClient(endpoint)
        self._gate = asyncio.Semaphore(endpoint.pool_maxsize)
        self._signing_in = asyncio.Lock()
        self._capabilities: Capabilities | None = None
        self._signed_in_times = 0
        self._torrents: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._neighbour: asyncio.Future[Neighbour | None] | None = None
        self._closed = False

    @property
    def name(self) -> str:
        """The client's name in the settings."""
        return self.endpoint.name

    @property
    def title(self) -> str:
        """The client's name in messages."""
        return self.endpoint.title

    @property
    def conversation(self) -> int:
        """Counts up whenever the server has forgotten us: it was restarted, or the session ended."""
        return self._signed_in_times

    def failure(self, kind: type[E], message: str, hint: str) -> E:
        """The error of that kind about this client."""
        return kind(message, client=self.name, hint=hint)

    def alone_with(self, infohash: str) -> asyncio.Lock:
        """What is held while a torrent is added and proven, by one at a time."""
        return self._torrents.setdefault(infohash, asyncio.Lock())

    async def neighbour(self) -> Neighbour | None:
        """The client's process where it is sure to open the files we open, looked for once."""
        if self._neighbour is None:
            host, port = self.endpoint.host, self.endpoint.port
            self._neighbour = asyncio.ensure_future(in_thread(lambda: neighbour_at(host, port)))
        return await asyncio.shield(self._neighbour)

    @property
    def signed_in(self) -> bool:
        """Whether the server needed user name and password, and accepted them."""
        return self._signed_in_times > 0

    @property
    def is_open(self) -> bool:
        """Whether the server has been reached and has let us in."""
        return self._capabilities is not None and not self._closed

    async def open(self) -> Capabilities:
        """What the server is and can do, signing in when that has not been done.

        Raises ClientConnectionError or SignInError.
        """
        if self._capabilities is not None:
            return self._capabilities
        if self._closed:
            raise refusals.CLOSED.of(self.endpoint)
        return await self._with_patience(self._introduce)

    async def call(
        self,
        operation: Callable[[SingleRequestClient], T],
        *,
        passing: tuple[type[Exception], ...] = (),
        repeatable: bool = True,
        within: float | None = None,
    ) -> T:
        """What ``operation(client)`` gives, run off the event loop.

        ``passing`` names the exceptions of ``qbittorrentapi`` that the caller wants as they are;
        all others arrive as ClientError. With ``repeatable`` false a broken connection is not tried
        again, since the request may have been carried out; else it is for ``within`` seconds, or
        for as long as the connection's own patience lasts.
        """

        async def once() -> T:
            if self._closed:
                raise refusals.CLOSED.of(self.endpoint)
            if self._capabilities is None:
                await self._introduce()
            return await self._signed_in_call(operation, passing)

        return await (self._with_patience(once, within) if repeatable else once())

    async def close(self) -> None:
        """Log out and let go of the sockets; gives up after a few seconds, never raises.

        A session that may still be open on the server is logged as a warning.
        """
        if self._closed:
            return
        self._closed = True
        await uninterrupted(self._part())

    async def _part(self) -> None:
        # Whoever was signing in when all was cancelled sees it through, and there is a cookie then.
        await hindrance(self._no_sign_in(), within=sum(_GOODBYE))
        await hindrance(in_thread(self._log_out), within=2 * sum(_GOODBYE))

    async def _no_sign_in(self) -> None:
        async with self._signing_in:
            return

    async def _with_patience(
        self, attempt: Callable[[], Awaitable[T]], within: float | None = None
    ) -> T:
        started = time.monotonic()
        pauses = growing_pauses()
        while True:
            pause = next(pauses)
            try:
                return await attempt()
            except ClientConnectionError as error:
                waited = time.monotonic() - started + pause
                if not self._worth_another_try(error, waited, within):
                    raise
                log.info("%s; trying again in %.1f s", error.message, pause)
            await asyncio.sleep(pause)

    def _worth_another_try(
        self, error: ClientConnectionError, waited: float, within: float | None
    ) -> bool:
        if self._closed:
            return False
        if self._capabilities is None:
            return isinstance(error, UnreachableError) and waited <= self._patience.before
        patience = self._patience.after if within is None else within
        return isinstance(error, UnreachableError | ConnectionTimedOutError) and waited <= patience

    async def _introduce(self) -> Capabilities:
        """Sign in and learn the versions, once; whoever comes meanwhile waits for the outcome."""
        async with self._signing_in:
            if self._capabilities is None:
                if not await self._is_let_in():
                    await self._sign_in()
                # Registered after urllib3's own hook, and so run before it empties the pool.
                atexit.register(self._log_out)
                self._capabilities = await self._attempt(self._read_versions)
                log.info("%s is %s", self.endpoint, self._capabilities.describe())
            return self._capabilities

    async def _is_let_in(self) -> bool:
        """Whether the server answers without a sign-in: an API key, or a trusted address."""
        self._raise_refusal()
        try:
            version = await self._attempt(
                lambda client: client.app_web_api_version(),
                passing=(qbittorrentapi.HTTP4XXError,),
            )
        except qbittorrentapi.Unauthorized401Error as error:
            # Not about credentials, which nobody has sent yet.
            raise refusals.translate(error, self.endpoint) from error
        except qbittorrentapi.Forbidden403Error as error:
            if "banned" in str(error).lower():
                raise self._refuse(refusals.BANNED) from error
            if self.endpoint.api_key:
                raise self._refuse(refusals.SIGN_IN_REFUSED) from error
            return False
        except qbittorrentapi.HTTP4XXError as error:
            seen = f"it answers HTTP {error.http_status_code}"
            raise refusals.NOT_QBITTORRENT.of(self.endpoint, seen=seen) from error
        if not _VERSION.fullmatch(version.strip()):
            self._client.forget_version()
            seen = "its answer is not a version number"
            raise refusals.NOT_QBITTORRENT.of(self.endpoint, seen=seen)
        return True

    async def _sign_in(self) -> None:
        if self._closed:
            # A call that was on its way meanwhile would open a session that nobody closes.
            raise refusals.CLOSED.of(self.endpoint)
        self._raise_refusal()
        name, password = self.endpoint.username, self.endpoint.password
        if not name:
            raise refusals.SIGN_IN_NEEDED.of(self.endpoint)
        login = self._attempt(
            lambda client: client.auth_log_in(name, password),
            passing=(qbittorrentapi.LoginFailed, qbittorrentapi.Forbidden403Error),
        )
        try:
            # Seen through even when cancelled: without its cookie a session cannot be logged out.
            await undoable(login, within=sum(_GOODBYE))
        except qbittorrentapi.LoginFailed as error:
            raise self._refuse(refusals.SIGN_IN_REFUSED) from error
        except qbittorrentapi.Forbidden403Error as error:
            raise self._refuse(refusals.BANNED) from error
        self._client.hide_session()
        log.info("%s: signed in as %s", self.title, name)
        self._signed_in_times += 1

    async def _signed_in_call(
        self, operation: Callable[[SingleRequestClient], T], passing: tuple[type[Exception], ...]
    ) -> T:
        """The call; when the session has ended (expired, or the server restarted), a new one."""
        times = self._signed_in_times
        try:
            return await self._attempt(operation, passing)
        except SignInNeededError:
            self._raise_refusal()
            if not self.endpoint.username:
                raise
        async with self._signing_in:
            if times == self._signed_in_times:
                # Not every 403 means that the session has ended, and two of them are one too many.
                with contextlib.suppress(ClientError):
                    await self._attempt(lambda client: client.end_session(_GOODBYE))
                await self._sign_in()
                self._client.forget_version()
                self._capabilities = await self._attempt(self._read_versions)
        return await self._attempt(operation, passing)

    async def _attempt(
        self,
        operation: Callable[[SingleRequestClient], T],
        passing: tuple[type[Exception], ...] = (),
    ) -> T:
        async with self._gate:
            try:
                return await in_thread(lambda: operation(self._client))
            except passing:
                raise
            except Exception as error:
                raise refusals.translate(error, self.endpoint) from error

    def _read_versions(self, client: SingleRequestClient) -> Capabilities:
        build = client.app_build_info()
        return Capabilities(
            client=self.name,
            app_version=client.app_version(),
            api_version=client.app_web_api_version(),
            libtorrent_version=str(build.get("libtorrent", "")),
        )

    def _refuse(self, failure: refusals.Failure) -> ClientError:
        """The error, which is raised for these settings from now on without another try."""
        _refusals[self.endpoint] = failure
        return failure.of(self.endpoint)

    def _raise_refusal(self) -> None:
        if self.endpoint in _refusals:
            raise _refusals[self.endpoint].of(self.endpoint)

    def _log_out(self) -> None:
        atexit.unregister(self._log_out)
        try:
            self._end_session()
        except Exception as error:
            why = refusals.translate(error, self.endpoint).message
            log.warning("a session on %s may still be open until it expires: %s", self.title, why)
        self._client._trigger_session_initialization()  # noqa: SLF001 - closes the sockets

    def _end_session(self) -> None:
        """Log out, and try again for a few seconds; raises what the last try raised."""
        deadline = time.monotonic() + sum(_GOODBYE)
        for pause in growing_pauses():
            left = max(deadline - time.monotonic(), pause)
            try:
                if self._client.end_session((min(_GOODBYE[0], left), min(_GOODBYE[1], left))):
                    log.info("%s: logged out", self.title)
            except qbittorrentapi.HTTP4XXError:
                raise
            except requests.RequestException:
                if time.monotonic() + pause > deadline:
                    raise
                time.sleep(pause)
            else:
                return
