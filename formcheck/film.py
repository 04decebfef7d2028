"""The recording once more, with everything seen and judged drawn in: a film, and a picture of every repetition.

Besides `video` the only door to PyAV: pictures keep the times they had, and the sound is kept.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal

import av
import cv2
import numpy as np
from av.container import OutputContainer
from numpy.typing import NDArray

from formcheck.errors import OutputError
from formcheck.moments import Commentary
from formcheck.overlay import Picture, draw
from formcheck.session import Analysis
from formcheck.stretches import Progress
from formcheck.text import Lang
from formcheck.video import VideoFile

Codec = Literal["h264", "vp9"]
CLOCK = Fraction(1, 90_000)
MAX_SIDE_PX = 1280
STILL_PX = 480
"""Width of the pictures in a report; about 15 kB each."""
STILL_QUALITY = 72
STILL_ROOM = 1.2
"""How much more than the person such a picture shows."""
MOST_STILLS_BYTES = 1_800_000
"""All pictures of a report together, so that the page stays under 3 MB as text."""


@dataclass(frozen=True, slots=True)
class Kind:
    """How a film is written: file name, encoder with its options, container, and the sound it can carry."""

    file: str
    encoder: str
    options: dict[str, str]
    container: str
    container_options: dict[str, str]
    sounds: frozenset[str]
    sound_encoder: str


KINDS: dict[Codec, Kind] = {
    "h264": Kind(
        "annotated.mp4", "libx264", {"preset": "veryfast", "crf": "24"}, "mp4", {"movflags": "+faststart"},
        frozenset({"aac", "mp3"}), "aac",
    ),
    "vp9": Kind(
        "annotated.webm", "libvpx-vp9", {"deadline": "realtime", "cpu-used": "8", "crf": "36", "b": "0", "row-mt": "1"},
        "webm", {}, frozenset({"opus", "vorbis"}), "libopus",
    ),
}  # fmt: skip


@dataclass(slots=True)
class Stills:
    """A picture of the moment that says most about each repetition, as JPEG by the repetition's number."""

    commentary: Commentary
    taken: dict[int, bytes] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._wanted: dict[int, list[int]] = {}
        for rep in self.commentary.reps:
            self._wanted.setdefault(self.commentary.still(rep)[0], []).append(rep.index)

    _wanted: dict[int, list[int]] = field(init=False)

    @property
    def last_row(self) -> int:
        """After this frame nothing more is wanted; -1 when nothing is."""
        return max(self._wanted, default=-1)

    def step(self, row: int, image: Picture) -> None:
        """Take the picture if this frame is one of the moments."""
        analysis = self.commentary.analysis
        for index in self._wanted.get(row, ()):
            _, tick = self.commentary.still(analysis.report.reps[index - 1])
            drawn = draw(image, tick, self.commentary.lang, (analysis.info.width_px, analysis.info.height_px))
            scale = image.shape[1] / analysis.info.width_px
            shown = drawn if tick.pose is None else _around(drawn, tick.pose.xy_px * scale)
            self.taken[index] = _jpeg(shown, STILL_PX, STILL_QUALITY)

    def finish(self) -> dict[int, bytes]:
        """All pictures; smaller ones where there are very many."""
        total = sum(map(len, self.taken.values()))
        if total > MOST_STILLS_BYTES:
            share = MOST_STILLS_BYTES / total
            return {index: _smaller(jpeg, share) for index, jpeg in self.taken.items()}
        return self.taken


def take_stills(recording: Path, analysis: Analysis, lang: Lang) -> dict[int, bytes]:
    """A picture of every repetition, without making a film."""
    stills = Stills(Commentary(analysis, lang))
    if stills.last_row >= 0:
        with VideoFile(recording, max_side_px=2 * STILL_PX) as source:
            for frame in source:
                stills.step(frame.index, frame.image)
                if frame.index >= stills.last_row:
                    break
    return stills.finish()


def film(
    recording: Path,
    analysis: Analysis,
    folder: Path,
    lang: Lang,
    codec: Codec = "h264",
    progress: Progress | None = None,
) -> tuple[Path, dict[int, bytes]]:
    """Write the annotated film into `folder`, whole or not at all; returns its path and the pictures taken on the way.

    Raises OutputError when it cannot be written, SourceError when the recording is gone.
    """
    kind, commentary = KINDS[codec], Commentary(analysis, lang)
    path, aside, stills = folder / kind.file, folder / f".{uuid.uuid4().hex}.part", Stills(commentary)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with ExitStack() as stack:
            source = stack.enter_context(VideoFile(recording, max_side_px=MAX_SIDE_PX))
            output = stack.enter_context(
                av.open(f"file:{aside}", "w", format=kind.container, options=kind.container_options)
            )
            _write(source, recording, output, kind, commentary, stills, progress)
        os.replace(aside, path)
    except (OSError, av.FFmpegError) as error:
        reason = error if isinstance(error, OSError) else OSError(error.errno, error.strerror)
        raise OutputError.refused(path, reason) from error
    finally:
        with suppress(OSError):
            aside.unlink()
    return path, stills.finish()


def _write(
    source: VideoFile, recording: Path, output: OutputContainer, kind: Kind, commentary: Commentary, stills: Stills,
    progress: Progress | None,
) -> None:  # fmt: skip
    analysis = commentary.analysis
    pictures: Any = None
    sound = Sound(recording, output, kind)
    with sound:
        for frame in source:
            if frame.index >= len(analysis.track):
                break
            picture_px = (analysis.info.width_px, analysis.info.height_px)
            if pictures is None:
                pictures = _picture_stream(output, kind, frame.image, analysis.info.fps)
                sound.begin()
            stills.step(frame.index, frame.image)
            drawn = draw(frame.image, commentary.tick(frame.index), commentary.lang, picture_px)
            output.mux(pictures.encode(_encodable(drawn, frame.t_s, pictures)))
            sound.upto(frame.t_s)
            if progress:
                progress(frame.t_s, source.duration_s)
        if pictures is not None:
            output.mux(pictures.encode())


