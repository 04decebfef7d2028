"""The room: floor, wall, mat, furniture, lights and camera (bpy, Cycles on the CPU).

Metres and degrees; colours are linear RGB 0..1, lights in watts.
"""

from __future__ import annotations

import math
import os
from pathlib import Path

import bpy
import numpy as np
from mathutils import Vector

from synth.camera import View
from synth.materials import Color, material, tinted, wood_material
from synth.styles import Style

Place = tuple[float, float, float]
BOOKS = (
    (-2.4, (0.6, 0.1, 0.1), 0.24),
    (-2.34, (0.1, 0.2, 0.5), 0.21),
    (-2.28, (0.7, 0.6, 0.3), 0.26),
    (-2.2, (0.1, 0.35, 0.2), 0.22),
    (-1.6, (0.8, 0.8, 0.75), 0.14),
)


def box(name: str, low: Place, high: Place, fabric: bpy.types.Material, bevel: float = 0.01) -> bpy.types.Object:
    corner, end = np.array(low, float), np.array(high, float)
    bpy.ops.mesh.primitive_cube_add(size=1, location=tuple((corner + end) / 2))
    o = bpy.context.object
    o.name, o.scale = name, tuple(end - corner)
    bpy.ops.object.transform_apply(location=False, rotation=False, scale=True)
    if bevel:
        mod = o.modifiers.new("bevel", "BEVEL")
        mod.width, mod.segments = bevel, 3
    o.data.materials.append(fabric)
    return o


def build_room(
    style: Style,
    size: tuple[int, int],
    samples: int,
    light: Style | None = None,
    mat: bool = True,
    chair: bool = False,
    blanket_x: float | None = None,
) -> bpy.types.Scene:
    """Empty room with lights and a camera. light: replaces the style's own; blanket_x: where a blanket's edge lies."""
    scene = _new_scene(size, samples)
    lit = {**style, **(light or {})}
    scene.world = bpy.data.worlds.new("world")
    scene.world.use_nodes = True
    sky = scene.world.node_tree.nodes["Background"].inputs
    sky[0].default_value, sky[1].default_value = (0.75, 0.82, 0.9, 1), lit.get("ambient", 0.55)
    _shell(style)
    if mat:
        c = style["mat_color"]
        rubber = material("mat", c, 0.8, bump=0.4, scale=200, noise=tinted(c, 0.85))
        box("mat", (-0.55, -0.36, 0), (1.62, 0.36, 0.010), rubber, 0.006)
    if chair:
        _chair()
    if blanket_x is not None:
        wool = material("blanket", (0.45, 0.36, 0.30), 0.95, bump=0.9, scale=30, noise=(0.33, 0.25, 0.20), sheen=0.4)
        box("blanket", (blanket_x, -0.60, 0), (blanket_x + 0.9, -0.42, 0.15), wool, 0.07)
    _furniture(style)
    _area_light(
        lit.get("key_place", (-1.8, -2.2, 2.6)), 1.8, lit.get("key", 130.0), lit.get("key_color", (1, 0.95, 0.88))
    )
    _area_light((2.6, -1.0, 2.4), 1.5, lit.get("fill", 60.0), lit.get("fill_color", (0.88, 0.94, 1)))
    if "back" in lit:
        _area_light((0.6, 1.45, 2.3), 1.2, lit["back"], (0.95, 0.97, 1))
    scene.camera = bpy.data.objects.new("camera", bpy.data.cameras.new("camera"))
    bpy.context.collection.objects.link(scene.camera)
    return scene


def _new_scene(size: tuple[int, int], samples: int) -> bpy.types.Scene:
    bpy.ops.wm.read_factory_settings(use_empty=True)
    scene = bpy.context.scene
    scene.render.engine, scene.cycles.device = "CYCLES", "CPU"
    scene.cycles.samples, scene.cycles.use_denoising = samples, True
    scene.cycles.use_adaptive_sampling, scene.cycles.adaptive_threshold = True, 0.05
    scene.cycles.denoising_quality = scene.cycles.denoising_prefilter = "FAST"
    scene.cycles.max_bounces, scene.cycles.diffuse_bounces, scene.cycles.glossy_bounces = 4, 2, 2
    scene.cycles.caustics_reflective = scene.cycles.caustics_refractive = False
    scene.render.use_persistent_data = True
    scene.render.resolution_x, scene.render.resolution_y = size
    scene.view_settings.view_transform, scene.view_settings.look = "AgX", "AgX - Medium High Contrast"
    return scene


def _shell(style: Style) -> None:
    plaster = material("wall", style.get("wall", (0.70, 0.68, 0.63)), 0.9, bump=0.15, scale=90)
    box("floor", (-6, -6, -0.1), (6, 1.62, 0), wood_material(style.get("floor_dark", False)), 0)
    box("wall", (-6, 1.6, -0.1), (6, 1.75, 3.2), plaster, 0)
    box("skirting", (-6, 1.575, 0), (6, 1.6, 0.09), material("skirting", (0.82, 0.81, 0.79), 0.5), 0.004)


