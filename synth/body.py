"""The human body: rest mesh, rig and skinning, loaded from a .npz file.

Rest frame: metres, z up, face towards -y, the person's left = +x.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from synth.geometry import Floats

BODY_VERTEX_COUNT = 13380  # the vertices after these are garment helpers
HEAD_BONES = ("head", "jaw", "special", "oris", "leva", "tongue", "eye", "orbi", "temp", "ocul", "riso")
JOINT_BONE = {
    "shoulder": "upperarm01",
    "elbow": "lowerarm01",
    "wrist": "wrist",
    "hip": "upperleg01",
    "knee": "lowerleg01",
    "ankle": "foot",
    "toe": "toe2-1",
}


class Body:
    """`vertices` and bone `heads` (metres), `weights` (vertex x bone) and groups of vertices."""

    def __init__(self, npz_file: Path) -> None:
        self.data = d = np.load(npz_file)
        self.vertices, self.heads = d["V"].astype(float), d["H"].astype(float)
        self.bones = [str(b) for b in d["labels"]]
        self.index = {b: i for i, b in enumerate(self.bones)}
        self.parents = d["parents"].tolist()
        self.offsets = self.heads - self.heads[self.parents]
        self.weights = np.zeros((len(self.vertices), len(self.bones)))
        np.add.at(self.weights, (np.arange(len(self.vertices))[:, None], d["WI"].astype(int)), d["W"])
        self._groups_used: dict[int, tuple[NDArray[np.int64], Floats, Floats, NDArray[np.int64]]] = {}
        # every second vertex is enough to find the contact with the floor
        self.torso = self._group(
            lambda b: b.startswith(("spine", "root", "pelvis", "clavicle", "shoulder", "breast")), 2
        )
        self.head = self._group(lambda b: b.startswith((*HEAD_BONES, "neck")), 2)
        self.skull = self._group(lambda b: b.startswith(HEAD_BONES), 2)
        self.upper_body = np.r_[self.torso, self.head]
        self.leg = self._groups(("upperleg", "lowerleg", "foot", "toe"), 2)
        self.foot = self._groups(("foot", "toe"), 1)
        self.hand = self._groups(("wrist", "finger", "metac"), 2)

    def _group(self, wanted: Callable[[str], bool], step: int) -> NDArray[np.int64]:
        inside = self.weight_of(wanted)[:BODY_VERTEX_COUNT] > 0.6
        return np.where(inside)[0][::step]

    def _groups(self, starts: tuple[str, ...], step: int) -> dict[str, NDArray[np.int64]]:
        """One group of each side: L, R."""
        return {
            "L": self._group(lambda b: b.endswith("L") and b.startswith(starts), step),
            "R": self._group(lambda b: b.endswith("R") and b.startswith(starts), step),
        }

    def weight_of(self, wanted: Callable[[str], bool]) -> Floats:
        """How much each vertex follows the wanted bones, 0..1."""
        return self.weights[:, [i for i, b in enumerate(self.bones) if wanted(b)]].sum(1)

    def joint_rest(self, bone: str) -> Floats:
        return self.heads[self.index[bone]]

    def rest_vector(self, a: str, b: str) -> Floats:
        """From the head of bone a to the head of bone b at rest (metres)."""
        return self.joint_rest(b) - self.joint_rest(a)

    @property
    def height_m(self) -> float:
        return float(np.ptp(self.vertices[:BODY_VERTEX_COUNT, 2]))

    @property
    def thigh_m(self) -> float:
        return float(np.linalg.norm(self.rest_vector("upperleg01.R", "lowerleg01.R")))

    @property
    def leg_m(self) -> float:
        """Hip joint to ankle joint along the bones."""
        return self.thigh_m + float(np.linalg.norm(self.rest_vector("lowerleg01.R", "foot.R")))

    def joints(self, places: Floats) -> dict[str, Floats]:
        """{'shoulder_left': xyz, ...} and 'head', from the places of the bones."""
        out = {
            f"{name}_{side}": places[self.index[f"{bone}.{k}"]]
            for name, bone in JOINT_BONE.items()
            for side, k in (("left", "L"), ("right", "R"))
        }
        return out | {"head": places[self.index["head"]]}

    def forward(self, turns: dict[str, Floats], root: Floats | None = None) -> tuple[Floats, Floats]:
        """Global bone rotations {bone: 3x3} -> all rotations and places. Bones left out follow their parent."""
        rotations, places = np.zeros((len(self.bones), 3, 3)), np.zeros((len(self.bones), 3))
        for i, (bone, up) in enumerate(zip(self.bones, self.parents, strict=True)):
            if up < 0:
                rotations[i], places[i] = turns.get(bone, np.eye(3)), np.zeros(3) if root is None else root
            else:
                rotations[i] = turns.get(bone, rotations[up])
                places[i] = places[up] + rotations[up] @ self.offsets[i]
        return rotations, places

    def skin_linear(self, rotations: Floats, places: Floats, vertices: NDArray[np.int64]) -> Floats:
        """Fast linear skinning of a group of vertices; used for contact only."""
        v, w, bones = self._gathered(vertices)
        rotations = rotations[bones]
        shift = places[bones] - np.einsum("bij,bj->bi", rotations, self.heads[bones])
        return np.einsum("vij,vj->vi", (w @ rotations.reshape(-1, 9)).reshape(-1, 3, 3), v) + w @ shift

    def _gathered(self, vertices: NDArray[np.int64]) -> tuple[Floats, Floats, NDArray[np.int64]]:
        """Vertices and weights of a group, and the bones that move it; kept, since a group is asked for many times."""
        if id(vertices) not in self._groups_used:
            w = self.weights[vertices]
            bones = np.where(w.any(0))[0]
            self._groups_used[id(vertices)] = vertices, self.vertices[vertices], w[:, bones], bones
        return self._groups_used[id(vertices)][1:]

    def skin(self, rotations: Floats, places: Floats) -> Floats:
        """Dual-quaternion skinning of every vertex (keeps the volume at knees and hips)."""
        q = np.array([_quaternion(m) for m in rotations])
        for i in range(len(q)):
            if self.parents[i] >= 0 and q[i] @ q[self.parents[i]] < 0:
                q[i] *= -1
        shift = places - np.einsum("bij,bj->bi", rotations, self.heads)
        dual = 0.5 * _quaternion_product(np.c_[np.zeros(len(q)), shift], q)
        a, b = self.weights @ q, self.weights @ dual
        norm = np.linalg.norm(a, axis=1, keepdims=True)
        a, b = a / norm, b / norm
        w, u, v = a[:, :1], a[:, 1:], self.vertices
        turned = v + 2 * np.cross(u, np.cross(u, v) + w * v)
        return turned + 2 * (a[:, :1] * b[:, 1:] - b[:, :1] * a[:, 1:] + np.cross(a[:, 1:], b[:, 1:]))


def _quaternion(m: Floats) -> Floats:
    t = np.trace(m)
    if t > 0:
        r = np.sqrt(1 + t) * 2
        return np.array([r / 4, (m[2, 1] - m[1, 2]) / r, (m[0, 2] - m[2, 0]) / r, (m[1, 0] - m[0, 1]) / r])
    i = int(np.argmax(np.diag(m)))
    j, k = (i + 1) % 3, (i + 2) % 3
    r = np.sqrt(1 + m[i, i] - m[j, j] - m[k, k]) * 2
    q = np.zeros(4)
    q[0], q[i + 1] = (m[k, j] - m[j, k]) / r, r / 4
    q[j + 1], q[k + 1] = (m[j, i] + m[i, j]) / r, (m[k, i] + m[i, k]) / r
    return q


def _quaternion_product(a: Floats, b: Floats) -> Floats:
    w = a[:, 0] * b[:, 0] - (a[:, 1:] * b[:, 1:]).sum(1)
    return np.c_[w, a[:, :1] * b[:, 1:] + b[:, :1] * a[:, 1:] + np.cross(a[:, 1:], b[:, 1:])]
