"""Nothing leaves the computer: a whole run is traced, and every attempt to reach another one is found."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from ipaddress import ip_address
from pathlib import Path

import av
import pytest

CALLS = ("connect", "sendto", "sendmsg", "sendmmsg")  # the C library looks names up with sendmmsg
CALL = re.compile(rf"^(?:\[pid +\d+\] |\d+ +)?(?:{'|'.join(CALLS)})\(")
INTERNET = re.compile(r"sa_family=AF_INET6?\b[^}]*")
PORT = re.compile(r"sin6?_port=htons\((\d+)\)")
ADDRESS = re.compile(r'(?:inet_addr\(|inet_pton\(AF_INET6, )"([^"]+)"')
RESOLVER = re.compile(r'sa_family=AF_UNIX, sun_path="[^"]*resolve')
NAME_PORTS = {53, 853, 5353, 5355}  # DNS, DNS over TLS, mDNS, LLMNR

Trace = Callable[..., list[str]]


def outgoing(lines: list[str]) -> list[str]:
    """The lines of an strace log that show an attempt to reach another computer or to look up a name.

    Loopback is allowed, but not to ask a resolver there: it would pass the question on.
    """
    return [line for line in lines if CALL.match(line) and (leaves(line) or RESOLVER.search(line))]


def leaves(line: str) -> bool:
    """Whether an internet address in this call is another computer's, a resolver's, or not to be read."""
    return any(not harmless(match.group()) for match in INTERNET.finditer(line))


def harmless(address: str) -> bool:
    host, port = ADDRESS.search(address), PORT.search(address)
    return bool(host and port) and is_loopback(host[1]) and int(port[1]) not in NAME_PORTS


def is_loopback(text: str) -> bool:
    address = ip_address(text)
    return (getattr(address, "ipv4_mapped", None) or address).is_loopback


def ipv4(host: str, port: int) -> str:
    return f'{{sa_family=AF_INET, sin_port=htons({port}), sin_addr=inet_addr("{host}")}}'


def ipv6(host: str, port: int) -> str:
    address = f'sin6_flowinfo=htonl(0), inet_pton(AF_INET6, "{host}", &sin6_addr), sin6_scope_id=0'
    return f"{{sa_family=AF_INET6, sin6_port=htons({port}), {address}}}"


def local(path: str) -> str:
    return f'{{sa_family=AF_UNIX, sun_path="{path}"}}'


def message(name: str) -> str:
    return f'{{msg_name={name}, msg_namelen=16, msg_iov=[{{iov_base=""..., iov_len=12}}], msg_iovlen=1, msg_flags=0}}'


OFFENDING = {
    "a connection": f"connect(3, {ipv4('192.0.2.7', 443)}, 16) = 0",
    "of another thread": f"4711  connect(3, {ipv4('10.0.0.9', 80)}, 16) = 0",
    "of a child": f"[pid  4711] connect(3, {ipv4('10.0.0.9', 80)}, 16) = 0",
    "one that fails": f"connect(3, {ipv4('192.0.2.7', 443)}, 16) = -1 ENETUNREACH (Network is unreachable)",
    "one not yet finished": f"12 connect(3, {ipv4('192.0.2.7', 443)}, 16 <unfinished ...>",
    "IPv6": f"connect(3, {ipv6('2001:db8::7', 443)}, 28) = 0",
    "IPv4 as IPv6": f"connect(3, {ipv6('::ffff:192.0.2.7', 443)}, 28) = 0",
    "a datagram": f'sendto(3, ""..., 12, 0, {ipv4("192.0.2.7", 9)}, 16) = 12',
    "a message": f"sendmsg(3, {message(ipv4('192.0.2.7', 9))}, 0) = 12",
    "the second of several messages": f"sendmmsg(3, [{{msg_hdr={message(ipv4('127.0.0.1', 9))}, msg_len=12}}, "
    f"{{msg_hdr={message(ipv4('192.0.2.7', 9))}, msg_len=12}}], 2, 0) = 2",
    "a broadcast": f'sendto(3, ""..., 1, 0, {ipv4("255.255.255.255", 9)}, 16) = 1',
    "no address": f"connect(3, {ipv4('0.0.0.0', 9)}, 16) = 0",
    "a name looked up": f"connect(3, {ipv4('192.0.2.53', 53)}, 16) = 0",
    "a name looked up by way of this computer": f"connect(3, {ipv4('127.0.0.53', 53)}, 16) = 0",
    "a name asked of a service": f"connect(3, {local('/run/systemd/resolve/io.systemd.Resolve')}, 42) = 0",
    "an address that cannot be read": "connect(3, {sa_family=AF_INET, sa_data=...}, 16) = 0",
}
HARMLESS = {
    "loopback": f"connect(3, {ipv4('127.0.0.1', 8000)}, 16) = 0",
    "all of loopback": f"connect(3, {ipv4('127.1.2.3', 8000)}, 16) = 0",
    "IPv6 loopback": f"7 connect(3, {ipv6('::1', 8000)}, 28) = 0",
    "IPv4 loopback as IPv6": f"connect(3, {ipv6('::ffff:127.0.0.1', 8000)}, 28) = 0",
    "a local socket": f"connect(3, {local('/var/run/nscd/socket')}, 110) = -1 ENOENT (No such file or directory)",
    "the kernel": "sendto(3, [{nlmsg_len=20}], 20, 0, {sa_family=AF_NETLINK, nl_pid=0, nl_groups=00000000}, 12) = 20",
    "a reply within a connection": 'sendto(4, ""..., 5, 0, NULL, 0) = 5',
    "the end of a call": "4711  <... connect resumed>) = 0",
    "another call": '7 openat(AT_FDCWD, "connect(sa_family=AF_INET)", O_RDONLY) = 3',
    "a process that ends": "4711  +++ exited with 0 +++",
}


@pytest.mark.parametrize("line", OFFENDING.values(), ids=OFFENDING)
def test_an_attempt_is_found(line: str) -> None:
    assert outgoing([line]) == [line]


@pytest.mark.parametrize("line", HARMLESS.values(), ids=HARMLESS)
def test_harmless_calls_pass(line: str) -> None:
    assert outgoing([line]) == []


@pytest.fixture
def trace(tmp_path: Path) -> Trace:
    """Run a command to its end under strace and return the log's lines."""
    strace = shutil.which("strace")
    if strace is None:
        pytest.skip("needs strace, which is not installed")
    if subprocess.run([strace, "-qq", "-o", os.devnull, "true"], capture_output=True).returncode:
        pytest.skip("strace may not trace programs here")
    log = tmp_path / "strace.log"
    home = {"HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path)}

    def run(*command: str) -> list[str]:
        options = ["-f", "-s", "0", "-e", "trace=" + ",".join(CALLS), "-o", str(log)]
        done = subprocess.run(
            [strace, *options, *command],
            cwd=tmp_path,
            env=os.environ | home,
            capture_output=True,
            text=True,
            timeout=300,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return log.read_text(encoding="utf-8", errors="replace").splitlines()

    return run


def first_seconds(recording: Path, seconds: float, short: Path) -> Path:
    """Copy the first packets of a recording, still encoded as they are."""
    with av.open(recording) as source, av.open(short, "w") as sink:
        stream = source.streams.video[0]
        copy = sink.add_stream_from_template(stream)
        for packet in source.demux(stream):
            if packet.dts is None or packet.dts * packet.time_base >= seconds:
                break
            packet.stream = copy
            sink.mux(packet)
    return short


def test_the_trace_shows_an_attempt(trace: Trace) -> None:
    """Sends nothing: a datagram socket only notes the address, which is one kept for examples."""
    attempt = """
import contextlib, socket, threading
def attempt():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe, contextlib.suppress(OSError):
        probe.connect(("192.0.2.7", 9))
threading.Thread(target=attempt).start()
"""
    assert "192.0.2.7" in "".join(outgoing(trace(sys.executable, "-c", attempt)))


@pytest.mark.parametrize("runtime", ["mediapipe", "openvino"])
def test_a_whole_run_stays_on_this_computer(trace: Trace, sample_videos: Path, tmp_path: Path, runtime: str) -> None:
    clip = first_seconds(sample_videos / "hip_lift_good.mp4", 2.0, tmp_path / "short.mp4")
    report = tmp_path / "out.json"
    command = ["analyze", str(clip), "--exercise", "hip_lift", "--json", str(report), "--runtime", runtime]
    lines = trace(sys.executable, "-m", "formcheck", *command)
    said = json.loads(report.read_text(encoding="utf-8"))
    assert said["runtime"] == runtime
    assert said["tracking"]["frames_with_pose"] > 30
    assert lines[-1].endswith("+++ exited with 0 +++")
    assert outgoing(lines) == []
