"""The server as a process: its certificate and QR code, and clients that want to fill its memory."""

from __future__ import annotations

import io
import json
import re
import socket
import ssl
import struct
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import cv2
import numpy as np
import pytest
from browsing import Server
from cryptography import x509
from websockets.client import ClientProtocol
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect
from websockets.uri import parse_uri

from formcheck.web.certificate import certificate
from formcheck.web.serve import Address, addresses, announce

HELLO = json.dumps({"type": "hello", "plan": {"exercise": "hip_lift"}})
NETWORK_MB = 100.0
MOST_MB = 60.0
"""How much more memory a bad client may cost for a moment: a message of 4 MB, its copies, answers on their way."""


def jpeg(width_px: int = 320, height_px: int = 240) -> bytes:
    return cv2.imencode(".jpg", np.full((height_px, width_px, 3), 90, np.uint8))[1].tobytes()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    made = Server(tmp_path_factory.mktemp("data"))
    yield made
    made.close()


def address(server: Server) -> str:
    return server.url.replace("http", "ws", 1).replace("/?", "/live?")


@contextmanager
def joined(server: Server) -> Iterator[ClientConnection]:
    """A connection that has said hello and got an answer to its first frame."""
    with connect(address(server), max_size=None) as made:
        made.send(HELLO)
        made.send(struct.pack(">d", 1000.0) + jpeg())
        while json.loads(made.recv(timeout=60))["type"] != "tick":
            pass
        yield made


def memory_mb(server: Server) -> float:
    status = Path(f"/proc/{server.process.pid}/status").read_text(encoding="ascii")
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    assert found
    return int(found[1]) / 1024


def threads(server: Server) -> int:
    """Every session has threads of its own."""
    return len(list(Path(f"/proc/{server.process.pid}/task").iterdir()))


def closed_with(client: ClientConnection) -> int:
    with suppress(ConnectionClosed):
        for _ in range(1000):
            client.recv(timeout=30)
    assert client.close_code is not None
    return client.close_code


def test_huge_frames_and_pictures_cost_no_memory_and_nobody_else_their_session(server: Server) -> None:
    bomb = bytearray(jpeg())
    at = bomb.index(b"\xff\xc0")
    bomb[at + 5 : at + 9] = struct.pack(">HH", 10_000, 10_000)
    with joined(server) as other:
        before_mb = memory_mb(server)
        for message, codes in ((bytes(50_000_000), {1009}), (struct.pack(">d", 2000.0) + bytes(bomb), {4413})):
            for _ in range(2):
                with connect(address(server)) as client:
                    client.send(HELLO)
                    try:
                        client.send(message)
                    except ConnectionClosed:
                        assert client.close_code in codes
                    else:
                        assert closed_with(client) in codes
        assert memory_mb(server) - before_mb < MOST_MB
        other.send(struct.pack(">d", 1040.0) + jpeg())
        assert json.loads(other.recv(timeout=30))["frame_ms"] == 1040.0


def test_a_client_that_never_reads_is_closed_and_its_answers_do_not_pile_up(server: Server) -> None:
    with joined(server):
        before_mb = most_mb = memory_mb(server)
    with socket.socket() as deaf:
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        deaf.settimeout(3.0)
        deaf.connect(("127.0.0.1", int(server.port)))
        protocol = ClientProtocol(parse_uri(address(server)))
        protocol.send_request(protocol.connect())
        deaf.sendall(b"".join(protocol.data_to_send()))
        protocol.receive_data(deaf.recv(4096))
        protocol.send_text(HELLO.encode())
        began_s, number, held = time.monotonic(), 0, 0
        while number < 100 or threads(server) == held:
            assert time.monotonic() - began_s < 60.0
            protocol.send_binary(struct.pack(">d", 1000.0 + 40.0 * number) + jpeg(64, 48))
            deaf.sendall(b"".join(protocol.data_to_send()))
            time.sleep(0.02)
            number += 1
            if number == 100:
                held = threads(server)
            most_mb = max(most_mb, memory_mb(server)) if number % 50 == 0 else most_mb
    assert most_mb - before_mb < MOST_MB + NETWORK_MB
    with joined(server) as other:
        other.send(struct.pack(">d", 1040.0) + jpeg())
        assert json.loads(other.recv(timeout=30))["frame_ms"] == 1040.0


def test_https_answers_on_the_addresses_of_this_computer(tmp_path: Path) -> None:
    """With the certificate trusted and its names checked, as a phone does."""
    made = Server(tmp_path, "--https", "--host", "0.0.0.0")
    try:
        trusting = ssl.create_default_context(cafile=str(tmp_path / "certificate.pem"))
        for host in ("127.0.0.1", "localhost", *(address for address in addresses() if ":" not in address)):
            url = made.url.replace("127.0.0.1", host)
            with urllib.request.urlopen(url, context=trusting, timeout=30) as answer:
                assert answer.status == 200
                assert "Secure" in answer.headers["set-cookie"]
            with connect(url.replace("https", "wss", 1).replace("/?", "/live?"), ssl=trusting) as client:
                client.send(HELLO)
                client.send(struct.pack(">d", 1000.0) + jpeg())
                assert json.loads(client.recv(timeout=60))["type"] in ("session", "tick")
        with pytest.raises(OSError, match="CERTIFICATE_VERIFY_FAILED"):
            urllib.request.urlopen(made.url, timeout=30)
    finally:
        made.close()


def test_a_certificate_is_kept_until_it_is_for_other_addresses(tmp_path: Path) -> None:
    path, key = certificate(tmp_path, ["192.0.2.7"])
    first = path.read_bytes()
    names = x509.load_pem_x509_certificate(first).extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert {"192.0.2.7", "127.0.0.1", "::1"} == {str(each) for each in names.get_values_for_type(x509.IPAddress)}
    assert key.stat().st_mode & 0o077 == 0
    certificate(tmp_path, ["192.0.2.7"])
    assert path.read_bytes() == first
    certificate(tmp_path, ["192.0.2.8"])
    assert path.read_bytes() != first


def test_the_qr_code_in_the_terminal_is_the_address_for_phones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("formcheck.web.serve.addresses", lambda: ["192.0.2.7", "fd00::7"])
    terminal = io.StringIO()
    monkeypatch.setattr(sys, "stderr", terminal)
    announce(Address("0.0.0.0", 8642, https=True), "t" * 43, "en")
    lines = [
        line for line in re.sub(r"\x1b\[[\d;]*m", "", terminal.getvalue()).splitlines() if "█" in line or "▀" in line
    ]
    halves = {" ": (0, 0), "▀": (255, 0), "▄": (0, 255), "█": (255, 255)}
    rows = [[halves[letter][half] for letter in line] for line in lines for half in (0, 1)]
    picture = np.kron(np.array(rows, np.uint8), np.ones((8, 8), np.uint8))
    picture = np.pad(picture, 40, constant_values=255)
    read = {cv2.QRCodeDetector().detectAndDecode(each)[0] for each in (picture, 255 - picture)}
    assert "fd00" not in terminal.getvalue()
    assert f"https://192.0.2.7:8642/?token={'t' * 43}" in read


def test_the_server_says_when_its_port_is_taken(server: Server) -> None:
    command = [sys.executable, "-m", "formcheck", "live", "--no-browser", "--port", server.port, "--lang", "en"]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 2
    assert "is it running already?" in ended.stderr
    assert len(ended.stderr.splitlines()) == 1
