"""Recordings that are damaged, or none at all: read as far as possible, or refused in one line."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from recordings import assert_numbered, record

from formcheck.errors import SourceError
from formcheck.video import VideoFile

pytestmark = pytest.mark.filterwarnings("error")


class TestDamage:
    def test_broken_off_with_its_index_in_front(self, tmp_path: Path) -> None:
        path = record(tmp_path / "a.mp4", count=100, container={"movflags": "faststart"}, options={"g": "10"})
        path.write_bytes(path.read_bytes()[: path.stat().st_size * 6 // 10])
        with VideoFile(path) as source:
            frames = list(source)
        assert 20 <= len(frames) < 90
        assert_numbered([frame.image for frame in frames[:-1]])
        assert len(source.warnings) == 1
        assert source.warnings[0].startswith(f"the recording breaks off after {frames[-1].t_s:.1f} s of 4.0 s")

    def test_damaged_in_the_middle_goes_on_behind(self, tmp_path: Path) -> None:
        path = record(tmp_path / "a.mp4", count=100, container={"movflags": "faststart"}, options={"g": "10"})
        content = bytearray(path.read_bytes())
        middle = len(content) // 2
        content[middle : middle + 600] = os.urandom(600)
        path.write_bytes(content)
        with VideoFile(path) as source:
            frames = list(source)
        assert frames[-1].t_s == pytest.approx(3.96, abs=0.01)
        assert_numbered([frames[0].image])
        assert [warning.split(" near ")[0] for warning in source.warnings] == ["the recording is damaged"]

    def test_a_whole_recording_has_no_warning(self, tmp_path: Path) -> None:
        for ending in ("mp4", "mkv", "mov", "ts"):
            with VideoFile(record(tmp_path / f"a.{ending}", count=60)) as source:
                assert len(list(source)) == 60
            assert source.warnings == [], ending


def _missing(folder: Path) -> Path:
    return folder / "none.mp4"


def _folder(folder: Path) -> Path:
    return folder


def _written(name: str, content: bytes) -> Callable[[Path], Path]:
    def write(folder: Path) -> Path:
        (folder / name).write_bytes(content)
        return folder / name

    return write


def _sound_only(folder: Path) -> Path:
    path = folder / "sound.mp4"
    with av.open(str(path), "w") as output:
        stream = output.add_stream("aac", rate=16_000)
        sound = av.AudioFrame.from_ndarray(np.zeros((1, 16_000), np.float32), format="fltp", layout="mono")
        sound.rate = 16_000
        output.mux(stream.encode(sound))
        output.mux(stream.encode())
    return path


def _index_at_the_end(folder: Path) -> Path:
    path = record(folder / "cut.mp4", count=50)
    path.write_bytes(path.read_bytes()[:-2000])
    return path


def _no_frames(name: str, codec: str, pixels: str) -> Callable[[Path], Path]:
    def write(folder: Path) -> Path:
        with av.open(str(folder / name), "w") as output:
            stream: Any = output.add_stream(codec, rate=25)
            stream.width, stream.height, stream.pix_fmt = 64, 64, pixels
            output.start_encoding()
        return folder / name

    return write


def _pictures_wiped(folder: Path) -> Path:
    path = record(folder / "wiped.mp4")
    content = bytearray(path.read_bytes())
    start, end = content.index(b"mdat") + 4, content.index(b"moov") - 4
    content[start:end] = bytes(end - start)
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("make", "said"),
    [
        pytest.param(_missing, "no such file", id="missing"),
        pytest.param(_folder, "folder", id="folder"),
        pytest.param(_written("empty.mp4", b""), "empty", id="empty"),
        pytest.param(_written("text.mp4", "ヒップリフト notes\n".encode() * 50), "not a recording", id="text"),
        pytest.param(_written("notes.txt", b"ten lifts, two sets\n" * 50), "not supported|not a recording", id="txt"),
        pytest.param(_written("noise.mp4", np.random.default_rng(7).bytes(20_000)), "not a recording", id="noise"),
        pytest.param(_written("noise.yuv", np.random.default_rng(7).bytes(20_000)), "not a recording", id="yuv"),
        pytest.param(_sound_only, "only sound", id="sound"),
        pytest.param(_index_at_the_end, "cut off", id="cut"),
        pytest.param(_no_frames("a.mp4", "libx264", "yuv420p"), "no pictures", id="no-frames-mp4"),
        pytest.param(_no_frames("a.mkv", "ffv1", "bgr0"), "not a recording", id="no-frames-mkv"),
        pytest.param(_pictures_wiped, "no picture in it can be read", id="wiped"),
        pytest.param(lambda folder: folder / ("x" * 400 + ".mp4"), "cannot be opened", id="long-name"),
        pytest.param(lambda folder: folder / "a\0b.mp4", "no such file|cannot be opened", id="zero-byte-name"),
        pytest.param(lambda folder: Path("http://127.0.0.1:9/a.mp4"), "no such file", id="address"),
    ],
)
def test_unreadable_recordings_are_refused_in_one_line(
    make: Callable[[Path], Path], said: str, tmp_path: Path, capfd: Any
) -> None:
    path = make(tmp_path)
    with pytest.raises(SourceError, match=said) as refusal:
        VideoFile(path)
    assert "\n" not in str(refusal.value)
    assert path.name.replace("\0", "?") in str(refusal.value)
    assert capfd.readouterr().err == ""


def test_no_permission(tmp_path: Path) -> None:
    path = record(tmp_path / "a.mp4")
    path.chmod(0)
    with as_ordinary_user(), pytest.raises(SourceError, match="no permission"):
        VideoFile(path)


@contextmanager
def as_ordinary_user() -> Iterator[None]:
    """Where the tests run as root, who may read everything: somebody else for a moment."""
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    if root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)


def test_a_playlist_does_not_reach_the_network(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.3)
        address = f"http://127.0.0.1:{server.getsockname()[1]}/a.ts"
        calls: list[object] = []

        def listen() -> None:
            try:
                connection, peer = server.accept()
            except TimeoutError:
                return
            connection.close()
            calls.append(peer)

        listener = threading.Thread(target=listen)
        listener.start()
        path = tmp_path / "list.m3u8"
        path.write_text(f"#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\n{address}\n#EXT-X-ENDLIST\n")
        with pytest.raises(SourceError):
            VideoFile(path)
        listener.join()
    assert calls == []
