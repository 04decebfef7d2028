"""Hip lift on the back, solved so that the figure rests on the floor: shoulders on the mat, feet planted.

The person's RIGHT side is nearer to the camera.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synth.arms import BellyArms, Turns, arms_beside
from synth.body import Body
from synth.geometry import (
    Floats,
    bisect,
    knee_flexion,
    pitch,
    rot_about,
    signed_hip_angle,
    slope_deg,
)

SUPINE = np.array([[0, 0, -1], [1, 0, 0], [0, -1, 0]], float)  # on the back
FLAT_FOOT = np.array([[0, -1, 0], [1, 0, 0], [0, 0, 1]], float)  # sole on the floor, toes to +x
MAT_M = 0.010
NECK = ("neck01", "neck02", "neck03", "head")
STRAIGHT_DEG, MOST_DEG = 180.0, 198.0
FLAT_KNEE_DEG, TOES_UP_DEG, SOLE_DOWN_KNEE_DEG = 3.0, -25.0, 80.0
HALF_KNEE_M = 0.05
REST_KNEE_MOST_DEG = 160.0


@dataclass(frozen=True)
class Stance:
    """How a hip lift is done beside its height. What is said of the top grows from 0 at rest to all of it at 180 deg.

    foot_reach: shoulder to ankle along x in leg lengths; top_knee_deg: knee flexion at 180 deg, instead of it; as
    near to it as REST_KNEE_MOST_DEG at rest allows.
    foot_shift_m: the right foot is nearer to the buttocks than the left by so much.
    knees_in: 0 hip-wide .. 1 the knees touch.
    arch_deg: lumbar arch at the top that the hip angle does not show; what lies beyond 180 deg adds its own.
    heel_up_deg, head_up_deg: heels, head come off the floor by so much at the top.
    belly: hands on the belly, else beside the body.
    """

    foot_reach: float = 1.159
    top_knee_deg: float | None = None
    foot_shift_m: float = 0.0
    knees_in: float = 0.0
    arch_deg: float = 0.0
    heel_up_deg: float = 0.0
    head_up_deg: float = 0.0
    belly: BellyArms | None = None


class TooFarError(ValueError):
    """The feet are too far away for this height."""


class TooNearError(ValueError):
    """The feet are so near that no knee bends that far."""


class HipLift:
    """Poses of a hip lift by their signed hip angle; `rest_deg` is the angle lying on the mat."""

    def __init__(
        self, body: Body, stance: Stance | None = None, mat_m: float = MAT_M, most_arch_deg: float = 26.0
    ) -> None:
        """most_arch_deg: lumbar arch at MOST_DEG."""
        self.body, self.stance, self.mat_m, self.most_arch_deg = body, stance or Stance(), mat_m, most_arch_deg
        self.foot_x = self.stance.foot_reach * body.leg_m
        if self.stance.top_knee_deg is not None:
            self.foot_x = self._reach_for(self.stance.top_knee_deg)
        self.rest_deg = self._solve(0.0, 0.0)[2]

    def _reach_for(self, top_knee_deg: float) -> float:
        """Place of the ankle (m) at which the knee is so far bent at the straight line."""

        def too_near(reach: float) -> bool:
            self.foot_x = reach * self.body.leg_m
            try:
                at_rest = self._knee_deg(0.0)
                return at_rest > REST_KNEE_MOST_DEG or self._knee_deg(self._tilt(STRAIGHT_DEG, 0.0)) > top_knee_deg
            except TooFarError:
                return False
            except TooNearError:
                return True

        return bisect(too_near, 0.5, 1.6, 13) * self.body.leg_m

    def _knee_deg(self, tilt: float) -> float:
        turns, root, _ = self._solve(tilt, 0.0, settle_head=False)
        return knee_flexion(self.body.joints(self.body.forward(turns, root)[1]), "right")

    def _tilt(self, hip_deg: float, arch_deg: float) -> float:
        """Pitch of the torso (degrees) at which the hip angle is reached."""
        return bisect(lambda t: self._solve(t, arch_deg, settle_head=False)[2] < hip_deg, 0.0, 38.0, 14)

    def pose(self, hip_deg: float) -> tuple[Floats, Floats]:
        """Rotations and places of the bones for a signed hip angle (degrees, rest_deg .. MOST_DEG)."""
        over = max(0.0, hip_deg - STRAIGHT_DEG)
        top = float(np.clip((hip_deg - self.rest_deg) / (STRAIGHT_DEG - self.rest_deg), 0, 1))
        arch_deg = self.most_arch_deg * over / (MOST_DEG - STRAIGHT_DEG) + self.stance.arch_deg * top
        tilt = 0.0 if hip_deg <= self.rest_deg else self._tilt(hip_deg, arch_deg)
        turns, root, _ = self._solve(tilt, arch_deg, top=top)
        if top and self.stance.heel_up_deg:  # the raised heels bend the hip: tilt again until the angle is right
            tilt = bisect(lambda t: self._solve(t, arch_deg, False, top=top)[2] < hip_deg, 0.0, 38.0, 14)
            turns, root, _ = self._solve(tilt, arch_deg, top=top)
        return self._with_arms(turns, root)

    def slide_pose(self, share: float) -> tuple[Floats, Floats]:
        """share: 0 = flat on the back, legs straight .. 1 = the rest pose of the lift; linear in knee flexion."""
        if share >= 1:
            return self.pose(self.rest_deg)
        turns, root, _ = self._solve(0.0, 0.0)
        end_deg = knee_flexion(self.body.joints(self.body.forward(turns, root)[1]), "right")
        knee_deg = FLAT_KNEE_DEG + share * (end_deg - FLAT_KNEE_DEG)
        return self._with_arms(*self._solve(0.0, 0.0, knee_deg=knee_deg)[:2])

    def _with_arms(self, turns: Turns, root: Floats) -> tuple[Floats, Floats]:
        (self.stance.belly or arms_beside)(self.body, turns, root, self.mat_m)
        return self.body.forward(turns, root)

    def _solve(
        self, tilt: float, arch: float, settle_head: bool = True, knee_deg: float | None = None, top: float = 0.0
    ) -> tuple[Turns, Floats, float]:
        """Torso, head and legs for a torso pitch and a lumbar arch (degrees): bone rotations, root, hip angle.

        knee_deg: knee flexion with the heel slid along the floor instead of planted; top: share of the way up.
        """
        turns, root = self._torso(tilt, arch)
        if settle_head:
            self._settle_head(turns, root, tilt, top)
        places = self.body.forward(turns, root)[1]
        for k in "LR":
            self._leg(turns, places, k, knee_deg, top)
        if self.stance.knees_in:
            self._close_knees(turns, root)
        return turns, root, signed_hip_angle(self.body.joints(self.body.forward(turns, root)[1]), True)

    def _torso(self, tilt: float, arch: float) -> tuple[Turns, Floats]:
        a = -arch  # the pelvis lags, the ribs lead
        pitches = {
            "root": tilt + a * 0.55,
            "spine05": tilt + a * 0.20,
            "spine04": tilt * 0.98 - a * 0.15,
            "spine03": tilt * 0.95 - a * 0.5,
            "spine02": tilt * 0.85 - a * 0.35,
            "spine01": tilt * 0.72,
            "neck01": tilt * 0.45,
            "neck02": tilt * 0.25,
            "neck03": tilt * 0.05,
            "head": -4.0,
            "clavicle.L": tilt * 0.6,
            "clavicle.R": tilt * 0.6,
        }
        turns = {bone: pitch(deg) @ SUPINE for bone, deg in pitches.items()}
        places = self.body.forward(turns)[1]
        root = np.array([-places[self.body.index["upperarm01.R"]][0], 0, 0])
        heights = self.body.skin_linear(*self.body.forward(turns, root), self.body.upper_body)[:, 2]
        root[2] = self.mat_m - 0.012 - np.percentile(heights, 0.15)
        return turns, root

    def _settle_head(self, turns: Turns, root: Floats, tilt: float, top: float) -> None:
        """Turn the neck until the head lies on the mat; then lift it by what the stance says."""

        def head_high(x: float) -> bool:
            for bone, w in zip(NECK, (0.35, 0.6, 0.8, 1.0), strict=True):
                turns[bone] = pitch(tilt * 0.72 * (1 - w) + x * w) @ SUPINE
            rotations, places = self.body.forward(turns, root)
            return bool(self.body.skin_linear(rotations, places, self.body.head)[:, 2].min() > self.mat_m - 0.006)

        head_high(bisect(head_high, -40, 40, 14))
        if self.stance.head_up_deg and top:
            for bone, w in zip(NECK, (0.8, 0.95, 1.0, 1.0), strict=True):
                turns[bone] = pitch(-self.stance.head_up_deg * top * w) @ turns[bone]

    def _leg(self, turns: Turns, places: Floats, k: str, knee_deg: float | None, top: float) -> None:
        """Foot on the floor: a two-bone chain in the sagittal plane."""
        b = self.body
        hip = places[b.index["upperleg01.R"]][[0, 2]]
        thigh, shank = b.rest_vector("upperleg01.R", "lowerleg01.R"), b.rest_vector("lowerleg01.R", "foot.R")
        lt, ls = np.hypot(*thigh[1:]), np.hypot(*shank[1:])
        foot, ankle = self._foot(k, knee_deg, top)
        if knee_deg is not None:
            reach = np.sqrt(lt**2 + ls**2 + 2 * lt * ls * np.cos(np.radians(knee_deg)))
            ankle[0] = hip[0] + np.sqrt(reach**2 - (ankle[1] - hip[1]) ** 2)
        reach = np.linalg.norm(ankle - hip)
        if reach > lt + ls:
            raise TooFarError("the feet are too far away for this height")
        if reach < abs(lt - ls):
            raise TooNearError("the feet are too near")
        up = np.radians(slope_deg(ankle - hip)) + np.arccos((lt**2 + reach**2 - ls**2) / (2 * lt * reach))
        knee = hip + lt * np.array([np.cos(up), np.sin(up)])
        for bone, end, line in (("upperleg01", "lowerleg01", knee - hip), ("lowerleg01", "foot", ankle - knee)):
            at_rest = SUPINE @ b.rest_vector(f"{bone}.{k}", f"{end}.{k}")
            turns[f"{bone}.{k}"] = pitch(slope_deg(line) - slope_deg(at_rest)) @ SUPINE
        turns[f"foot.{k}"] = foot
        if self.stance.heel_up_deg and top:  # the toes stay flat
            for bone in b.bones:
                if bone.startswith("toe") and bone.endswith(f"-1.{k}"):
                    turns[bone] = FLAT_FOOT

    def _foot(self, k: str, knee_deg: float | None, top: float) -> tuple[Floats, Floats]:
        """Rotation of the foot and place (x, z) of its ankle."""
        b = self.body
        foot = FLAT_FOOT if knee_deg is None else pitch(foot_pitch(knee_deg)) @ SUPINE
        sole = -((b.vertices[b.foot["R"]] - b.joint_rest("foot.R")) @ foot[2]).min()
        shift = self.stance.foot_shift_m / 2 * (1 if k == "L" else -1)
        ankle = np.array([self.foot_x + shift, self.mat_m + sole - 0.004])
        if knee_deg is None and top and self.stance.heel_up_deg:
            ball = b.rest_vector("foot.R", "toe2-1.R")
            up = pitch(-self.stance.heel_up_deg * top) @ foot
            ankle += ((foot - up) @ ball)[[0, 2]]
            foot = up
        return foot, ankle

    def _close_knees(self, turns: Turns, root: Floats) -> None:
        """Turn each leg about its line from hip to ankle, so that the knee comes to the middle."""
        places = self.body.forward(turns, root)[1]
        for k in "LR":
            hip, knee, ankle = (places[self.body.index[f"{n}.{k}"]] for n in ("upperleg01", "lowerleg01", "foot"))
            axis = (ankle - hip) / np.linalg.norm(ankle - hip)
            radius = np.linalg.norm((knee - hip) - axis * ((knee - hip) @ axis))
            wanted = self.stance.knees_in * max(abs(knee[1]) - HALF_KNEE_M, 0.0)
            deg = np.degrees(np.arcsin(min(wanted / max(radius, 1e-6), 0.7)))
            inward = min((rot_about(axis, s * deg) for s in (1, -1)), key=lambda m: abs((m @ (knee - hip) + hip)[1]))
            for bone in ("upperleg01", "lowerleg01"):
                turns[f"{bone}.{k}"] = inward @ turns[f"{bone}.{k}"]


def foot_pitch(knee_deg: float) -> float:
    """Pitch of the foot while the heel slides: toes up at the straight leg, sole down from SOLE_DOWN_KNEE_DEG on."""
    u = np.clip((knee_deg - FLAT_KNEE_DEG) / (SOLE_DOWN_KNEE_DEG - FLAT_KNEE_DEG), 0, 1)
    return float(TOES_UP_DEG + (-90 - TOES_UP_DEG) * u * u * (3 - 2 * u))
