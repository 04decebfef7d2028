"""The dressed figure: meshes of skin, clothes, shoes, eyes and hair that follow a body (bpy)."""

from __future__ import annotations

import bpy
import numpy as np
from mathutils import Vector
from numpy.typing import NDArray

from synth.body import BODY_VERTEX_COUNT, Body
from synth.geometry import Floats
from synth.materials import material, skin_material, tinted
from synth.styles import Style

Mask = NDArray[np.bool_]
Faces = NDArray[np.int32]
FACE = ("head", "jaw", "special", "oris", "tongue", "levator", "eye", "orbi", "temporalis", "oculi", "risorius")
# height of the hairline over the eyes (m) by the way from the eyes (0) to the back of the head (1); puff (m)
HAIRLINES = {
    "short": ((-0.2, 0.12, 0.36, 0.50, 0.68, 1), (0.066, 0.056, 0.034, 0.012, -0.022, -0.035), 0.009),
    "long": ((-0.2, 0.12, 0.36, 0.46, 0.62, 1), (0.062, 0.052, 0.022, -0.015, -0.052, -0.062), 0.014),
}


def within(faces: Faces, mask: Mask) -> Faces:
    """The faces all of whose vertices are in the mask."""
    return faces[mask[faces].all(1)]


class DressedFigure:
    """Meshes in the scene; `set_pose` moves them all."""

    def __init__(self, body: Body, style: Style) -> None:
        self.body, self.style = body, style
        self.parts: list[tuple[bpy.types.Object, NDArray[np.int64]]] = []
        self.bun: bpy.types.Object | None = None
        weight = body.weight_of
        self.fore = weight(lambda b: b.startswith(("lowerarm", "wrist", "finger", "metac")))
        self.upper, self.foot = (
            weight(lambda b: b.startswith("upperarm")),
            weight(lambda b: b.startswith(("foot", "toe"))),
        )
        self._dress()
        self._add_eyes()
        self._add_hair(weight(lambda b: b.startswith(("neck02", "neck03", *FACE))))

    def _dress(self) -> None:
        """Skin where no cloth hides it, and the clothes."""
        body, style, d = self.body, self.style, self.body.data
        z, x = body.vertices[:, 2], np.abs(body.vertices[:, 0])
        upper2 = body.weight_of(lambda b: b.startswith("upperarm02"))
        neck = body.weight_of(lambda b: b.startswith(("neck", *FACE)))
        waist, ankle = body.joint_rest("spine04")[2] + 0.035, body.joint_rest("foot.L")[2]
        knee_z, hip_z = body.joint_rest("lowerleg01.L")[2], body.joint_rest("upperleg01.L")[2]
        hem = {"leggings": ankle + 0.06, "shorts": (knee_z + hip_z) / 2 - 0.02}[style.get("bottom", "leggings")]
        no_arm = (self.fore < 0.1) & (self.upper < 0.1)
        if style.get("top", "tee") == "tee":
            sleeve, hidden = (upper2 < 0.55) & (neck < 0.45), upper2 < 0.3
        else:
            sleeve = (self.upper < 0.45) & (neck < 0.35)
            hidden = (self.upper < 0.02) & (x < 0.115) & (z < body.joint_rest("upperarm01.L")[2] - 0.05)
        top = (z > waist - 0.075) & (self.fore < 0.1) & sleeve
        bottom = (z < waist + 0.03) & (z > hem) & no_arm
        shoe = (z < ankle + 0.035) & (self.foot > 0.25)
        hide = top & (z > waist - 0.055) & (neck < 0.03) & hidden
        hide |= (z < waist + 0.01) & (z > hem + 0.02) & no_arm
        hide |= (z < ankle + 0.015) & (self.foot > 0.4)
        shown, cloth = ~hide[d["F_body"]].all(1), d["F_helper-tights"]
        self._add("skin", d["F_body"][shown], skin_material(style["skin"]), uv=d["FT_body"][shown])
        c = style["top_color"]
        fabric = material("top", c, 0.85, bump=0.25, scale=120, sheen=0.3, noise=tinted(c, 0.8))
        self._add("top", within(cloth, top), fabric, puff=style.get("top_puff", 0.011), thick=0.003)
        c = style["bottom_color"]
        fabric = material("bottom", c, 0.7, bump=0.15, scale=150, sheen=0.2, noise=tinted(c, 1.5))
        self._add("bottom", within(cloth, bottom), fabric, puff=style.get("bottom_puff", 0.003), thick=0.002)
        fabric = material("shoes", style.get("shoe_color", (0.8, 0.8, 0.82)), 0.6, bump=0.2, scale=60)
        self._add("shoes", within(cloth, shoe), fabric, puff=0.008, thick=0.003)

    def _eye_vertices(self) -> Floats:
        d = self.body.data
        return self.body.vertices[np.r_[np.unique(d["F_helper-l-eye"]), np.unique(d["F_helper-r-eye"])]]

    def _add_hair(self, head: Floats) -> None:
        """The scalp above a hairline from the forehead over the ears to the nape, and a bun."""
        c, v, style = self.style["hair_color"], self.body.vertices, self.style
        hair = material("hair", c, 0.45, noise=tinted(c, 2.2), bump=0.8, scale=25)
        eyes = self._eye_vertices()
        on_head = v[:BODY_VERTEX_COUNT][head[:BODY_VERTEX_COUNT] > 0.5]
        back = on_head[:, 1].max()
        t = np.clip((v[:, 1] - eyes[:, 1].mean()) / (back - eyes[:, 1].mean()), -0.2, 1)
        ways, heights, puff = HAIRLINES["short" if style.get("hair") == "short" else "long"]
        scalp = (head > 0.5) & (v[:, 2] > eyes[:, 2].mean() + np.interp(t, ways, heights))
        scalp[BODY_VERTEX_COUNT:] = False
        self._add("hair", within(self.body.data["F_body"], scalp), hair, subdivide=2, puff=puff, thick=0.004)
        if style.get("bun", True):
            bpy.ops.mesh.primitive_uv_sphere_add(radius=0.042, segments=24, ring_count=16)
            self.bun = bpy.context.object
            self.bun.data.materials.append(hair)
            bpy.ops.object.shade_smooth()
            self.bun_rest = np.array([0, back - 0.055, on_head[:, 2].max() - 0.005])

    def _add_eyes(self) -> None:
        v, d = self.body.vertices, self.body.data
        white, dark = material("eye", (0.8, 0.78, 0.75), 0.15), material("iris", (0.06, 0.035, 0.02), 0.1)
        brow = np.zeros(len(v), bool)
        for k in "lr":
            faces = d[f"F_helper-{k}-eye"]
            ids = np.unique(faces)
            centre = v[ids].mean(0)
            radius = np.linalg.norm(v[ids] - centre, axis=1).max()
            o = self._add("eye_" + k, faces, white)
            o.data.materials.append(dark)
            at = v[faces].mean(1)
            iris = (np.hypot(at[:, 0] - centre[0], at[:, 2] - centre[2]) < radius * 0.45) & (at[:, 1] < centre[1])
            o.data.polygons.foreach_set("material_index", iris.astype(np.int32))
            for n in "12":
                self._add(f"lash_{k}{n}", d[f"F_helper-{k}-eyelashes-{n}"], dark, subdivide=0)
            brow |= self._brow(centre)
        faces = within(d["F_body"], brow)
        if len(faces):
            self._add("brows", faces, material("brow", self.style["hair_color"], 0.6), puff=0.0015)

    def _brow(self, eye: Floats) -> Mask:
        v = self.body.vertices
        dx, dz = np.abs(v[:, 0]) - abs(eye[0]), v[:, 2] - eye[2]
        return (
            (np.arange(len(v)) < BODY_VERTEX_COUNT)
            & (np.sign(v[:, 0]) == np.sign(eye[0]))
            & (dx > -0.022)
            & (dx < 0.026)
            & (np.abs(dz - 0.021 + 0.06 * np.maximum(dx - 0.01, 0)) < 0.0075)
            & (v[:, 1] < eye[1] + 0.004)
        )

    def _add(
        self,
        name: str,
        faces: Faces,
        fabric: bpy.types.Material,
        uv: Faces | None = None,
        subdivide: int = 1,
        puff: float = 0.0,
        thick: float = 0.0,
    ) -> bpy.types.Object:
        """A mesh of some faces of the body; puff: how far off the skin, thick: of the cloth (m)."""
        ids = np.unique(faces)
        local = -np.ones(len(self.body.vertices), int)
        local[ids] = np.arange(len(ids))
        polygons = [tuple(dict.fromkeys(q)) for q in local[faces].tolist()]
        mesh = bpy.data.meshes.new(name)
        mesh.from_pydata(self.body.vertices[ids].tolist(), [], polygons)
        mesh.polygons.foreach_set("use_smooth", np.ones(len(polygons), bool))
        if uv is not None:
            layer = mesh.uv_layers.new(name="uv")
            layer.data.foreach_set("uv", self.body.data["uv"][uv.reshape(-1)].reshape(-1).astype(np.float32))
        o = bpy.data.objects.new(name, mesh)
        bpy.context.collection.objects.link(o)
        mesh.materials.append(fabric)
        if puff:
            mod = o.modifiers.new("puff", "DISPLACE")
            mod.strength, mod.mid_level = puff, 0
        if subdivide:
            mod = o.modifiers.new("smooth", "SUBSURF")
            mod.levels = mod.render_levels = subdivide
        if thick:
            mod = o.modifiers.new("thick", "SOLIDIFY")
            mod.thickness, mod.offset = thick, 1
        self.parts.append((o, ids))
        return o

    def set_pose(self, rotations: Floats, places: Floats, floor_m: float) -> None:
        """Skin the body; whatever would sink below the floor is flattened softly onto it."""
        v = self.body.skin(rotations, places)
        soft, height = 0.004, v[:, 2] - floor_m
        v[:, 2] = floor_m + np.where(height < soft, soft * np.exp(np.minimum(height - soft, 0) / 0.02), height)
        for o, ids in self.parts:
            o.data.vertices.foreach_set("co", v[ids].astype(np.float32).reshape(-1))
            o.data.update()
        if self.bun is not None:
            i = self.body.index["head"]
            self.bun.location = Vector(rotations[i] @ (self.bun_rest - self.body.heads[i]) + places[i])

    def show(self, visible: bool) -> None:
        for o in [o for o, _ in self.parts] + ([self.bun] if self.bun else []):
            o.hide_render = not visible
