"""Make the evaluation clips of evaluation.json: body, bank, pictures, clip and truth. Resumable.

    python -m synth.evaluation list
    python -m synth.evaluation make NAME ... --out synth/out/evaluation
    python -m synth.evaluation make all      --out synth/out/evaluation [--truth-only] [--discard] [--part 0/2]

Runs in the environment of requirements-assemble.txt and calls the other two (README.md) where a body or pictures are
missing. A name may be the beginning of one: `make 007`.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from synth.arms import BellyArms
from synth.assemble import build, summary
from synth.bank import Setup, make_bank
from synth.camera import View
from synth.clips import Clip, Scene
from synth.draw_evaluation import MANIFEST
from synth.frames import Bank
from synth.lift import Stance
from synth.motion import Motion
from synth.scripts import perform

HERE = Path(__file__).parent
USUAL_REST_DEG = 125.0
EVERY = 2
"""Poses are twice as far apart as in other banks, so that all can be rendered in an hour or two."""
MARGIN = {"lift": 2.0, "slide": 0.01}  # sway and tremor; 3 deg of knee flexion in curls


def reach_of(motion: Motion) -> dict[str, tuple[float, float]]:
    """How far a motion goes on each of its tracks; hip lifts from rest on, wherever that is."""
    out: dict[str, tuple[float, float]] = {}
    for s in motion.segments:
        low, high = out.get(s.track, (s.begin, s.begin))
        out[s.track] = min(low, s.begin, s.to), max(high, s.begin, s.to)
    return {
        track: (0.0 if track == "lift" else low - MARGIN.get(track, 3.0), high + MARGIN.get(track, 3.0))
        for track, (low, high) in out.items()
    }


def setup_of(row: dict[str, Any]) -> Setup:
    """The bank that a clip needs: only its own tracks, and these only as far as it goes."""
    motion = perform(row["script"], USUAL_REST_DEG, np.random.default_rng(row["seed"]), row["timing"])
    reach = reach_of(motion)
    stance = dict(row["stance"])
    if "belly" in stance:
        stance["belly"] = BellyArms(**stance["belly"])
    return Setup(
        style=row["style"],
        view=View(**row["view"]),
        tracks=tuple(reach),
        light=row["light"],
        size=(row["size"][0], row["size"][1]),
        stance=Stance(**stance),
        folded=row["folded"],
        blanket=row["blanket"],
        every=EVERY,
        reach=reach,
        fit=True,
    )


def clip_of(row: dict[str, Any]) -> Clip:
    scene = Scene(row["name"], row["script"], row["mirrored"], row["timing"])
    return Clip(row["name"], row["seed"], (scene,), row["fps"], row["effect"], row["crf"], row["crossing"])


@dataclass(frozen=True)
class Maker:
    out: Path
    bodies_python: Path
    render_python: Path
    samples: int
    threads: int
    truth_only: bool
    discard: bool

    def make(self, row: dict[str, Any]) -> None:
        name, clips = row["name"], self.out / "clips"
        truth, video = clips / f"{name}.truth.json", clips / f"{name}.mp4"
        if truth.exists() and (self.truth_only or video.exists()):
            return
        body, bank = self._body(row["body"]), self.out / "banks" / name
        if not (bank / "bank.json").exists():
            make_bank(body, setup_of(row), bank)
        if not self.truth_only:
            options = [f"--samples={self.samples}", f"--threads={self.threads}"]
            self._run(self.render_python, "synth.render_bank", str(bank), f"--body={body}", *options)
        print(summary(build(clip_of(row), lambda _: Bank(bank), clips, self.truth_only)), flush=True)
        if self.discard and not self.truth_only:
            shutil.rmtree(bank)

    def _body(self, name: str) -> Path:
        file = self.out / "bodies" / f"{name}.npz"
        if not file.exists():
            self._run(
                self.bodies_python, "synth.population", "--set=evaluation", f"--out={file.parent}", f"--only={name}"
            )
        return file

    def _run(self, python: Path, module: str, *args: str) -> None:
        here = {**os.environ, "PYTHONPATH": str(HERE.parent)}
        subprocess.run([str(python), "-m", module, *args], check=True, env=here, stdout=subprocess.DEVNULL)


def chosen(rows: list[dict[str, Any]], names: list[str], part: str) -> list[dict[str, Any]]:
    here, of = (int(n) for n in part.split("/"))
    found = [r for r in rows if "all" in names or r["use"] in names or any(r["name"].startswith(n) for n in names)]
    return found[here::of]


def describe(row: dict[str, Any]) -> str:
    v, (w, h) = row["view"], row["size"]
    extras = [k for k in ("crossing", "blanket", "folded", "mirrored") if row[k]] + list(row["stance"])
    return (
        f"{row['name']:34s} {row['body']} yaw {v['yaw_deg']:+3.0f} height {v['camera_height_m']:.2f} {row['light']:8s}"
        f" {w}x{h}@{row['fps']} {row['timing']:8s} {row['effect']} {' '.join(extras)}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("action", choices=["list", "make"])
    parser.add_argument("names", nargs="*", help="clips, `tuning`, `evaluation` or `all`")
    parser.add_argument("--out", type=Path, default=HERE / "out" / "evaluation", help="for bodies, banks and clips")
    parser.add_argument("--bodies-python", type=Path, default=HERE / ".venv-bodies" / "bin" / "python")
    parser.add_argument("--render-python", type=Path, default=HERE / ".venv-render" / "bin" / "python")
    parser.add_argument("--samples", type=int, default=2, help="of the renderer for each pixel")
    parser.add_argument("--threads", type=int, default=0, help="of the renderer; 0: as many as there are")
    parser.add_argument("--part", default="0/1", help="every n-th clip: 0/2 and 1/2 share the work")
    parser.add_argument("--truth-only", action="store_true", help="truth files without pictures")
    parser.add_argument("--discard", action="store_true", help="delete a bank when its clip is made")
    args = parser.parse_args()
    rows = json.loads(MANIFEST.read_text())
    if args.action == "list":
        print("\n".join(describe(row) for row in chosen(rows, args.names or ["all"], args.part)))
        return
    maker = Maker(
        args.out,
        args.bodies_python,
        args.render_python,
        args.samples,
        args.threads,
        args.truth_only,
        args.discard,
    )
    for row in chosen(rows, args.names, args.part):
        maker.make(row)


if __name__ == "__main__":
    main()
