"""Recordings: decoded, upright, with the time of every picture. The one door to PyAV's reading side."""

from __future__ import annotations

import math
import os
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.container import InputContainer
from av.packet import Packet
from av.sidedata.sidedata import Type as SideDataType
from av.stream import Disposition
from av.video.frame import VideoFrame
from av.video.reformatter import Interpolation, VideoReformatter
from av.video.stream import VideoStream
from numpy.typing import NDArray

from formcheck.errors import SourceError
from formcheck.records import Frame, SourceInfo
from formcheck.sources import Source, require_file
from formcheck.text import printable

FALLBACK_FPS = 30.0
"""Frames per second assumed where neither the container nor its frames tell the time."""


class VideoFile(Source[Frame]):
    """A recording on this computer; pictures come upright, at most `max_side_px` wide and high.

    With a `part`, only the pictures of that time are read.
    """

    def __init__(self, path: str | Path, max_side_px: int = 1280, part: Part | None = None) -> None:
        super().__init__()
        self.path = path = Path(path)
        self._part = part or Part()
        require_file(path)
        self._container = _open_container(path)
        try:
            self._stream = _moving_pictures(self._container, path)
            self._time_base = self._stream.time_base or Fraction(1, 90_000)
            self._damaged_s: list[float] = []
            self._closed = False
            if part:
                self._container.seek(part.stamp(self._time_base), stream=self._stream)
            self._pictures = self._decoded()
            self._first = next(self._pictures, None)
            if self._first is None:
                raise SourceError.about(
                    path,
                    en="no picture in it can be read; try another copy or record again",
                    ja="映像を読み取れません。別のコピーを試すか、撮り直してください",
                )
        except BaseException:
            self._container.close()
            raise
        self.duration_s = _length_s(self._container, self._stream)
        self._upright = _Upright(self._first, self._stream.sample_aspect_ratio, max_side_px)
        self.info = SourceInfo(
            kind="file",
            name=printable(path.name),
            width_px=self._upright.shown_px[0],
            height_px=self._upright.shown_px[1],
            fps=_fps(self._stream, self.duration_s),
            rotation_deg=self._upright.turn_deg,
            started_at=_started_at(self._container.metadata),
        )
        self._step_s = 1.0 / (self.info.fps or FALLBACK_FPS)
        self.zero = self._part.zero if part else self._first.pts
        """Stamp of the recording's first picture, from which times count; None where there are no stamps."""

    def __iter__(self) -> Iterator[Frame]:
        first, self._first = self._first, None
        if first is None:
            raise ValueError("a recording is read once: open it again")
        clock, index, end_s = _Clock(self._time_base, self._step_s, self._part.zero), 0, 0.0
        picture: VideoFrame | None = first
        while picture is not None and self._upright.fits(picture):
            t_s = clock(picture.pts)
            if t_s is not None and t_s >= self._part.end_s:
                break
            if t_s is not None and t_s >= self._part.start_s:
                yield Frame(index, t_s, self._upright(picture))
                index, end_s = index + 1, t_s + float((picture.duration or 0) * self._time_base)
            picture = next(self._pictures, None)
        if not self._closed:
            changed = picture is not None and not self._upright.fits(picture)
            self._tell_damage(clock.t_s, math.inf if picture is not None else end_s, changed)

    def _decoded(self) -> Generator[VideoFrame, None, None]:
        """Every picture that can be decoded; where one cannot, its time is noted and the next one tried."""
        for packet in self._packets():
            try:
                pictures = self._stream.decode(packet)
            except (av.FFmpegError, MemoryError):
                pictures = []
                self._note_damage(packet)
            for picture in pictures:
                if picture.is_corrupt:
                    self._note_damage(picture)
                yield picture

    def _packets(self) -> Iterator[Packet[VideoStream] | None]:
        try:
            yield from self._container.demux(self._stream)
        except av.FFmpegError:
            # Nothing can be read behind this place, but the decoder still holds pictures: None makes it give them up.
            self._note_damage(None)
            yield None

    def _note_damage(self, where: Packet[VideoStream] | VideoFrame | None) -> None:
        stamp = where.pts if where is not None else None
        at_s = math.nan if stamp is None else float((stamp - (self._stream.start_time or 0)) * self._time_base)
        self._damaged_s.append(at_s)

    def _tell_damage(self, last_s: float, end_s: float, changed: bool) -> None:
        missing_s = (self.duration_s or 0.0) - max(end_s, last_s + self._step_s)
        if changed:
            self.warnings.append(f"the picture changes its shape after {last_s:.1f} s; what comes before was analysed")
        elif missing_s > 0.25 + 0.01 * last_s:
            self.warnings.append(
                f"the recording breaks off after {last_s:.1f} s of {self.duration_s:.1f} s"
                " (file damaged or incomplete); what could be read was analysed"
            )
        elif self._damaged_s:
            place = next((f" near {max(t_s, 0.0):.1f} s" for t_s in self._damaged_s if not math.isnan(t_s)), "")
            self.warnings.append(f"the recording is damaged{place}; what could be read was analysed")

    def regular_s(self) -> float | None:
        """The length where every packet can be read and tells its time, in order; else None.

        Such a recording can be entered anywhere. Reads the whole file, without decoding it.
        """
        with _open_container(self.path) as container:
            stream = _moving_pictures(container, self.path)
            try:
                stamps = [packet.pts for packet in container.demux(stream) if packet.size]
            except av.FFmpegError:
                return None
        known = [stamp for stamp in stamps if stamp is not None]
        if self.zero is None or len(known) < len(stamps) or min(known) != self.zero:
            return None
        reached = np.maximum.accumulate(known)
        # A count that starts again is a second recording joined on; frames that refer to later ones go back a little.
        if np.max(reached - known) * self._time_base >= 1:
            return None
        return float((reached[-1] - self.zero) * self._time_base)

    def close(self) -> None:
        # The generator goes first: asking a closed container for packets crashes the interpreter.
        self._pictures.close()
        self._first, self._closed = None, True
        self._container.close()


