"""The login of the page: a password that is kept as a hash only, and how often one may guess it."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import math
import secrets
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.errors import BylineError

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

FAILURES = 5  # of one client
MINUTE = 60.0  # seconds in which so many are allowed
_CLIENTS = 10_000  # remembered at a time
_COST = {"n": 2**14, "r": 8, "p": 1}  # of scrypt (RFC 7914): 16 MB, and some 50 ms for each guess
_NETWORK = 64  # bits of an IPv6 address that are one client's: providers hand out whole networks


@dataclass(frozen=True, slots=True)
class Login:
    """The one user name and password that open the page; of the password only a salted hash."""

    user: str
    salt: bytes
    hashed: bytes

    @classmethod
    def of(cls, user: str, password: str) -> Login:
        """The login of that name and password."""
        salt = secrets.token_bytes(16)
        return cls(user, salt, _hashed(password, salt))

    def admits(self, user: str, password: str) -> bool:
        """Whether both are right, in a time that does not tell how much of them was."""
        same_user = hmac.compare_digest(user.encode("utf-8", "replace"), self.user.encode("utf-8", "replace"))
        same_password = hmac.compare_digest(_hashed(password, self.salt), self.hashed)
        return same_user and same_password


def read_login(written: str) -> Login:
    """`USER:PASSWORD` as a login.

    Raises:
        BylineError: there is no colon, or one side of it is empty.
    """
    user, colon, password = written.partition(":")
    if not (user.strip() and colon and password):
        raise BylineError("--auth: write it as USER:PASSWORD, both of them not empty")
    return Login.of(user.strip(), password)  # Gradio strips the name that is typed in


class Attempts:
    """When each client tried and was not let in, over the last minute."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock` is in seconds."""
        self._clock = clock
        self._tries: dict[str, deque[float]] = {}

    def wait(self, client: str) -> float:
        """Seconds until the client may try again; 0 where it may now."""
        tries = self._tries.get(client)
        return max(0.0, tries[0] + MINUTE - self._clock()) if tries and len(tries) == FAILURES else 0.0

    def begin(self, client: str) -> None:
        """Count a try before it is decided, so that many at once are not more than as many in a row."""
        tries = self._tries.pop(client, deque(maxlen=FAILURES))
        self._tries[client] = tries  # the last to be forgotten
        tries.append(self._clock())
        if len(self._tries) > _CLIENTS:
            del self._tries[next(iter(self._tries))]

    def succeed(self, client: str) -> None:
        """Forget the client's last try: it was right."""
        if tries := self._tries.get(client):
            tries.pop()


class LoginLimit:
    """ASGI middleware: whoever failed five times in a minute is not asked again before that minute is over."""

    def __init__(self, app: ASGIApp, is_try: Callable[[Scope], bool], attempts: Attempts) -> None:
        """`is_try` says whether a request brings a password."""
        self._app = app
        self._is_try = is_try
        self._attempts = attempts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] != "http" or not self._is_try(scope):
            await self._app(scope, receive, send)
            return
        client = _client(scope)
        if wait := math.ceil(self._attempts.wait(client)):
            from starlette.responses import PlainTextResponse

            refusal = PlainTextResponse(
                f"too many wrong passwords; try again in {wait} s\n", 429, headers={"Retry-After": str(wait)}
            )
            await refusal(scope, receive, send)
            return
        self._attempts.begin(client)

        async def watched(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] not in (400, 401):
                self._attempts.succeed(client)
            await send(message)

        await self._app(scope, receive, watched)


def brings_login_form(scope: Scope) -> bool:
    """Whether a request is Gradio's form with name and password."""
    return scope["method"] == "POST" and str(scope["path"]).rstrip("/").endswith("/login")


def _hashed(password: str, salt: bytes) -> bytes:
    return hashlib.scrypt(password.encode("utf-8", "replace"), salt=salt, **_COST)


def _client(scope: Scope) -> str:
    """Who asks: an IPv4 address, or the network of an IPv6 one."""
    host = (scope.get("client") or ("", 0))[0]
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return str(host)
    return host if address.version == 4 else str(ipaddress.ip_network(f"{address}/{_NETWORK}", strict=False))
