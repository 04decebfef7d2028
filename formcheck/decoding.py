"""Pictures out of a container, from its beginning or from a place within, whatever is damaged."""

from __future__ import annotations

import math
import os
from array import array
from collections.abc import Generator, Iterator
from datetime import datetime
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.container import InputContainer
from av.packet import Packet
from av.stream import Disposition
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from numpy.typing import NDArray

from formcheck.errors import SourceError

Stamps = NDArray[np.int64]
"""Presentation times in units of a stream's time base."""


class Decoder:
    """The pictures of a recording as stored, in order of display; SourceError when the file cannot be read.

    With `from_stamp` they begin at a picture before that stamp which can be decoded without others, as near as the
    container's index allows.
    """

    def __init__(self, path: Path, from_stamp: int | None = None) -> None:
        self._container = _open_container(path)
        try:
            self.stream = _moving_pictures(self._container, path)
            if from_stamp is not None:
                self._container.seek(from_stamp, stream=self.stream)
        except BaseException:
            self._container.close()
            raise
        self.time_base = self.stream.time_base or Fraction(1, 90_000)
        self.damaged_s: list[float] = []
        """Where something could not be decoded, in seconds; NaN where the place is unknown."""
        self.pictures = self._decoded()

    def _decoded(self) -> Generator[VideoFrame, None, None]:
        """Every picture that can be decoded; where one cannot, its time is noted and the next one tried."""
        for packet in self._packets():
            try:
                pictures = self.stream.decode(packet)
            except (av.FFmpegError, MemoryError):
                pictures = []
                self._note_damage(packet)
            for picture in pictures:
                if picture.is_corrupt:
                    self._note_damage(picture)
                yield picture

    def _packets(self) -> Iterator[Packet[VideoStream] | None]:
        try:
            yield from self._container.demux(self.stream)
        except av.FFmpegError:
            # Nothing can be read behind this place, but the decoder still holds pictures: None makes it give them up.
            self._note_damage(None)
            yield None

    def _note_damage(self, where: Packet[VideoStream] | VideoFrame | None) -> None:
        stamp = where.pts if where is not None else None
        at_s = math.nan if stamp is None else float((stamp - (self.stream.start_time or 0)) * self.time_base)
        self.damaged_s.append(at_s)

    @property
    def length_s(self) -> float | None:
        """The length that the container tells."""
        if self.stream.duration and self.stream.time_base:
            return float(self.stream.duration * self.stream.time_base)
        length = self._container.duration
        return length / 1e6 if length and length > 0 else None

    @property
    def fps(self) -> float | None:
        """The usual number of pictures a second."""
        # Bare H.264 has no times; what is written into the pictures is then better than the container's default.
        mean = self.stream.average_rate
        rate = mean if self.length_s else self.stream.guessed_rate or mean
        return float(rate) if rate else None

    @property
    def started_at(self) -> str | None:
        """Time of recording, ISO 8601 with offset (a phone's local one before UTC); None where implausible."""
        for key in ("com.apple.quicktime.creationdate", "creation_time"):
            try:
                started = datetime.fromisoformat(self._container.metadata.get(key, ""))
            except ValueError:
                continue
            # Earlier years are the zero of some clock (1904, 1970, 1980), not a recording.
            if started.tzinfo is not None and started.year >= 2000:
                return started.isoformat(timespec="seconds")
        return None

    def close(self) -> None:
        """Free everything; may be called again."""
        # The generator goes first: asking a closed container for packets crashes the interpreter.
        self.pictures.close()
        self._container.close()


def read_stamps(path: Path, longest_jump_s: float) -> Stamps | None:
    """When the pictures of a recording that can be entered anywhere are shown, in order; None for any other.

    Entered anywhere: every packet can be read and tells its time, the count does not start again, and from every place
    a picture that can be decoded without others lies at most `longest_jump_s` back and is found. Reads the whole file
    without decoding it.
    """
    with _open_container(path) as container:
        stream = _moving_pictures(container, path)
        try:
            stamps, doors = _listed(container, stream)
            return stamps if _enterable(container, stream, stamps, doors, longest_jump_s) else None
        except (av.FFmpegError, LookupError):
            return None


def _listed(container: InputContainer, stream: VideoStream) -> tuple[Stamps, Stamps]:
    """The stamps of all pictures in order, and of those that need no other; LookupError where some have none."""
    shown, doors, latest = array("q"), array("q"), None
    for packet in container.demux(stream):
        if not packet.size or packet.is_discard:
            continue
        # Pictures that refer to later ones go back a little; a count that starts again is a second recording joined on.
        back = (latest or 0) - (packet.pts or 0) if latest is not None else 0
        if packet.pts is None or packet.is_corrupt or back * (stream.time_base or 0) >= 1:
            raise LookupError("the packets do not tell their times")
        latest = max(packet.pts, latest if latest is not None else packet.pts)
        shown.append(packet.pts)
        if packet.is_keyframe:
            doors.append(packet.pts)
    return np.unique(np.frombuffer(shown, np.int64)), np.unique(np.frombuffer(doors, np.int64))


def _enterable(
    container: InputContainer, stream: VideoStream, stamps: Stamps, doors: Stamps, longest_jump_s: float
) -> bool:
    if not len(doors) or doors[0] != stamps[0] or not stream.time_base:
        return False
    if float(np.diff(np.r_[doors, stamps[-1]]).max()) * stream.time_base > longest_jump_s:
        return False
    middle = int(stamps[len(stamps) // 2])
    container.seek(middle, stream=stream)
    landed = next(container.demux(stream)).pts
    return landed is not None and landed == doors[np.searchsorted(doors, middle, side="right") - 1]


def _open_container(path: Path) -> InputContainer:
    # "file:" keeps names such as "-x.mp4" or "pipe:0" from being read as options or protocols; the whitelist keeps
    # playlists, which are small text files, from fetching anything over the network.
    try:
        return av.open(f"file:{path.absolute()}", options={"protocol_whitelist": "file"}, metadata_errors="replace")
    except (av.FFmpegError, UnicodeError) as error:
        raise SourceError.about(
            path,
            en="not a recording that can be read, or cut off before its index was written; try another copy, or convert"
            " it to MP4",
            ja="読み取れる録画ではないか、保存の途中で切れています。別のコピーを試すか、MP4に変換してください",
        ) from error


def _moving_pictures(container: InputContainer, path: Path) -> VideoStream:
    """The largest video stream which is not a cover picture or text; SourceError when there is none."""
    streams = [stream for stream in container.streams.video if not stream.disposition & Disposition.attached_pic]
    if not streams:
        raise SourceError.about(
            path,
            en="there are no pictures in this file, only sound or data; name a video",
            ja="このファイルには音声やデータだけで、映像がありません。動画を選んでください",
        )
    usable = [stream for stream in streams if stream.codec_context and stream.codec_context.name != "ansi"]
    if not usable:
        raise SourceError.about(
            path,
            en="its picture format is not supported; convert it to MP4 (H.264)",
            ja="この映像の形式には対応していません。MP4（H.264）に変換してください",
        )
    best = max(usable, key=lambda stream: stream.codec_context.width * stream.codec_context.height)
    best.codec_context.thread_type = "AUTO"
    best.codec_context.thread_count = min(4, os.cpu_count() or 1)
    return best