@dataclass(frozen=True, slots=True)
class Part:
    """The pictures with `start_s` <= t_s < `end_s`; `zero` is the stamp of the recording's first picture."""

    start_s: float = 0.0
    end_s: float = math.inf
    zero: int | None = None

    def stamp(self, time_base: Fraction) -> int:
        """The stamp at which it begins."""
        return (self.zero or 0) + math.floor(self.start_s / time_base)


class _Upright:
    """Turns decoded pictures into displayed ones: scaled as stored, then transposed, then flipped."""

    def __init__(self, first: VideoFrame, pixel_aspect: Fraction | None, max_side_px: int) -> None:
        self.turn_deg, self._transposed, self._flip = _display_turn(first)
        self._stored_aspect = first.width / first.height
        # Oblong pixels (old DV and DVD recordings) are widened or heightened, never shrunk; wilder values are junk.
        one = Fraction(1)
        aspect = pixel_aspect if pixel_aspect and 0.2 <= pixel_aspect <= 5 else one
        full_px = round(first.width * max(aspect, one)), round(first.height / min(aspect, one))
        self.shown_px = full_px[::-1] if self._transposed else full_px
        scale = min(1.0, max_side_px / max(full_px))
        self._scaled_px = [max(1, round(side_px * scale)) for side_px in full_px]
        self._reformatter = VideoReformatter()
        self._interpolation = Interpolation.AREA if scale < 1.0 else Interpolation.BILINEAR

    def fits(self, picture: VideoFrame) -> bool:
        """Whether the picture still has the first one's aspect (size may change)."""
        return math.isclose(picture.width / picture.height, self._stored_aspect, rel_tol=0.02)

    def __call__(self, picture: VideoFrame) -> NDArray[np.uint8]:
        width_px, height_px = self._scaled_px
        scaled = self._reformatter.reformat(
            picture, width=width_px, height=height_px, format="rgb24", interpolation=self._interpolation
        )
        return _shown(scaled.to_ndarray(), self._transposed, self._flip)


class _Clock:
    """Presentation stamps -> seconds since the first one, strictly increasing; None for a time already given."""

    def __init__(self, time_base: Fraction, step_s: float, zero: int | None) -> None:
        self.t_s = -step_s
        self._time_base, self._step_s = time_base, step_s
        self._zero = zero

    def __call__(self, pts: int | None) -> float | None:
        t_s = self.t_s + self._step_s
        if pts is not None:
            # Joined recordings start their count again: the second one goes on where the first one ended.
            if self._zero is None or (pts - self._zero) * self._time_base < self.t_s - 1.0:
                self._zero = pts - round(Fraction(t_s) / self._time_base)
            t_s = float((pts - self._zero) * self._time_base)
        if t_s <= self.t_s:
            return None
        self.t_s = t_s
        return t_s


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


def _display_turn(picture: VideoFrame) -> tuple[int, bool, int | None]:
    """Clockwise turn in degrees for display; whether to transpose the picture for it; OpenCV's flip code."""
    sides: list[Any] = list(picture.side_data)
    matrices = [bytes(side) for side in sides if side.type == SideDataType.DISPLAYMATRIX]
    a, b, _, c, d = np.frombuffer(matrices[0], np.int32)[:5].tolist() if matrices else (1, 0, 0, 0, 1)
    turn_deg = round(math.degrees(math.atan2(b, a)) / 90.0) * 90 % 360
    transposed = abs(b) > abs(a)
    flip_xy = (c < 0, b < 0) if transposed else (a < 0, d < 0)
    return turn_deg, transposed, {(True, True): -1, (False, True): 0, (True, False): 1}.get(flip_xy)


def _shown(rgb: Any, transposed: bool, flip: int | None) -> NDArray[np.uint8]:
    if transposed or flip is not None:
        # NumPy needs four times as long, as much as half of all decoding.
        import cv2

        rgb = cv2.transpose(rgb) if transposed else rgb
        rgb = cv2.flip(rgb, flip) if flip is not None else rgb
    return np.ascontiguousarray(rgb, np.uint8)


def _length_s(container: InputContainer, stream: VideoStream) -> float | None:
    if stream.duration and stream.time_base:
        return float(stream.duration * stream.time_base)
    return container.duration / 1e6 if container.duration and container.duration > 0 else None


def _fps(stream: VideoStream, length_s: float | None) -> float | None:
    # Bare H.264 has no times; what is written into the pictures is then better than the container's default.
    rate = stream.average_rate if length_s else stream.guessed_rate or stream.average_rate
    return float(rate) if rate else None


def _started_at(metadata: dict[str, str]) -> str | None:
    """Time of recording, ISO 8601 with offset (a phone's local one before UTC); None where implausible."""
    for key in ("com.apple.quicktime.creationdate", "creation_time"):
        try:
            started = datetime.fromisoformat(metadata.get(key, ""))
        except ValueError:
            continue
        # Earlier years are the zero of some clock (1904, 1970, 1980), not a recording.
        if started.tzinfo is not None and started.year >= 2000:
            return started.isoformat(timespec="seconds")
    return None