def _chair() -> None:
    oak = material("chair", (0.30, 0.19, 0.10), 0.5, noise=(0.24, 0.15, 0.08), scale=12)
    box("seat", (-0.24, -0.22, 0.315), (0.20, 0.22, 0.345), oak, 0.01)
    box("backrest", (-0.27, -0.20, 0.62), (-0.245, 0.20, 0.85), oak, 0.008)
    for x in (-0.25, 0.17):
        for y in (-0.20, 0.17):
            box(f"chair_leg_{x}_{y}", (x, y, 0), (x + 0.03, y + 0.03, 0.85 if x < 0 else 0.32), oak, 0.004)


def _furniture(style: Style) -> None:
    if style.get("furniture", "sofa") == "sofa":
        sofa = material("sofa", (0.22, 0.24, 0.27), 0.9, bump=0.3, scale=80)
        box("sofa_seat", (1.9, 0.75, 0.12), (3.6, 1.5, 0.42), sofa, 0.06)
        box("sofa_back", (1.9, 1.3, 0.12), (3.6, 1.56, 0.85), sofa, 0.06)
        box("sofa_arm", (1.75, 0.75, 0.12), (1.95, 1.56, 0.6), sofa, 0.05)
        canvas = material("picture", (0.45, 0.52, 0.5), 0.6, noise=(0.75, 0.6, 0.4), scale=3)
        box("frame", (-0.5, 1.57, 1.05), (0.25, 1.6, 1.6), material("frame", (0.05, 0.05, 0.05), 0.4), 0.005)
        box("picture", (-0.46, 1.565, 1.09), (0.21, 1.6, 1.56), canvas, 0)
    else:
        oak = material("door", (0.30, 0.18, 0.10), 0.5, noise=(0.26, 0.15, 0.08), scale=6)
        box("door", (1.55, 1.57, 0), (2.4, 1.61, 2.1), oak, 0.01)
        box("chest", (0.2, 1.15, 0), (1.1, 1.56, 0.55), material("chest", (0.62, 0.60, 0.55), 0.6), 0.02)
    box("shelf", (-2.5, 1.25, 0), (-1.3, 1.58, 0.42), material("shelf", (0.55, 0.42, 0.28), 0.5), 0.01)
    for i, (x, color, h) in enumerate(BOOKS):
        box(f"book{i}", (x, 1.3, 0.42), (x + 0.05, 1.5, 0.42 + h), material(f"book{i}", color, 0.7), 0.004)


def _area_light(place: Place, size: float, power: float, color: Color) -> None:
    light = bpy.data.lights.new("area", "AREA")
    light.energy, light.size, light.color = power, size, color
    o = bpy.data.objects.new("area", light)
    bpy.context.collection.objects.link(o)
    o.location = place
    o.rotation_euler = (Vector((0.3, 0, 0.2)) - Vector(place)).to_track_quat("-Z", "Y").to_euler()


def aim_camera(scene: bpy.types.Scene, view: View, look_at_x: float) -> None:
    camera = scene.camera
    place, target = Vector(view.place(look_at_x)), Vector(view.target(look_at_x))
    camera.location = place
    camera.rotation_euler = (target - place).to_track_quat("-Z", "Y").to_euler()
    camera.data.sensor_fit, camera.data.angle = "HORIZONTAL", math.radians(view.horizontal_fov_deg)
    bpy.context.view_layer.update()


def render(scene: bpy.types.Scene, file: Path, crop: list[int] | None = None) -> None:
    """Render to a PNG; crop = [x0, y0, x1, y1] in pixels, y down."""
    w, h = scene.render.resolution_x, scene.render.resolution_y
    scene.render.use_border = scene.render.use_crop_to_border = crop is not None
    if crop:
        # Blender cuts the border off to whole pixels: a quarter more, so that rounding does not lose one.
        x0, y0, x1, y1 = crop
        scene.render.border_min_x, scene.render.border_max_x = (x0 + 0.25) / w, min((x1 + 0.25) / w, 1.0)
        scene.render.border_min_y, scene.render.border_max_y = (h - y1 + 0.25) / h, min((h - y0 + 0.25) / h, 1.0)
    scene.render.image_settings.file_format = "PNG"
    part = file.resolve().with_suffix(".part.png")
    scene.render.filepath = str(part)
    keep, quiet = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 1)  # Blender reports every picture on stdout
    try:
        bpy.ops.render.render(write_still=True)
    finally:
        os.dup2(keep, 1)
        os.close(keep)
        os.close(quiet)
    part.replace(file)