def _picture_stream(output: OutputContainer, kind: Kind, image: Picture, fps: float | None) -> Any:
    stream: Any = output.add_stream(
        kind.encoder, rate=Fraction(fps or 30.0).limit_denominator(1001), options=kind.options
    )
    height_px, width_px = image.shape[:2]
    stream.width, stream.height, stream.pix_fmt = width_px + width_px % 2, height_px + height_px % 2, "yuv420p"
    stream.codec_context.time_base = CLOCK
    return stream


def _encodable(image: Picture, t_s: float, stream: Any) -> av.VideoFrame:
    height_px, width_px = image.shape[:2]
    if (width_px, height_px) != (stream.width, stream.height):  # colours are stored for pairs of pixels
        image = np.pad(image, ((0, stream.height - height_px), (0, stream.width - width_px), (0, 0)), mode="edge")
    frame = av.VideoFrame.from_ndarray(image, format="rgb24")
    frame.pts, frame.time_base = round(t_s / CLOCK), CLOCK
    return frame


class Sound:
    """The sound of a recording, carried over beside the pictures: as it is where the film can carry it, else encoded
    anew. A recording without sound gives none, and sound that cannot be read is left out."""

    def __init__(self, recording: Path, output: OutputContainer, kind: Kind) -> None:
        self._output, self._kind = output, kind
        self._input = av.open(
            f"file:{recording.absolute()}", options={"protocol_whitelist": "file"}, metadata_errors="replace"
        )
        self._from: Any = next(iter(self._input.streams.audio), None)
        pictures = self._input.streams.best("video")
        self._zero_s = float((pictures.start_time or 0) * (pictures.time_base or 0)) if pictures else 0.0
        self._packets: Iterator[Any] = iter(())
        self._to: Any = None
        self._copied = False
        self._waiting: Any = None

    def __enter__(self) -> Sound:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        try:
            if kind is None:
                self._finish()
        finally:
            self._input.close()

    def begin(self) -> None:
        """Add the sound to the film; its streams must be known before the first picture is written."""
        if self._from is None or self._from.codec_context is None:
            return
        self._copied = self._from.codec_context.name in self._kind.sounds
        if self._copied:
            self._to = self._output.add_stream_from_template(self._from)
        else:
            rate = 48_000 if self._kind.sound_encoder == "libopus" else self._from.codec_context.sample_rate
            self._to = self._output.add_stream(self._kind.sound_encoder, rate=rate)
        self._packets = self._demuxed()

    def _demuxed(self) -> Iterator[Any]:
        with suppress(av.FFmpegError):  # damaged sound ends where it cannot be read
            yield from self._input.demux(self._from)

    def upto(self, t_s: float) -> None:
        """Write the sound until a time of the film."""
        while self._to is not None:
            packet = self._waiting or next(self._packets, None)
            self._waiting = None
            if packet is None or packet.pts is None:
                break
            if float(packet.pts * packet.time_base) - self._zero_s > t_s:
                self._waiting = packet
                break
            self._put(packet)

    def _put(self, packet: Any) -> None:
        shift = round(Fraction(self._zero_s).limit_denominator(10**6) / packet.time_base)
        if packet.pts < shift:
            return
        if self._copied:
            packet.pts, packet.dts = packet.pts - shift, (packet.dts if packet.dts is not None else packet.pts) - shift
            packet.stream = self._to
            self._output.mux(packet)
            return
        with suppress(av.FFmpegError):
            for frame in packet.decode():
                if frame.pts is not None:
                    frame.pts = max(0, frame.pts - round(self._zero_s / frame.time_base))
                self._output.mux(self._to.encode(frame))

    def _finish(self) -> None:
        if self._to is not None and not self._copied:
            self._output.mux(self._to.encode())


def _around(image: Picture, points: NDArray[np.float32]) -> Picture:
    """The part of a picture with the person in it, 16:9 where the picture is large enough."""
    height_px, width_px = image.shape[:2]
    low, high = points.min(axis=0), points.max(axis=0)
    wide_px = min(width_px, STILL_ROOM * max(high[0] - low[0], (high[1] - low[1]) * 16 / 9))
    tall_px = min(height_px, wide_px * 9 / 16)
    middle = (low + high) / 2
    left = int(np.clip(middle[0] - wide_px / 2, 0, width_px - wide_px))
    top = int(np.clip(middle[1] - tall_px / 2, 0, height_px - tall_px))
    return image[top : top + max(2, int(tall_px)), left : left + max(2, int(wide_px))]


def _jpeg(image: Picture, width_px: int, quality: int) -> bytes:
    height_px = round(image.shape[0] * width_px / image.shape[1])
    small = cv2.resize(image, (width_px, height_px), interpolation=cv2.INTER_AREA)
    _, data = cv2.imencode(".jpg", cv2.cvtColor(small, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, quality])
    return bytes(data)


def _smaller(jpeg: bytes, share: float) -> bytes:
    image = np.asarray(cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR), np.uint8)
    width_px = max(120, round(image.shape[1] * share**0.6))
    return _jpeg(cv2.cvtColor(image, cv2.COLOR_BGR2RGB).astype(np.uint8), width_px, round(STILL_QUALITY * share**0.3))
