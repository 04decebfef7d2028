"""Is the lying person followed when somebody else is in the picture?

    python -m bench.company CLIPS HABITS [--clip hip_lift_good_d1 ...] [--seconds 24] [--keep FOLDER]

CLIPS holds rendered clips of lying people, HABITS of people who stand or sit (NAME.mp4 and NAME.truth.json). Both are
cut out by the network's own masks and put into one picture: somebody stands or sits behind the mat, walks through
behind it, or walks through between mat and camera. Each film is then seen by the landmarker that asks who else is
there, and by one that takes whom it gets. Printed: the share of frames in which the lying person's trunk is seen where
it truly is, the share in which somebody else's is, and the repetitions counted, of how many.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import av
import numpy as np
from numpy.typing import NDArray

from bench.truth import Truth, read_truth
from bench.variants import Picture, encode
from formcheck.estimate import Landmarker
from formcheck.hindsight import look_back
from formcheck.landmarks import Landmark
from formcheck.models import find_model
from formcheck.quiet import quiet
from formcheck.records import SourceInfo, Track
from formcheck.video import VideoFile

FPS = 30
TRUNK = ("shoulder", "hip")
RIGHT_TRUNKS = 0.35
"""How far from its true place the middle of the trunk may be seen: landmarks err by 0.05-0.15."""

Mask = NDArray[np.float32]


class Cut(NamedTuple):
    """A person cut out of a picture, and how much of every pixel belongs to the person."""

    picture: Picture
    mask: Mask


def cut_out(clip: Path, seconds: float) -> Iterator[Cut]:
    """Every frame of a clip at FPS with its person's mask."""
    import mediapipe
    from mediapipe.tasks.python import BaseOptions, vision

    options = vision.PoseLandmarkerOptions(
        base_options=BaseOptions(model_asset_path=str(find_model("full"))),
        running_mode=vision.RunningMode.VIDEO,
        output_segmentation_masks=True,
    )
    with vision.PoseLandmarker.create_from_options(options) as network, av.open(str(clip)) as container:
        for frame in container.decode(video=0):
            if frame.time >= seconds:
                return
            picture = frame.to_ndarray(format="rgb24")
            image = mediapipe.Image(image_format=mediapipe.ImageFormat.SRGB, data=picture)
            found: Any = network.detect_for_video(image, round(frame.time * 1000))
            masks = found.segmentation_masks
            mask = masks[0].numpy_view().reshape(picture.shape[:2]) if masks else np.zeros(picture.shape[:2])
            yield Cut(picture, np.clip((mask.astype(np.float32) - 0.3) / 0.4, 0, 1))


def figure(cuts: list[Cut], height_px: int) -> list[Cut]:
    """The same person cropped from head to feet and drawn `height_px` tall."""
    import cv2

    seen = np.max([cut.mask for cut in cuts], axis=0) > 0.5
    rows, columns = np.flatnonzero(seen.any(axis=1)), np.flatnonzero(seen.any(axis=0))
    part = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    share = height_px / (rows[-1] + 1 - rows[0])
    size = (round((columns[-1] + 1 - columns[0]) * share), height_px)
    return [
        Cut(cv2.resize(c.picture[part], size, interpolation=cv2.INTER_AREA), cv2.resize(c.mask[part], size))
        for c in cuts
    ]


def put(onto: Cut, guest: Cut, left_px: int, top_px: int, behind: bool) -> Picture:
    """The guest drawn into a picture, behind its person or before; what lies outside is cut off."""
    tall, wide = onto.mask.shape
    guest_tall, guest_wide = guest.mask.shape
    y0, y1, x0, x1 = max(top_px, 0), min(top_px + guest_tall, tall), max(left_px, 0), min(left_px + guest_wide, wide)
    if y0 >= y1 or x0 >= x1:
        return onto.picture
    inside = np.s_[y0 - top_px : y1 - top_px, x0 - left_px : x1 - left_px]
    share = guest.mask[inside] * (1 - onto.mask[y0:y1, x0:x1] if behind else 1)
    out = onto.picture.astype(np.float32)
    out[y0:y1, x0:x1] += share[..., None] * (guest.picture[inside].astype(np.float32) - out[y0:y1, x0:x1])
    return out.round().astype(np.uint8)


class Scene(NamedTuple):
    """Who else is there: tall as a share of the picture's height, where the feet are, and the way across."""

    habit: str
    tall: float
    feet: float
    across: Callable[[float], float]
    behind: bool


def passing(start_s: float, duration_s: float, again_s: float) -> Callable[[float], float]:
    """From beyond one edge to beyond the other (-0.3 to 1.3 of the width), and so again."""
    return lambda t_s: -0.3 + 1.6 * ((t_s - start_s) % again_s) / duration_s if t_s >= start_s else -0.3


