"""What travels between page and server: JPEG frames in, JSON out; everything that comes in is checked."""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from formcheck.coach.coach import Coach, Tick
from formcheck.coach.cues import Cue
from formcheck.coach.plan import Felt, Plan
from formcheck.events import Event, RepDone

VERSION = 1
"""Version of every message and event; a change of meaning raises it."""
MOST_BYTES = 2_000_000
"""Largest message taken; a 640 x 480 JPEG has about 40 kB."""
MOST_SIDE_PX = 2000
STAMP = struct.Struct(">d")
"""A frame is its time of capture (milliseconds, the page's clock, big-endian double) and then the JPEG."""


class BadMessageError(Exception):
    """A message that breaks the rules; `code` closes the connection."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code, self.reason = code, reason


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Hello(Part):
    """The first message: what to do, and which session to go on with."""

    type: Literal["hello"]
    plan: Plan
    resume: str | None = Field(default=None, max_length=40)


class Order(Part):
    """A key or button."""

    type: Literal["command"]
    name: Literal["pause", "skip", "finish"]


class Feeling(Part):
    """How a session felt: `earned` sessions in a row were nearly all clean, `clean_share` of this one's repetitions."""

    plan: Plan
    felt: Felt
    earned: int = Field(ge=0, le=10_000)
    clean_share: float = Field(ge=0, le=1)


Said = Hello | Order
_SAID: TypeAdapter[Said] = TypeAdapter(Said)


def understand(text: str) -> Said:
    """A message of the page; BadMessageError when it is none."""
    try:
        return _SAID.validate_json(text)
    except ValueError as error:
        raise BadMessageError(4400, "not a message of this version") from error


@dataclass(frozen=True, slots=True)
class Shot:
    """One JPEG with its time of capture in milliseconds."""

    at_ms: float
    jpeg: bytes


def unpack(data: bytes) -> Shot:
    """A frame as it came; BadMessageError unless it is a JPEG of bearable size with a time."""
    if len(data) < STAMP.size + 4:
        raise BadMessageError(4415, "not a JPEG frame")
    (at_ms,) = STAMP.unpack_from(data)
    if not math.isfinite(at_ms):
        raise BadMessageError(4400, "a frame without a time")
    jpeg = data[STAMP.size :]
    width_px, height_px = jpeg_size_px(jpeg)
    if not (16 <= width_px <= MOST_SIDE_PX and 16 <= height_px <= MOST_SIDE_PX):
        raise BadMessageError(4413, f"a picture of {width_px} x {height_px}; at most {MOST_SIDE_PX} a side")
    return Shot(at_ms, jpeg)


def jpeg_size_px(jpeg: bytes) -> tuple[int, int]:
    """Width and height as a JPEG's header says, without decoding it; BadMessageError when it is no JPEG."""
    at = 2
    if jpeg[:2] == b"\xff\xd8":
        while at + 9 <= len(jpeg) and jpeg[at] == 0xFF:
            marker, length = jpeg[at + 1], int.from_bytes(jpeg[at + 2 : at + 4], "big")
            # Frame headers are C0..CF, but for the tables C4, C8 and CC among them.
            if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
                return int.from_bytes(jpeg[at + 7 : at + 9], "big"), int.from_bytes(jpeg[at + 5 : at + 7], "big")
            at += 2 + max(length, 2)
    raise BadMessageError(4415, "not a JPEG frame")


def tick_message(tick: Tick, coach: Coach, shot_ms: float, spent_ms: float) -> str:
    """What the page shows of one frame."""
    pose, session = tick.sighting.pose, coach.session
    side = session.side
    return json.dumps(
        {
            "v": VERSION,
            "type": "tick",
            "frame_ms": shot_ms,
            "spent_ms": round(spent_ms, 1),
            "t_s": round(tick.t_s, 3),
            "size": [coach.info.width_px, coach.info.height_px],
            "pose": [round(x) for x in pose.xy_px.ravel().tolist()] if pose else None,
            "near": tick.near_side,
            "deg": _number(tick.reading.degs[side]) if tick.reading else None,
            "phase": tick.reading.phases[side].value if tick.reading else None,
            "held_s": _number(tick.held_s),
            "cues": [cue_dict(cue) for cue in tick.cues],
            "events": [event_dict(event) for event in tick.events],
            **session_dict(coach, tick.t_s),
        },
        separators=(",", ":"),
    )


def session_dict(coach: Coach, t_s: float) -> dict[str, Any]:
    """Where the session is."""
    session = coach.session
    left_s = session.until_s - t_s
    return {
        "state": session.state.value,
        "paused": session.paused,
        "problem": session.problem.value if session.problem else None,
        "set": min(session.progress.set, session.plan.sets),
        "side": session.side,
        "count": session.count,
        "left_s": round(left_s, 1) if math.isfinite(left_s) else None,
    }


def cues_message(cues: Sequence[Cue], coach: Coach, t_s: float) -> str:
    """Cues that no frame caused."""
    return json.dumps({"v": VERSION, "type": "cues", "cues": [cue_dict(c) for c in cues], **session_dict(coach, t_s)})


def cue_dict(cue: Cue) -> dict[str, Any]:
    """A cue in JSON."""
    return {"t_s": round(cue.t_s, 3), "slot": cue.slot, "clips": list(cue.clips)}


def event_dict(event: Event) -> dict[str, Any]:
    """An event of the engine in JSON, as on the WebSocket and in `--events`; numbers that are not known are null."""
    if isinstance(event, RepDone):
        rep = event.rep
        body: dict[str, Any] = {
            "t_s": event.t_s, "side": event.side, "verdict": event.verdict, "confidence": event.confidence,
            "start_s": rep.start_s, "top_start_s": rep.top_start_s, "top_end_s": rep.top_end_s, "end_s": rep.end_s,
            "peak_deg": rep.peak_deg, "rest_deg": rep.rest_deg, "up_s": rep.up_s, "down_s": rep.down_s,
            "faults": [asdict(fault) for fault in event.faults],
        }  # fmt: skip
    else:
        body = asdict(event)
    return {"v": VERSION, "event": type(event).__name__, **{name: _tidy(value) for name, value in body.items()}}


def _tidy(value: Any) -> Any:
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, dict):
        return {name: _tidy(inner) for name, inner in value.items()}
    return [_tidy(inner) for inner in value] if isinstance(value, list) else value


def _number(x: float | None) -> float | None:
    return round(float(x), 3) if x is not None and math.isfinite(x) else None
