"""The web app: pages, words and clips, and the connection that coaches. Everything but files needs the token."""

from __future__ import annotations

import asyncio
import hmac
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import date
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import HTTPConnection, Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocket

from formcheck.coach.archive import unfinished
from formcheck.coach.plan import Plan, adapt
from formcheck.coach.sitting import Options
from formcheck.errors import FormcheckError
from formcheck.history import History
from formcheck.restdays import advise
from formcheck.text import Text
from formcheck.web.messages import Feeling
from formcheck.web.socket import Sessions
from formcheck.web.words import both, page_words

STATIC = Path(__file__).parent / "static"
COOKIE = "formcheck_token"
TIDY_EVERY_S = 30.0
MOST_BODY_BYTES = 10_000
DENIED = (
    "This address needs the token that formcheck showed when it started. / 起動時に表示されたアドレスを開いてください。"
)


def create_app(
    options: Options,
    token: str,
    *,
    offered: Sequence[Plan] = (),
    note: str = "",
    chosen: Plan | None = None,
    lang: str | None = None,
    routes: Sequence[BaseRoute] = (),
) -> Starlette:
    """The app for one user. `routes` are pages of other rooms, behind the same token and security headers.

    `offered` is what is prescribed for today with its `note`; `chosen` what the command line asked for; `lang` fixes
    the language of the page, which else follows the browser.
    """
    sessions = Sessions(options)
    setup = {
        "offered": [plan.model_dump() for plan in offered],
        "note": note,
        "lang": lang,
        "chosen": chosen.model_dump() if chosen else None,
        "person": options.person,
    }

    async def page(_: Request) -> Response:
        return FileResponse(STATIC / "index.html")

    async def words(_: Request) -> Response:
        resting = await asyncio.to_thread(rest_advice, options, date.today())
        return JSONResponse(page_words() | {"setup": {**setup, "resting": both(resting) if resting else None}})

    async def adapted(request: Request) -> Response:
        try:
            said = Feeling.model_validate_json(await limited(request))
        except ValueError:
            return PlainTextResponse("not understood", status_code=400)
        return JSONResponse({"plan": adapt(said.plan, said.felt, said.clean_share, said.earned).model_dump()})

    async def live(socket: WebSocket) -> None:
        if not has_token(socket, token):
            await socket.accept()
            return await socket.close(4401, "wrong token")
        await sessions.serve(socket)

    return Starlette(
        routes=[
            Route("/", page),
            Route("/words.json", words),
            Route("/adapt", adapted, methods=["POST"]),
            WebSocketRoute("/live", live),
            *routes,
            Mount("/static", StaticFiles(directory=STATIC)),
        ],
        lifespan=lambda _: _tidying(options),
        middleware=[Middleware(Guard, token=token)],
    )


def rest_advice(options: Options, today: date) -> Text | None:
    """A word about rest before starting, by the days trained; None when there is nothing to say."""
    try:
        with History(options.root) as history:
            advice = advise(history.training_days(options.person), today)
    except FormcheckError:
        return None  # a damaged history speaks for itself on its own page
    return advice.before if advice else None


async def limited(request: Request) -> bytes:
    """The body of a request; ValueError when it is larger than any that the page sends."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > MOST_BODY_BYTES:
            raise ValueError("too large")
    return body


@asynccontextmanager
async def _tidying(options: Options) -> AsyncIterator[None]:
    """While the server runs, sessions that broke off get their reports."""
    task = asyncio.create_task(_tidy(options))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _tidy(options: Options) -> None:
    while True:
        for archive in await asyncio.to_thread(unfinished, options.root):
            with suppress(FormcheckError):
                await asyncio.to_thread(archive.finish)
        await asyncio.sleep(TIDY_EVERY_S)


def has_token(connection: HTTPConnection, token: str) -> bool:
    """Whether the address or a cookie carries the token."""
    given = connection.query_params.get("token") or connection.cookies.get(COOKIE) or ""
    return hmac.compare_digest(given.encode(), token.encode())


class Guard:
    """Asks for the token, and adds the headers that keep everything on this computer."""

    def __init__(self, app: ASGIApp, token: str) -> None:
        self.app, self.token = app, token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        request = HTTPConnection(scope)
        allowed = has_token(request, self.token)

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = [*message["headers"], *security_headers(request)]
                if allowed and "token" in request.query_params:
                    secure = "; Secure" if scope["scheme"] == "https" else ""
                    cookie = f"{COOKIE}={self.token}; Path=/; HttpOnly; SameSite=Strict{secure}"
                    headers.append((b"set-cookie", cookie.encode()))
                message = {**message, "headers": headers}
            await send(message)

        if not allowed and not scope["path"].startswith("/static/"):
            return await PlainTextResponse(DENIED, status_code=403)(scope, receive, guarded)
        await self.app(scope, receive, guarded)


def security_headers(request: HTTPConnection) -> list[tuple[bytes, bytes]]:
    """Nothing is loaded from elsewhere, framed, sniffed, kept by others, or told where one came from."""
    host = request.headers.get("host", "")
    # Older Safari does not count WebSockets to the page's own address as 'self'.
    sockets = f" ws://{host} wss://{host}" if re.fullmatch(r"[\w.\-\[\]:]+", host) else ""
    policy = (
        f"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
        f"media-src 'self' blob:; connect-src 'self'{sockets}; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'"
    )
    values: dict[str, Any] = {
        "content-security-policy": policy, "x-content-type-options": "nosniff", "referrer-policy": "no-referrer",
        "cross-origin-opener-policy": "same-origin", "permissions-policy": "camera=(self), microphone=()",
        "cache-control": "no-cache",
    }  # fmt: skip
    return [(name.encode(), value.encode()) for name, value in values.items()]
