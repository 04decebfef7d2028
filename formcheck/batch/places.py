"""Where recordings come from and results go: folders of this computer, or anything that fsspec reaches by URL."""

from __future__ import annotations

import posixpath
import re
from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from formcheck.errors import FormcheckError, OutputError, RequestError, SourceError
from formcheck.text import printable, why

URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")
CONNECT_S, READ_S = 10.0, 30.0
"""How long to wait for an answer: to begin, and between two parts of it."""


def is_url(place: str) -> bool:
    """Whether a place is named by URL and not by path."""
    return URL.match(place) is not None


class Store(ABC):
    """A folder of results. Names have "/" between their parts."""

    @abstractmethod
    def read(self, name: str) -> bytes | None:
        """A file's content, None where there is no such file."""

    @abstractmethod
    def write(self, name: str, content: bytes) -> None:
        """Write a file, replacing an older one; OutputError where it fails."""

    @abstractmethod
    def folder(self, name: str, aside: Path) -> Path:
        """Where on this computer to write the files of a folder: at their place, or `aside` until `put`."""

    @abstractmethod
    def put(self, name: str, folder: Path, files: Collection[str]) -> None:
        """Bring the files of a folder to their place, in the order given; OutputError where it fails."""


class LocalStore(Store):
    """A folder of this computer, or one that it shares with others."""

    def __init__(self, root: str) -> None:
        self._root = Path(root)

    def read(self, name: str) -> bytes | None:
        try:
            return (self._root / name).read_bytes()
        except OSError:
            return None

    def write(self, name: str, content: bytes) -> None:
        from formcheck.sinks import written

        path = self._root / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise OutputError.refused(path, error) from error
        with written(path) as file:
            file.write(content)

    def folder(self, name: str, aside: Path) -> Path:
        return self._root / name

    def put(self, name: str, folder: Path, files: Collection[str]) -> None:
        """They are there."""


class RemoteStore(Store):
    """A folder behind a URL."""

    def __init__(self, root: str) -> None:
        self._files, self._root = _opened(root)
        self._url = root

    def _path(self, name: str) -> str:
        return posixpath.join(self._root, name)

    def read(self, name: str) -> bytes | None:
        with _refusals(self._url, OutputError):
            try:
                return bytes(self._files.cat_file(self._path(name)))
            except FileNotFoundError:
                return None

    def write(self, name: str, content: bytes) -> None:
        with _refusals(self._url, OutputError):
            self._files.pipe_file(self._path(name), content)

    def folder(self, name: str, aside: Path) -> Path:
        return aside

    def put(self, name: str, folder: Path, files: Collection[str]) -> None:
        with _refusals(self._url, OutputError):
            for file in files:
                self._files.put_file(str(folder / file), self._path(posixpath.join(name, file)))


def store(place: str) -> Store:
    """The folder of results at a path or URL."""
    return RemoteStore(place) if is_url(place) else LocalStore(place)


def fetch(url: str, folder: Path) -> Path:
    """Bring a recording here; SourceError where it cannot be had."""
    files, path = _opened(url)
    here = folder / (printable(posixpath.basename(path.rstrip("/")).split("?")[0]) or "recording")
    with _refusals(url, SourceError):
        files.get_file(path, str(here))
    return here


def listed(url: str, endings: Collection[str]) -> Iterator[tuple[str, str]]:
    """The recordings meant by a URL, each with its name: of a pattern, of a folder (with "/" at its end), or itself."""
    files, path = _opened(url)
    many = "*" in path or path.endswith("/") or url.endswith("/")
    if not many or url.startswith(("http:", "https:")):
        yield url, posixpath.basename(path.split("?")[0].rstrip("/"))
        return
    with _refusals(url, SourceError):
        paths = sorted(files.glob(path) if "*" in path else files.find(path))
    base = path.split("*")[0].rsplit("/", 1)[0] if "*" in path else path.rstrip("/")
    for found in paths:
        if posixpath.splitext(found)[1].lower() in endings:
            yield files.unstrip_protocol(found), posixpath.relpath(found, base)


def _opened(url: str) -> tuple[Any, str]:
    """The file system behind a URL, and the path in it; RequestError where nobody here speaks its protocol."""
    protocol = url.split("://", 1)[0].lower()
    try:
        import fsspec

        files = fsspec.filesystem(protocol, **_patience(protocol))
        return files, str(files._strip_protocol(url)) + ("/" if url.endswith("/") and "http" not in protocol else "")
    except (ImportError, ValueError) as error:
        raise RequestError.about(
            url,
            en=f"{protocol}:// is not installed ({error}); pip install 'formcheck[cluster]' and what is named here",
            ja=f"{protocol}:// は使えません（{error}）。pip install 'formcheck[cluster]' などで入れてください",
        ) from error


def _patience(protocol: str) -> dict[str, Any]:
    """Options that keep an address which does not answer from holding everything up."""
    if protocol in ("http", "https"):
        import aiohttp

        timeout = aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_S, sock_read=READ_S)
        return {"client_kwargs": {"timeout": timeout}, "skip_instance_cache": True}
    if protocol in ("s3", "s3a"):
        retries = {"max_attempts": 2}
        return {"config_kwargs": {"connect_timeout": CONNECT_S, "read_timeout": READ_S, "retries": retries}}
    return {}


@contextmanager
def _refusals(url: str, kind: type[FormcheckError]) -> Iterator[None]:
    """Whatever a storage service says becomes one line: every file system of fsspec has errors of its own."""
    try:
        yield
    except FormcheckError:
        raise
    except Exception as error:
        reason = why(error)
        raise kind.about(
            url,
            en=f"the address does not give or take it ({type(error).__name__}: {reason.en}); check it and your rights",
            ja=f"この場所から読めないか、書けません（{reason.ja}）。アドレスと権限を確かめてください",
        ) from error
