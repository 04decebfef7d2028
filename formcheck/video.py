"""Recordings: decoded, upright, with the time of every picture; read whole, or in parts at once."""

from __future__ import annotations

import copy
import math
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from av.sidedata.sidedata import Type as SideDataType
from av.video.frame import VideoFrame
from av.video.reformatter import Interpolation, VideoReformatter
from numpy.typing import NDArray

from formcheck.decoding import Decoder, read_stamps
from formcheck.errors import SourceError
from formcheck.records import Floats, Frame, SourceInfo
from formcheck.sources import Source, require_file
from formcheck.text import printable

FALLBACK_FPS = 30.0
"""Frames per second assumed where neither the container nor its frames tell the time."""
LONGEST_JUMP_S = 20.0
"""What may have to be decoded in vain to enter a recording in the middle; x264's usual 250 pictures are 8-17 s."""


@dataclass(frozen=True, slots=True)
class Ending:
    """How the reading of a recording or a part of it ended: `last_s` is the time of the last picture, `end_s` that
    until which it was to be shown; `changed` where the pictures became of another shape, which are not read.
    """

    last_s: float
    end_s: float
    changed: bool
    damaged_s: tuple[float, ...]

    def after(self, earlier: Ending) -> Ending:
        """The ending of both, where this one's part followed the other's."""
        return Ending(self.last_s, self.end_s, self.changed, earlier.damaged_s + self.damaged_s)


class _Reading(Source[Frame]):
    """Frames from a decoder's pictures, from `start_s` until before `end_s`."""

    info: SourceInfo
    _decoder: Decoder
    _upright: _Upright
    _clock: _Clock
    start_s, end_s = 0.0, math.inf
    ending: Ending | None = None
    """Known when all was read."""

    def _frames(self, picture: VideoFrame | None) -> Iterator[Frame]:
        """The frames from a picture on."""
        index, shown_until_s, changed = 0, 0.0, False
        while picture is not None and self._clock.t_s < self.end_s:
            if not self._upright.fits(picture):
                changed = True
                break
            t_s = self._clock(picture.pts)
            if t_s is not None and self.start_s <= t_s < self.end_s:
                shown_until_s = t_s + float((picture.duration or 0) * self._decoder.time_base)
                yield Frame(index, t_s, self._upright(picture))
                index += 1
            picture = next(self._decoder.pictures, None)
        damaged_s = tuple(t_s for t_s in self._decoder.damaged_s if not self.start_s > t_s)
        self.ending = Ending(self._clock.t_s, shown_until_s, changed, damaged_s)

    def close(self) -> None:
        self._decoder.close()


class VideoFile(_Reading):
    """A recording on this computer; pictures come upright, at most `max_side_px` wide and high."""

    def __init__(self, path: str | Path, max_side_px: int = 1280) -> None:
        super().__init__()
        self.path = path = Path(path)
        require_file(path)
        self._decoder = Decoder(path)
        self._closed = False
        self._first: VideoFrame | None = None
        try:
            first = next(self._decoder.pictures, None)
            if first is None:
                raise SourceError.about(
                    path,
                    en="no picture in it can be read; try another copy or record again",
                    ja="映像を読み取れません。別のコピーを試すか、撮り直してください",
                )
        except BaseException:
            self._decoder.close()
            raise
        self._first, self.zero = first, first.pts
        """Stamp of the first picture, None where there is none."""
        self.time_base = self._decoder.time_base
        self.duration_s = self._decoder.length_s
        self._upright = _Upright(first, self._decoder.stream.sample_aspect_ratio, max_side_px)
        self.info = SourceInfo(
            kind="file",
            name=printable(path.name),
            width_px=self._upright.shown_px[0],
            height_px=self._upright.shown_px[1],
            fps=self._decoder.fps,
            rotation_deg=self._upright.turn_deg,
            started_at=self._decoder.started_at,
        )
        self.step_s = 1.0 / (self.info.fps or FALLBACK_FPS)
        self._clock = _Clock(self.time_base, self.step_s)

    def __iter__(self) -> Iterator[Frame]:
        first, self._first = self._first, None
        if first is None:
            raise ValueError("a recording is read once: open it again")
        yield from self._frames(first)
        if self.ending and not self._closed:
            self.tell(self.ending)

    def tell(self, ending: Ending) -> None:
        """Put into `warnings` what was wrong with the recording."""
        last_s = ending.last_s
        missing_s = (self.duration_s or 0.0) - max(ending.end_s, last_s + self.step_s)
        if ending.changed:
            self.warnings.append(f"the picture changes its shape after {last_s:.1f} s; what comes before was analysed")
        elif missing_s > 0.25 + 0.01 * last_s:
            self.warnings.append(
                f"the recording breaks off after {last_s:.1f} s of {self.duration_s:.1f} s"
                " (file damaged or incomplete); what could be read was analysed"
            )
        elif ending.damaged_s:
            place = next((f" near {max(t_s, 0.0):.1f} s" for t_s in ending.damaged_s if not math.isnan(t_s)), "")
            self.warnings.append(f"the recording is damaged{place}; what could be read was analysed")

    def times_s(self) -> Floats | None:
        """(N,) the times of all pictures in a recording that can be entered anywhere, None for any other.

        Reads the whole file without decoding it.
        """
        stamps = read_stamps(self.path, LONGEST_JUMP_S)
        if stamps is None or stamps[0] != self.zero:
            return None
        times_s: Floats = (stamps - stamps[0]) * self.time_base.numerator / self.time_base.denominator
        return times_s

    def part(self, start_s: float, end_s: float) -> VideoPart:
        """The frames with start_s <= t_s < end_s, as often as wanted; for recordings that have `times_s`."""
        return VideoPart(self, start_s, end_s)

    def close(self) -> None:
        self._first, self._closed = None, True
        super().close()


class VideoPart(_Reading):
    """A part of a recording, read beside others: the same frames at the same times as when all is read."""

    def __init__(self, whole: VideoFile, start_s: float, end_s: float) -> None:
        super().__init__()
        self.info, self.start_s, self.end_s = whole.info, start_s, end_s
        self._upright, self._clock = whole._upright.twin(), _Clock(whole.time_base, whole.step_s, whole.zero)
        stamp = (whole.zero or 0) + math.floor(start_s / whole.time_base)
        self._decoder = Decoder(whole.path, stamp if start_s > 0 else None)
        self._first = next(self._decoder.pictures, None)
        if start_s > 0 and (self._first is None or self._first.pts is None or self._first.pts > stamp):
            # The container's index led astray.
            self._decoder.close()
            self._decoder = Decoder(whole.path)
            self._first = next(self._decoder.pictures, None)

    def __iter__(self) -> Iterator[Frame]:
        first, self._first = self._first, None
        return self._frames(first)


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

    def twin(self) -> _Upright:
        """Another that does the same, for use at the same time."""
        other = copy.copy(self)
        other._reformatter = VideoReformatter()
        return other

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

    def __init__(self, time_base: Fraction, step_s: float, zero: int | None = None) -> None:
        self.t_s = -step_s
        self._time_base, self._step_s, self._zero = time_base, step_s, zero

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
