"""People who sit at a desk, as landmarks with the truth beside them.

They face right; hips and feet stay where they are. Every stretch keeps one posture, and the way to the next takes a
second, of which the truth says that it changes in the middle.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from bodies import NEAR, SHANK_M, THIGH_M, TRUNK_M, Camera, Film, Part, film, towards, whole, xy
from synthetic import Floats, minimum_jerk, noise

from formcheck.monitors.seated_posture import LEAN_PER_DEG

MOVE_S = 1.0
HIP = np.array([[-0.2, 0.48]])
NECK_M = 0.2


@dataclass(frozen=True)
class Sat:
    """A posture: lean of trunk and head forward of upright, how much a round back shortens the trunk, how high the
    feet are over the floor, which way the shoulders are turned; `state` is what it truly is.
    """

    state: str
    trunk_deg: float = 2.0
    head_deg: float = 5.0
    round_share: float = 0.0
    feet_m: float = 0.0
    turn_deg: float = 0.0


TALL = Sat("upright")
EASY = Sat("upright", trunk_deg=6.0, head_deg=9.0, round_share=0.01)
SLUMPED = Sat("slumped", trunk_deg=-8.0, head_deg=24.0, round_share=0.10)
HEAD_FORWARD = Sat("forward_head", trunk_deg=4.0, head_deg=26.0)
LEANING = Sat("leaning", trunk_deg=30.0, head_deg=14.0)
RECLINED = Sat("leaning", trunk_deg=-28.0, head_deg=5.0)
FEET_UP = Sat("feet_up", feet_m=0.16)
TURNED = Sat("unclear", turn_deg=80.0)
ABSENT = Sat("away")
BAD = (SLUMPED, HEAD_FORWARD, LEANING, RECLINED, FEET_UP)

Stretch = tuple[float, Sat]
"""Seconds in a posture."""


@dataclass(frozen=True)
class Sitting:
    """A film and, for every time, the state that was true."""

    film: Film
    borders_s: Floats
    states: tuple[str, ...]

    def true_at(self, t_s: float) -> str:
        """What was true then."""
        return self.states[max(0, int(np.searchsorted(self.borders_s, t_s, "right")) - 1)]

    def settled(self, t_s: float, apart_s: float = 1.0) -> bool:
        """Whether the truth does not change close to that time."""
        return bool((np.abs(self.borders_s[1:] - t_s) > apart_s).all())


def sitting(
    *stretches: Stretch, camera: Camera | None = None, fps: float = 2.0, jitter: float = 0.0, restless: float = 0.0,
    seed: int = 1, body: float = 1.0,
) -> Sitting:  # fmt: skip
    """Somebody sitting through these stretches. `restless` is how far they move all the time (1: by 2 deg, slowly)."""
    lengths, poses = zip(*stretches, strict=True)
    borders_s = np.cumsum([0.0, *lengths])
    part = Part(float(borders_s[-1]), lambda t: figure(t, borders_s, poses, restless, seed) * body)
    return Sitting(film(part, camera=camera or Camera(bias_deg=0.0), fps=fps, jitter=jitter),
                   borders_s[:-1], tuple(pose.state for pose in poses))  # fmt: skip


def course(t: Floats, borders_s: Floats, levels: Sequence[float]) -> Floats:
    """A number that goes from one stretch's level to the next one's."""
    x = np.full(len(t), levels[0])
    for border_s, before, after in zip(borders_s[1:-1], levels, levels[1:], strict=False):
        if after != before:
            x += (after - before) * minimum_jerk((t - border_s + MOVE_S / 2) / MOVE_S)
    return x


def figure(t: Floats, borders_s: Floats, poses: Sequence[Sat], restless: float, seed: int) -> Floats:
    """(N, 33, 3) points in metres; NaN where nobody is there."""
    trunk, head, rounded, feet, turn = (
        course(t, borders_s, [getattr(pose, name) for pose in poses])
        for name in ("trunk_deg", "head_deg", "round_share", "feet_m", "turn_deg")
    )
    sway = restless * noise(t, 0.0, 1.0, seed, memory_s=8.0, shape=(2,)) if restless else np.zeros((len(t), 2))
    hip = HIP + np.stack([0 * t, 0 * t], axis=-1)
    narrow = np.cos(np.radians(turn))[:, None] * (1.0, 0.0) + (0.0, 1.0)
    seeming = (1 - rounded) * (1 + LEAN_PER_DEG * np.abs(trunk))  # as the landmarks show it
    shoulder = hip + TRUNK_M * seeming[:, None] * towards(90 - trunk - 2.0 * sway[:, 0], 1.0) * narrow
    ear = shoulder + towards(90 - head - 2.0 * sway[:, 1], NECK_M) * narrow
    knee = hip + xy(THIGH_M, 0.0) * narrow
    ankle = knee + xy(-0.03, -SHANK_M) + np.stack([0 * t, feet], axis=-1)
    limbs = {
        "shoulder": shoulder, "hip": hip, "knee": knee, "ankle": ankle, "toe": ankle + xy(0.14, -0.06),
        "heel": ankle + xy(-0.03, -0.06), "ear": ear, "nose": ear + xy(0.1, -0.01),
        "elbow": shoulder + xy(0.05, -0.28), "wrist": shoulder + xy(0.3, -0.3),
    }  # fmt: skip
    points = whole(limbs, limbs, NEAR["upright"])
    points[..., 0] += points[..., 2] * np.sin(np.radians(turn))[:, None]
    away = np.array([pose.state == "away" for pose in poses])
    points[away[np.clip(np.searchsorted(borders_s, t, "right") - 1, 0, len(poses) - 1)]] = np.nan
    return points


def day(hours: float, seed: int = 1) -> list[Stretch]:
    """A day at a desk: mostly well, again and again not, with breaks."""
    rng = np.random.default_rng(seed)
    out, left_s = [(10.0, TALL)], 3600.0 * hours - 10.0
    choices = [TALL, EASY, *BAD, ABSENT]
    chances = np.array([0.3, 0.25, 0.15, 0.1, 0.06, 0.03, 0.06, 0.05])
    while left_s > 0:
        length_s = min(left_s, float(rng.uniform(20, 400)))
        out.append((length_s, choices[rng.choice(len(choices), p=chances)]))
        left_s -= length_s
    return out


def other_way(camera: Camera) -> Camera:
    """The same seen from the other side."""
    return replace(camera, head_at="right" if camera.head_at == "left" else "left")
