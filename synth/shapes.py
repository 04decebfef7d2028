"""Body shapes of the anny package (CC0 MakeHuman / MPFB2 shapes and rig), evaluated and written as a body file.

A body file (.npz) holds the rest mesh (metres, z up, face towards -y, left = +x), the joints, the skin weights, the
texture coordinates and the face lists of the body and of the garment helpers. Needs torch and anny; nothing that
poses, renders or assembles does.
"""

from __future__ import annotations

from pathlib import Path

import anny
import numpy as np
import torch

from synth.body import BODY_VERTEX_COUNT
from synth.geometry import Floats

Amounts = dict[str, float]
DENSITY_KG_M3 = 1010.0
FACE_GROUPS = (
    "body",
    "helper-tights",
    "helper-l-eye",
    "helper-r-eye",
    "helper-l-eyelashes-1",
    "helper-r-eyelashes-1",
    "helper-l-eyelashes-2",
    "helper-r-eyelashes-2",
)


class Shapes:
    """The shape model: `phenotype` and `local` amounts (0..1, -1..1) become a mesh."""

    def __init__(self) -> None:
        torch.set_num_threads(1)
        self.model = anny.Anny(
            rig="makehuman",
            topology="makehuman",
            phenotypes="all",
            local_changes="all",
            pose_parameterization="local-ref",
        )
        self.faces, self.uv = read_faces(Path(anny.__file__).parent / "data/mpfb2/3dobjs/base.obj")
        quads = np.array([v for v, _ in self.faces["body"]])
        self.triangles = np.vstack([quads[:, :3], quads[:, [0, 2, 3]]])

    def evaluate(self, phenotype: Amounts, local: Amounts) -> dict[str, torch.Tensor]:
        with torch.no_grad():
            return self.model(
                phenotype_kwargs={k: torch.tensor([float(v)]) for k, v in phenotype.items()},
                local_changes_kwargs={k: torch.tensor([float(v)]) for k, v in local.items()},
            )

    def measure(self, phenotype: Amounts, local: Amounts) -> tuple[float, float]:
        """Height (m) and body mass index (kg/m2)."""
        mesh = self.evaluate(phenotype, local)["rest_vertices"][0].numpy().astype(float)[:BODY_VERTEX_COUNT]
        a, b, c = (mesh[self.triangles[:, i]] for i in range(3))
        volume_m3, height_m = abs((np.cross(a, b) * c).sum() / 6), np.ptp(mesh[:, 2])
        return float(height_m), float(volume_m3 * DENSITY_KG_M3 / height_m**2)

    def save(self, phenotype: Amounts, local: Amounts, npz_file: Path) -> float:
        """Write the body file; returns the height in metres."""
        out = self.evaluate(phenotype, local)
        body = {
            "V": out["rest_vertices"][0].numpy().astype(np.float32),
            "H": out["rest_bone_heads"][0].numpy().astype(np.float32),
            "labels": np.array(self.model.bone_labels),
            "parents": np.array([-1 if p is None else p for p in self.model.bone_parents]),
            "W": self.model.vertex_bone_weights.numpy().astype(np.float32),
            "WI": self.model.vertex_bone_indices.numpy().astype(np.int16),
            "uv": self.uv,
        }
        for group in FACE_GROUPS:
            body["F_" + group] = np.array([v for v, _ in self.faces[group]], np.int32)
            body["FT_" + group] = np.array([t for _, t in self.faces[group]], np.int32)
        npz_file.parent.mkdir(parents=True, exist_ok=True)
        part = npz_file.with_suffix(".part.npz")
        np.savez_compressed(part, **body)
        part.replace(npz_file)
        return float(np.ptp(body["V"][:BODY_VERTEX_COUNT, 2]))


def read_faces(obj_file: Path) -> tuple[dict[str, list[tuple[list[int], list[int]]]], Floats]:
    """Face lists and texture coordinates by group, triangles padded to quads."""
    faces: dict[str, list[tuple[list[int], list[int]]]] = {}
    uv, group = [], ""
    with open(obj_file) as lines:
        for line in lines:
            word = line.split()
            if line.startswith("g "):
                group = word[1]
            elif line.startswith("vt "):
                uv.append([float(x) for x in word[1:3]])
            elif line.startswith("f "):
                corners = [c.split("/") for c in word[1:]]
                v, t = [int(c[0]) - 1 for c in corners], [int(c[1]) - 1 for c in corners]
                if len(v) == 3:
                    v, t = v + v[2:], t + t[2:]
                faces.setdefault(group, []).append((v, t))
    return faces, np.array(uv, np.float32)
