"""The clips of the sample data: which bank, script, side and recording effect.

`mirrored` flips the picture: the head is at the right and anatomical sides are exchanged. `effect`: "vfr" drops about a
quarter of the frames and keeps the true times, "rotated" stores portrait frames with a display matrix, "dim_noisy" is a
dark noisy recording (`crf` 31: its noise would fill 50 MB), "noisy" one with some noise; scripts with `lost` show the
empty room for 2 s. D1, D2 are lying bodies, S1 one standing, C1 one on a
chair, T0 .. T5 others on a chair, H0 .. H9 standing ones to tune on, H10, H11 two that are kept to measure, F0 .. F5
those of H0, H2, H4, H6, H8, H10 seen from the front.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Scene:
    """What is done before one bank."""

    bank: str
    script: str
    mirrored: bool = False
    timing: str = "minimum_jerk"


@dataclass(frozen=True)
class Clip:
    name: str
    seed: int
    parts: tuple[Scene, ...]
    fps: float = 30
    effect: str = ""
    crf: int = 20
    crossing: dict[str, Any] | None = None
    """Arguments of frames.Crossing: a box as large as a pet walks through the picture."""


def clip(bank: str, script: str, seed: int, mirrored: bool = False, name: str = "", **more: Any) -> Clip:
    full = f"{name or script}_{bank.lower()}" + ("_m" if mirrored else "")
    return Clip(full, seed, (Scene(bank, script, mirrored),), **more)


DEV = (
    clip("D1", "hip_lift_good", 1001),
    clip("D2", "hip_lift_good", 1002, True),
    clip("D2", "hip_lift_set10", 1003),
    clip("D1", "hip_lift_low", 1004),
    clip("D1", "hip_lift_short_hold", 1005),
    clip("D2", "hip_lift_momentum", 1006),
    clip("D1", "hip_lift_drop", 1007, True),
    clip("D1", "hip_lift_arch", 1008),
    clip("D2", "hip_lift_arch", 1009, True),
    clip("D1", "hip_lift_mixed", 1010, True),
    clip("D2", "hip_lift_mixed", 1011),
    clip("D1", "hip_lift_no_touch", 1012),
    clip("D2", "hip_lift_fidget", 1013),
    clip("D1", "leg_curl_near_good", 1014),
    clip("D2", "leg_curl_near_good", 1015, True),
    clip("D1", "leg_curl_far_good", 1016),
    clip("D1", "leg_curl_alternate", 1017, True),
    clip("D2", "leg_curl_partial", 1018),
    clip("D1", "leg_curl_swing", 1019, True),
    clip("D1", "leg_curl_hips_rise", 1020),
    clip("D1", "leg_curl_idle", 1021),
    clip("D1", "hip_lift_good", 1101, name="hip_lift_good_15fps", fps=15),
    clip("D2", "hip_lift_good", 1102, name="hip_lift_good_60fps", fps=60),
    clip("D1", "hip_lift_good", 1103, True, name="hip_lift_good_vfr", effect="vfr"),
    clip("D1", "hip_lift_good", 1104, name="hip_lift_good_rotated", effect="rotated"),
    clip("D2", "hip_lift_good", 1105, name="hip_lift_good_dim", effect="dim_noisy", crf=31),
    clip("D1", "hip_lift_lost", 1106),
    Clip("hip_lift_cut_d1_d2", 1107, (Scene("D1", "hip_lift_cut_off"), Scene("D2", "hip_lift_good", True))),
)
FLAT = tuple(
    clip(bank, f"hip_lift_flat_{kind}", seed + i, mirrored)
    for bank, seed, mirrored in (("D1", 1301, False), ("D2", 1311, True))
    for i, kind in enumerate(("good", "arch", "mixed"))
)
UPRIGHT = (clip("S1", "heel_raise_good", 1201), clip("C1", "sitting_slump", 1202))
SITTING = tuple(
    clip(f"T{number}", "sitting_habits", seed, mirrored)
    for number in range(6)
    for seed, mirrored in ((1400 + number, False), (1410 + number, True))
)
RAISING = tuple(f"heel_raise_{kind}" for kind in ("slow", "hasty", "low", "helped", "home"))
STEPPING = tuple(f"stair_step_{kind}" for kind in ("good", "slow", "low", "hurried", "leaning", "uneven"))


def habits(bank: str, scripts: tuple[str, ...], seed: int) -> tuple[Clip, ...]:
    """Every script once, every second one mirrored."""
    return tuple(clip(bank, script, seed + i, mirrored=i % 2 == 1) for i, script in enumerate(scripts))


HABITS_TUNING = (
    *habits("H0", (*RAISING, *STEPPING), 1500),
    *habits("H1", (*STEPPING, *RAISING), 1520),
    *habits("F0", RAISING[:3], 1540),
    *habits("H2", (*STEPPING, *RAISING), 1600),
    *habits("H3", (*RAISING, *STEPPING), 1620),
    *habits("F1", RAISING[:3], 1640),
    *habits("H4", (*RAISING, *STEPPING), 1700),
    *habits("H5", (*STEPPING, *RAISING), 1720),
    *habits("F2", RAISING[:3], 1740),
    *habits("H6", (*STEPPING, *RAISING), 1800),
    *habits("H7", (*RAISING, *STEPPING), 1820),
    *habits("F3", RAISING[:3], 1840),
    *habits("H8", (*RAISING, *STEPPING), 1900),
    *habits("H9", (*STEPPING, *RAISING), 1920),
    *habits("F4", RAISING[:3], 1940),
)
HABITS = (
    *habits("H10", (*STEPPING, *RAISING), 2000),
    *habits("H11", (*RAISING, *STEPPING), 2020),
    *habits("F5", RAISING[:3], 2040),
)
CLIPS = {
    "habits_tuning": HABITS_TUNING,
    "habits": HABITS,
    "dev": DEV,
    "dev_flat": FLAT,
    "extra": UPRIGHT,
    "sitting": SITTING,
}
