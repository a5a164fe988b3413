"""What a RecordingProxy can do to a request instead of simply passing it on.

An action gets the exchange and gives the client's answer, or None to close the connection without
one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.testbed.web import Answer, Request

if TYPE_CHECKING:
    import threading


@dataclass(frozen=True)
class Exchange:
    """A request, the way to have the server answer it, and the end of the proxy."""

    request: Request
    forward: Callable[[], Answer | None]
    closed: threading.Event


Action = Callable[[Exchange], Answer | None]

Moment = Callable[[Callable[[], object]], Action]
"""Before or after the server is asked, when something else is to happen."""


def pass_on(exchange: Exchange) -> Answer | None:
    """The server's answer, or none when it gives none."""
    return exchange.forward()


def hang(exchange: Exchange) -> None:
    """No answer and no end, until the proxy is closed; the server never sees the request."""
    exchange.closed.wait()


def drop(_: Exchange) -> None:
    """The connection is closed; the server never sees the request."""


def lose_answer(exchange: Exchange) -> None:
    """The server does what was asked; the connection is closed before its answer."""
    exchange.forward()


def status(code: int, body: str = "") -> Action:
    """CODE and BODY, without the server."""
    return lambda _: Answer(code, body.encode(), [("Content-Type", "text/plain; charset=UTF-8")])


def delay(seconds: float) -> Action:
    """SECONDS pass, then the server is asked."""

    def act(exchange: Exchange) -> Answer | None:
        exchange.closed.wait(seconds)
        return exchange.forward()

    return act


def before(hook: Callable[[], object]) -> Action:
    """HOOK runs, then the server is asked."""

    def act(exchange: Exchange) -> Answer | None:
        hook()
        return exchange.forward()

    return act


def after(hook: Callable[[], object]) -> Action:
    """The server is asked, HOOK runs, then the client gets the answer."""

    def act(exchange: Exchange) -> Answer | None:
        answer = exchange.forward()
        hook()
        return answer

    return act
