"""Running the app: token, address, certificate, and a way for phones to find it."""

from __future__ import annotations

import os
import secrets
import socket
import sys
import time
import webbrowser
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from formcheck.coach.plan import Plan
from formcheck.coach.sitting import Options
from formcheck.errors import OutputError, RequestError
from formcheck.models import find_model
from formcheck.quiet import quiet
from formcheck.text import Lang, told, why
from formcheck.web import archive
from formcheck.web.app import create_app

SEND_BYTES = 32_768
TOKEN_DAYS = 1.0
"""How long a token stays: pages that are open go on when the server is started again."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where the server listens."""

    host: str
    port: int
    https: bool

    def url(self, host: str, token: str) -> str:
        """The address for a browser."""
        return f"http{'s' if self.https else ''}://{f'[{host}]' if ':' in host else host}:{self.port}/?token={token}"

    @property
    def local(self) -> str:
        """The name under which a browser on this computer finds it."""
        return "127.0.0.1" if self.host in ("0.0.0.0", "127.0.0.1", "localhost") else self.host


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens; RequestError when the address is taken or not of this computer."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    made = socket.socket(family, socket.SOCK_STREAM)
    if os.name == "posix":
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    # Answers wait here for a page that does not read; with the system's usual megabytes that would be minutes of them.
    made.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BYTES)
    try:
        made.bind((host, port))
        made.listen(64)
    except OSError as error:
        made.close()
        reason = why(error)
        raise RequestError(
            en=f"cannot listen on {host}:{port} ({reason.en}); is it running already? Else name another --port",
            ja=f"{host}:{port} を使えません（{reason.ja}）。すでに起動していないか確かめるか、--port を変えてください",
        ) from error
    return made


def kept_token(root: Path) -> str:
    """The token of the last day, or a new one; only this user can read it."""
    path = root / "token"
    try:
        if path.is_file() and time.time() - path.stat().st_mtime < TOKEN_DAYS * 86400.0:
            token = path.read_text(encoding="ascii").strip()
            if len(token) >= 32:
                return token
        root.mkdir(parents=True, exist_ok=True, mode=0o700)
        token = secrets.token_urlsafe(32)
        path.unlink(missing_ok=True)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            file.write(token)
    except OSError as error:
        raise OutputError.refused(path, error) from error
    return token


def addresses() -> list[str]:
    """The addresses of this computer in its network. Nothing is sent: the system is asked which one it would use."""
    found = []
    for family, elsewhere in ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1")):
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            try:
                probe.connect((elsewhere, 9))
                found.append(str(probe.getsockname()[0]))
            except OSError:
                continue
    return [address for address in found if not address.startswith(("127.", "::1", "fe80"))]


def serve(
    bound: socket.socket,
    address: Address,
    options: Options,
    *,
    chosen: Plan | None,
    lang: Lang,
    offered: Sequence[Plan],
    note: str,
    browser: bool,
) -> None:
    """Serve until interrupted."""
    import uvicorn

    find_model(options.model)
    root = options.root
    token = kept_token(root)
    app = create_app(options, token, offered=offered, note=note, chosen=chosen, routes=archive.routes())
    settings: dict[str, Any] = {}
    if address.https:
        from formcheck.web.certificate import certificate

        settings = dict(zip(("ssl_certfile", "ssl_keyfile"), map(str, certificate(root, addresses())), strict=True))
    config = uvicorn.Config(
        app, log_level="error", ws="websockets-sansio", ws_max_size=4_000_000, ws_ping_interval=10.0,
        ws_ping_timeout=20.0, timeout_graceful_shutdown=3, **settings,
    )  # fmt: skip
    announce(address, token, lang)
    if browser:
        webbrowser.open(address.url(address.local, token))
    with quiet(active=True):
        uvicorn.Server(config).run(sockets=[bound])


def announce(address: Address, token: str, lang: Lang) -> None:
    """Say where the page is; for phones with a QR code."""
    err = sys.stderr
    click.echo(
        told(lang, ja="このアドレスを開いてください: ", en="Open this address: ") + address.url(address.local, token),
        err=True,
    )
    if address.host not in ("0.0.0.0", "::"):
        return
    for found in addresses():
        if ":" in found and address.host == "0.0.0.0":
            continue  # that listens on IPv4 alone
        url = address.url(found, token)
        click.echo(
            told(lang, ja="同じネットワークのスマートフォンから: ", en="From a phone in the same network: ") + url,
            err=True,
        )
        import segno

        segno.make(url, error="m").terminal(out=err, compact=True)
    if not address.https:
        click.echo(
            told(
                lang,
                ja="ほかの機器ではカメラが使えません。--https を付けて起動してください",
                en="Browsers on other devices will refuse the camera: start with --https",
            ),
            err=True,
        )
