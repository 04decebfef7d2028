"""Assemble clips from banks of poses: NAME.mp4 and NAME.truth.json.

    python -m synth.assemble --banks BANKS --set dev --out CLIPS [--only NAME,...] [--truth-only]

The pictures of the two neighbouring poses are cross-faded, mild sensor noise is added and the result is encoded. Truth
is interpolated in the same way, so it is exact at the poses and linear between them.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

from synth.bank import FAMILY
from synth.camera import View
from synth.clips import CLIPS, Clip
from synth.encode import encode, keep_frame, turn_back
from synth.frames import Bank, Crossing, Noise, Picture
from synth.geometry import Floats
from synth.motion import Motion
from synth.scripts import perform
from synth.truth import OPPOSITE, episodes, keys_of, look_up, rep_truth

LANDMARKS = [f"{n}_{s}" for n in ("shoulder", "hip", "knee", "ankle") for s in ("left", "right")]
NOISE_GREY = {"dim_noisy": 12.0, "noisy": 6.0}
DIM = (np.power(np.arange(256) / 255, 1.7) * 255 * 0.62).astype(np.uint8)


@dataclass
class Part:
    """A stretch of a clip: what happens before one camera."""

    bank: Bank
    motion: Motion
    mirrored: bool
    start_s: float

    def side(self, name: str) -> str:
        """A name with its sides exchanged where the part is mirrored."""
        if not self.mirrored:
            return name
        return name.replace("left", "?").replace("right", "left").replace("?", "right")

    def shifted(self, event: str) -> list[list[float]]:
        return [[round(t + self.start_s, 3) for t in span] for span in self.motion.events.get(event, [])]

    def view(self) -> dict[str, Any]:
        v, near = self.bank.info["view"], self.bank.info["near_side"][FAMILY[self.motion.track]]
        lying = self.motion.exercise in ("hip_lift", "leg_curl")
        return {
            **{k: v[k] for k in ("yaw_deg", "camera_height_m", "distance_m", "horizontal_fov_deg")},
            "head_at" if lying else "faces": "right" if self.mirrored == lying else "left",
            "near_side": OPPOSITE[near] if self.mirrored else near,
            "from_s": round(self.start_s, 3),
        }


class Recording:
    """One clip, before it is written: its parts, and their truth frame by frame."""

    def __init__(self, clip: Clip, banks: Callable[[str], Bank]) -> None:
        self.clip, self.rng = clip, np.random.default_rng(clip.seed)
        self.parts: list[Part] = []
        end_s = 0.0
        for scene in clip.parts:
            bank = banks(scene.bank)
            motion = perform(scene.script, bank.info["rest_hip_deg"], self.rng, scene.timing)
            missing = {s.track for s in motion.segments} - set(bank.tracks)
            if missing:
                raise KeyError(f"bank {scene.bank} lacks {sorted(missing)}")
            self.parts.append(Part(bank, motion, scene.mirrored, end_s))
            end_s += motion.now
        self.duration_s, count = end_s, round(end_s * clip.fps)
        self.t = np.arange(count) / clip.fps
        starts = [p.start_s for p in self.parts]
        self.which = np.clip(np.searchsorted(starts, self.t + 1e-9, "right") - 1, 0, len(starts) - 1)
        self.lost = [span for p in self.parts for span in p.shifted("lost_s")]
        self.visible = np.ones(count, bool)
        for a, b in self.lost:
            self.visible &= ~((self.t >= a) & (self.t < b))
        self.size: tuple[int, int] = tuple(self.parts[0].bank.info["size"])  # type: ignore[assignment]
        self.crossing = Crossing(**clip.crossing) if clip.crossing else None
        self._measure(count)

    def _measure(self, count: int) -> None:
        self.tracks, self.values = [""] * count, np.zeros(count)
        self.per_frame = {k: np.zeros(count) for k in keys_of(self.parts[0].motion.track)}
        self.points = {name: np.zeros((count, 2)) for name in LANDMARKS}
        for n, part in enumerate(self.parts):
            here = np.where(self.which == n)[0]
            tracks, values = part.motion.at(self.t[here] - part.start_s)
            pose = look_up(part.bank.tracks, tracks, values)
            for k in self.per_frame:
                self.per_frame[part.side(k)][here] = pose[k]
            self.values[here] = values
            for i, track in zip(here, tracks, strict=True):
                self.tracks[i] = track
            for name in self.points:
                xy = np.array([part.bank.joint_px(a, b, name) for a, b in zip(tracks, values, strict=True)])
                if part.mirrored:
                    xy[:, 0] = self.size[0] - xy[:, 0]
                self.points[part.side(name)][here] = xy / self.size

    def kept(self) -> NDArray[np.bool_]:
        n = np.arange(len(self.t))
        return keep_frame(n) if self.clip.effect == "vfr" else np.ones(len(n), bool)

    def pictures(self) -> Iterator[Picture]:
        """Every frame that is kept; noise is drawn for the others too."""
        w, h = self.size
        noise, kept = Noise((h, w, 3), NOISE_GREY.get(self.clip.effect, 1.6), self.rng), self.kept()
        for i, time_s in enumerate(self.t):
            picture = noise(self._picture(i, float(time_s)))
            if kept[i]:
                turned = self.clip.effect == "rotated"
                yield cv2.rotate(picture, cv2.ROTATE_90_CLOCKWISE) if turned else picture

    def _picture(self, i: int, time_s: float) -> Picture:
        part = self.parts[self.which[i]]
        bank = part.bank
        picture = bank.blend(self.tracks[i], self.values[i]) if self.visible[i] else bank.base("empty")
        if self.crossing:
            picture = self.crossing.paint(picture, time_s, View(**bank.info["view"]), bank.info["look_at_x"])
        if part.mirrored:
            picture = cv2.flip(picture, 1)
        return DIM[picture] if self.clip.effect == "dim_noisy" else picture

    def reps(self) -> list[dict[str, Any]]:
        reps = []
        for p in self.parts:
            info = p.bank.info
            near = info["near_side"].get(FAMILY[p.motion.track], "left")
            reps += rep_truth(p.motion, p.bank.tracks, near, p.mirrored, info["trunk_length_m"], p.start_s)
        for i, r in enumerate(reps):
            r["index"] = i + 1
            if any(a < r["end_s"] and b > r["start_s"] for a, b in self.lost):
                r["partly_unseen"] = True
        return reps

    def truth(self, file: Path) -> dict[str, Any]:
        clip, first, views = self.clip, self.parts[0], [p.view() for p in self.parts]
        kept = self.kept()

        def rounded(x: ArrayLike, digits: int) -> list[float]:
            values: Floats = np.asarray(x)[kept]
            return [round(float(v), digits) for v in values]

        out: dict[str, Any] = {
            "schema_version": 1,
            "clip": clip.name,
            "file": file.name,
            "exercise": first.motion.exercise,
            "fps": clip.fps,
            "frame_count": int(kept.sum()),
            "duration_s": round(self.duration_s, 3),
            "width": self.size[0],
            "height": self.size[1],
            "effect": clip.effect or None,
            "seed": clip.seed,
            "body": first.bank.info["body"],
            "view": views[0],
            "reps": self.reps(),
            **self._events(views),
        }
        out["per_frame"] = {
            "t_s": rounded(self.t, 4),
            "person_visible": [bool(v) for v in self.visible[kept]],
            **{k: rounded(v, 2 if "_deg" in k else 4) for k, v in self.per_frame.items()},
        }
        unit = "fraction of the displayed picture, x right, y down; anatomical sides; joint centres"
        points = {n: {"x": rounded(q[:, 0], 4), "y": rounded(q[:, 1], 4)} for n, q in self.points.items()}
        out["landmarks_2d"] = {"unit": unit, **points}
        return out

    def _events(self, views: list[dict[str, Any]]) -> dict[str, Any]:
        """What happens beside the repetitions."""
        first, out = self.parts[0], dict[str, Any]()
        if first.motion.exercise == "sitting":
            out["phases"] = [
                {
                    "start_s": round(s.start_s, 2),
                    "end_s": round(s.end_s, 2),
                    "posture": s.track,
                    "slump_from": s.begin,
                    "slump_to": s.to,
                }
                for s in first.motion.segments
            ]
            out["episodes"] = episodes(first.motion)
        if first.motion.exercise == "hip_lift":
            out["rest_hip_deg"] = round(first.bank.info["rest_hip_deg"], 2)
        if len(self.parts) > 1:
            out["cuts_s"], out["views"] = [round(p.start_s, 3) for p in self.parts[1:]], views
        spans = {event: [s for p in self.parts for s in p.shifted(event)] for event in ("flat_s", "slide_s")}
        out |= {event: found for event, found in spans.items() if found}
        if self.lost:
            out["lost_s"] = [[round(a, 3), round(b, 3)] for a, b in self.lost]
        if self.crossing:
            out["crossing_s"] = [self.crossing.span_s()]
        return out


def build(clip: Clip, banks: Callable[[str], Bank], out: Path, truth_only: bool = False) -> dict[str, Any]:
    """Write one clip and its truth; returns the truth."""
    recording = Recording(clip, banks)
    out.mkdir(parents=True, exist_ok=True)
    file = out / f"{clip.name}.mp4"
    if not truth_only:
        encode(recording.pictures(), recording.t[recording.kept()], clip.fps, file, clip.crf)
        if clip.effect == "rotated":
            turn_back(file)
    truth = recording.truth(file)
    (out / f"{clip.name}.truth.json").write_text(json.dumps(truth, separators=(",", ":")))
    return truth


def summary(truth: dict[str, Any]) -> str:
    codes = " ".join("+".join(f["code"] for f in r["faults"]) or "ok" for r in truth["reps"])
    return f"{truth['clip']:34s} {truth['duration_s']:6.1f} s  {len(truth['reps'])} reps: {codes}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--banks", type=Path, required=True, help="folder with the banks")
    parser.add_argument("--set", required=True, choices=sorted(CLIPS))
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--only", default="", help="comma-separated clip names")
    parser.add_argument("--missing", action="store_true", help="skip clips that are already there")
    parser.add_argument("--truth-only", action="store_true", help="write the truth files again, not the pictures")
    args = parser.parse_args()
    loaded: dict[str, Bank] = {}

    def banks(name: str) -> Bank:
        if name not in loaded:
            loaded[name] = Bank(args.banks / name)
        return loaded[name]

    for clip in CLIPS[args.set]:
        wanted = not args.only or clip.name in args.only.split(",")
        if not wanted or (args.missing and (args.out / f"{clip.name}.truth.json").exists()):
            continue
        try:
            print(summary(build(clip, banks, args.out, args.truth_only)), flush=True)
        except (KeyError, FileNotFoundError) as error:
            print(f"{clip.name:34s} skipped: {error}", flush=True)


if __name__ == "__main__":
    main()
