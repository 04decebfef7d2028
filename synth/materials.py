"""Materials of the room, the skin and the clothes (bpy). Colours are linear RGB 0..1."""

from __future__ import annotations

from pathlib import Path

import bpy
import numpy as np

Color = tuple[float, float, float]
TEXTURES = Path(__file__).parent / "assets" / "textures"


def material(
    name: str,
    color: Color,
    rough: float = 0.6,
    noise: Color | None = None,
    bump: float = 0.0,
    sss: float = 0.0,
    scale: float = 40.0,
    sheen: float = 0.0,
) -> bpy.types.Material:
    m = bpy.data.materials.new(name)
    m.use_nodes = True
    nodes, links = m.node_tree.nodes, m.node_tree.links
    b = nodes["Principled BSDF"]
    b.inputs["Base Color"].default_value = (*color, 1)
    b.inputs["Roughness"].default_value = rough
    b.inputs["Specular IOR Level"].default_value = 0.4
    if sss:
        b.inputs["Subsurface Weight"].default_value = sss
        b.inputs["Subsurface Radius"].default_value = (0.012, 0.005, 0.003)
        b.inputs["Subsurface Scale"].default_value = 1.0
    if sheen:
        b.inputs["Sheen Weight"].default_value = sheen
    if noise or bump:
        n, tc = nodes.new("ShaderNodeTexNoise"), nodes.new("ShaderNodeTexCoord")
        n.inputs["Scale"].default_value, n.inputs["Detail"].default_value = scale, 6
        links.new(tc.outputs["Generated"], n.inputs["Vector"])
        if noise:
            mix = nodes.new("ShaderNodeMix")
            mix.data_type = "RGBA"
            mix.inputs["A"].default_value, mix.inputs["B"].default_value = (*color, 1), (*noise, 1)
            links.new(n.outputs["Fac"], mix.inputs["Factor"])
            links.new(mix.outputs["Result"], b.inputs["Base Color"])
        if bump:
            bp = nodes.new("ShaderNodeBump")
            bp.inputs["Strength"].default_value, bp.inputs["Distance"].default_value = bump, 0.004
            links.new(n.outputs["Fac"], bp.inputs["Height"])
            links.new(bp.outputs["Normal"], b.inputs["Normal"])
    return m


def tinted(color: Color, factor: float) -> Color:
    return (color[0] * factor, color[1] * factor, color[2] * factor)


def skin_material(tone: Color) -> bpy.types.Material:
    """Skin with lips, face flush, nails and ears from CC0 mask textures."""
    m = material("skin", tone, 0.5, noise=tinted(tone, 0.88), bump=0.12, sss=0.15, scale=60)
    nodes, links = m.node_tree.nodes, m.node_tree.links
    b = nodes["Principled BSDF"]
    source = b.inputs["Base Color"].links[0].from_socket
    masks = (
        ("mpfb_lips.jpg", tuple(np.array(tone) * (0.83, 0.48, 0.58)), 0.8),
        ("mpfb_face.jpg", tuple(np.array(tone) * (1.05, 0.9, 0.88)), 0.35),
        ("mpfb_fingernails.jpg", tuple(np.array(tone) * (1.14, 1.19, 1.4)), 0.5),
        ("mpfb_ears.jpg", tuple(np.array(tone) * (1.05, 0.8, 0.75)), 0.4),
    )
    for file, color, weight in masks:
        image = nodes.new("ShaderNodeTexImage")
        image.image = bpy.data.images.load(str((TEXTURES / file).resolve()))
        image.image.colorspace_settings.name = "Non-Color"
        scale = nodes.new("ShaderNodeMath")
        scale.operation = "MULTIPLY"
        scale.inputs[1].default_value = weight
        links.new(image.outputs["Color"], scale.inputs[0])
        mix = nodes.new("ShaderNodeMix")
        mix.data_type = "RGBA"
        mix.inputs["B"].default_value = (*color, 1)
        links.new(scale.outputs[0], mix.inputs["Factor"])
        links.new(source, mix.inputs["A"])
        source = mix.outputs["Result"]
    links.new(source, b.inputs["Base Color"])
    return m


def wood_material(dark: bool) -> bpy.types.Material:
    m = material("wood", (0.45, 0.28, 0.15), 0.35)
    nodes, links = m.node_tree.nodes, m.node_tree.links
    tc, brick = nodes.new("ShaderNodeTexCoord"), nodes.new("ShaderNodeTexBrick")
    for key, value in (("Scale", 1), ("Brick Width", 1.3), ("Row Height", 0.12), ("Mortar Size", 0.0025)):
        brick.inputs[key].default_value = value
    one, two = ((0.16, 0.09, 0.05), (0.11, 0.06, 0.035)) if dark else ((0.52, 0.36, 0.22), (0.42, 0.28, 0.165))
    brick.inputs["Color1"].default_value, brick.inputs["Color2"].default_value = (*one, 1), (*two, 1)
    brick.inputs["Mortar"].default_value = (0.1, 0.06, 0.03, 1)
    links.new(tc.outputs["Object"], brick.inputs["Vector"])
    n, mapping, mix = nodes.new("ShaderNodeTexNoise"), nodes.new("ShaderNodeMapping"), nodes.new("ShaderNodeMix")
    n.inputs["Scale"].default_value, n.inputs["Detail"].default_value = 3, 8
    mapping.inputs["Scale"].default_value = (0.6, 14, 1)
    links.new(tc.outputs["Object"], mapping.inputs["Vector"])
    links.new(mapping.outputs["Vector"], n.inputs["Vector"])
    mix.data_type, mix.blend_type = "RGBA", "MULTIPLY"
    mix.inputs["Factor"].default_value = 0.5
    links.new(brick.outputs["Color"], mix.inputs["A"])
    links.new(n.outputs["Color"], mix.inputs["B"])
    links.new(mix.outputs["Result"], nodes["Principled BSDF"].inputs["Base Color"])
    return m
