"""Render the pictures of a bank (bpy); resumable.

    python -m synth.render_bank BANKS/D1 --body B/female_a.npz [--samples 6] [--every 1]

Writes empty.png and base_FAMILY.png (whole pictures: nobody, at rest) and TRACK_000.png ... (crops; bank.json tells
where they belong).
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import Any

import numpy as np

from synth.body import Body
from synth.camera import View
from synth.clothes import DressedFigure
from synth.lift import MAT_M
from synth.scene import aim_camera, build_room, render
from synth.styles import LIGHTS, style_of

BASE_SAMPLES = 16


class Studio:
    """The room of a bank with its dressed figure."""

    def __init__(self, bank: Path, body_file: Path, samples: int, threads: int = 0) -> None:
        self.bank, self.samples = bank, samples
        self.info: dict[str, Any] = json.loads((bank / "bank.json").read_text())
        self.bones = np.load(bank / "poses.npz")
        lying = next(iter(self.info["base"])) in ("lift", "curl")
        self.floor_m = MAT_M if lying else 0.0
        style = style_of(self.info["style"])
        self.scene = build_room(
            style,
            tuple(self.info["size"]),
            samples,
            LIGHTS[self.info["light"]],
            mat=lying,
            chair="slump" in self.info["base"],
            blanket_x=self.info["blanket_x"],
        )
        if threads:
            self.scene.render.threads_mode, self.scene.render.threads = "FIXED", threads
        self.figure = DressedFigure(Body(body_file), style)
        aim_camera(self.scene, View(**self.info["view"]), self.info["look_at_x"])

    def shoot(self, file: Path, track: str, i: int, crop: list[int] | None) -> None:
        if not file.exists():
            rotations, places = self.bones[f"{track}_rotations"][i], self.bones[f"{track}_places"][i]
            self.figure.set_pose(rotations.astype(float), places.astype(float), self.floor_m)
            render(self.scene, file, crop)

    def bases(self) -> None:
        self.scene.cycles.samples = BASE_SAMPLES
        self.figure.show(False)
        if not (self.bank / "empty.png").exists():
            render(self.scene, self.bank / "empty.png")
        self.figure.show(True)
        for family, (track, i) in self.info["base"].items():
            self.shoot(self.bank / f"base_{family}.png", track, i, None)
        self.scene.cycles.samples = self.samples

    def tracks(self, every: int) -> None:
        for track, rows in self.info["tracks"].items():
            start = time.time()
            for i in range(0, len(rows), every):
                self.shoot(self.bank / rows[i]["file"], track, i, self.info["crops"][track])
            print(f"{self.bank.name} {track}: {len(rows)} poses, {time.time() - start:.0f} s", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bank", type=Path)
    parser.add_argument("--body", type=Path, required=True)
    parser.add_argument("--samples", type=int, default=6)
    parser.add_argument("--every", type=int, default=1, help="only every n-th pose (for a quick look)")
    parser.add_argument("--threads", type=int, default=0, help="0: as many as there are")
    args = parser.parse_args()
    studio = Studio(args.bank, args.body, args.samples, args.threads)
    studio.bases()
    studio.tracks(args.every)


if __name__ == "__main__":
    main()