SCENES = {
    "stands behind": Scene("heel_raise", 0.75, 0.80, lambda _: 0.18, True),
    "stands behind the feet": Scene("heel_raise", 0.70, 0.78, lambda _: 0.85, True),
    "sits behind": Scene("sitting", 0.60, 0.80, lambda _: 0.50, True),
    "walks through behind": Scene("heel_raise", 0.75, 0.80, passing(3.0, 4.0, 9.0), True),
    "walks through in front": Scene("heel_raise", 1.15, 1.25, passing(3.0, 2.5, 9.0), False),
}


def composed(host: list[Cut], guests: dict[str, list[Cut]], scene: Scene) -> Iterator[tuple[float, Picture]]:
    """A film of both."""
    tall, wide = host[0].mask.shape
    people = figure(guests[scene.habit], round(scene.tall * tall))
    for row, cut in enumerate(host):
        guest = people[row % len(people)]
        left_px = round(scene.across(row / FPS) * wide - guest.mask.shape[1] / 2)
        yield row / FPS, put(cut, guest, left_px, round(scene.feet * tall) - guest.mask.shape[0], scene.behind)


class Alone(Landmarker):
    """Takes whom the network gives."""

    def _asks(self, *_: object) -> bool:
        return False


def seen(film: Path, kind: type[Landmarker]) -> tuple[Track, SourceInfo]:
    with quiet(), VideoFile(film) as source, kind() as landmarker:
        return Track.of(landmarker.step(frame, source.info) for frame in source), source.info


def middle_px(points: NDArray[np.floating[Any]]) -> NDArray[np.floating[Any]]:
    return np.asarray(points).mean(axis=0)


def true_trunk_px(path: Path, info: SourceInfo) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(N, 2) the middle of the true trunk in pixels, and (N,) its length."""
    import json

    points = json.loads(path.read_text(encoding="utf-8"))["landmarks_2d"]
    size = np.array([info.width_px, info.height_px])

    def joint(name: str) -> NDArray[np.float64]:
        sides = [np.array([points[f"{name}_{side}"][axis] for axis in "xy"], float).T for side in ("left", "right")]
        return np.mean(sides, axis=0) * size

    shoulder, hip = joint("shoulder"), joint("hip")
    return (shoulder + hip) / 2, np.linalg.norm(hip - shoulder, axis=1)


def row_of(track: Track, info: SourceInfo, truth: Truth, truth_path: Path, seconds: float) -> str:
    """One line: how much of the lying person was seen, how much of somebody else, and what was counted."""
    centre, length = true_trunk_px(truth_path, info)
    count = min(len(track), len(centre))
    parts = [Landmark[f"{side}_{joint}".upper()] for side in ("left", "right") for joint in TRUNK]
    off = np.linalg.norm(track.xy_px[:count, parts].mean(axis=1) - centre[:count], axis=1) / length[:count]
    verdict, _ = look_back(track, info, None)
    reps = verdict.reps if verdict else []
    # What is more than half way down when the film ends is counted.
    due = [rep for rep in truth.reps if (rep.top_end_s + rep.end_s) / 2 < seconds]
    right, wrong = (off < RIGHT_TRUNKS).mean(), (off >= RIGHT_TRUNKS).mean()
    nobody = 1 - right - wrong
    return f"right {right:6.1%}  wrong {wrong:6.1%}  nobody {nobody:6.1%}  reps {len(reps)} of {len(due)}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clips", type=Path)
    parser.add_argument("habits", type=Path)
    parser.add_argument("--clip", nargs="+", default=["hip_lift_good_d1", "leg_curl_near_good_d1"])
    parser.add_argument("--seconds", type=float, default=24.0)
    parser.add_argument("--keep", type=Path, help="folder in which the composed films stay")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, quiet():
        keep = args.keep or Path(folder)
        keep.mkdir(parents=True, exist_ok=True)
        guests = {
            word: list(cut_out(next(iter(sorted(args.habits.glob(f"{word}*.mp4")))), 8.0))
            for word in sorted({scene.habit for scene in SCENES.values()})
        }
        for name in args.clip:
            truth_path = args.clips / f"{name}.truth.json"
            truth = read_truth(truth_path)
            host = list(cut_out(args.clips / truth.file, args.seconds))
            for label, scene in SCENES.items():
                film = encode(composed(host, guests, scene), keep / f"{name}_{label.replace(' ', '_')}.mp4")
                for kind in (Alone, Landmarker):
                    track, info = seen(film, kind)
                    line = row_of(track, info, truth, truth_path, args.seconds)
                    print(f"{name:24} {label:24} {kind.__name__:10} {line}", flush=True)


if __name__ == "__main__":
    main()
