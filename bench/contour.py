"""Does the network's mask of the person tell an arched back that the line does not show, and the bias of the hip?

    python -m bench.contour

`contours.npz` (made by `synth.arches` and `synth.measure_arches`) holds landmarks and mask edges (`full`, mediapipe
0.10.31) of stills of rendered bodies lifted to 172-184 deg with the lumbar spine neutral or arched by 4-24 deg. Bodies
called p are tried by leaving each out in turn; bodies called e were never used to choose anything. docs/CONTOUR.md
says what the figures mean.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.bias import body_of
from formcheck.line import CHORD_LEAST_ROWS, chord_bias_deg
from formcheck.measures import distance, elevation_deg, hip_deg, near_knee_deg
from formcheck.records import Floats

DATA = Path(__file__).parent / "contours.npz"
PICTURE_PX = (640.0, 360.0)
TRUNK = np.arange(-0.4, 1.0001, 0.05)
BACK_PARTS = ((-0.4, -0.25), (-0.2, -0.1), (-0.05, 0.05), (0.05, 0.15), (0.15, 0.2), (0.25, 0.3))
FRONT_PARTS = ((-0.3, -0.15), (-0.1, 0.0), (0.05, 0.1), (0.15, 0.2), (0.25, 0.35), (0.4, 0.55), (0.6, 0.75))
"""Stretches of the line hip-shoulder; at the back the near arm hides what is nearer to the shoulder."""
HIDDEN_TRUNK = 0.07
"""A larger change (trunk lengths) is an arm that comes into the edge or leaves it, and is not counted."""
NEUTRAL_DEG, ARCHED_DEG = 4.0, 12.0
AT_LINE_DEG = (174.0, 186.0)
RIDGE = 0.01
LIMIT_DEG = 11.0
BREATHING = np.array([0.0, 0.2, 0.5, 0.8, 1.0, 1.0, 0.7])
"""How much each part of the front moves with the belly (engineering judgement; the rendered bodies do not breathe)."""
BREATHS_TRUNK = (0.01, 0.02)
"""Standard deviation of the belly's height from one hold to the next, trunk lengths: 5 and 10 mm."""


@dataclass(frozen=True)
class Stills:
    """What is known of every still, one row each: truth, what the landmarks say, and where the mask ends."""

    body: NDArray[np.str_]
    arms: NDArray[np.str_]
    true_deg: Floats
    arch_deg: Floats
    line_deg: Floats
    limbs: Floats
    """(n, 4): ln(trunk / thigh), ln(near trunk / near thigh), knee flexion and slope of the trunk in degrees."""
    back: Floats
    front: Floats
    shape: Floats
    """(n, 7): where the hip lies between front and back, and how thick trunk and thigh are."""
    xy_px: NDArray[np.float32]


def load() -> Stills:
    data = np.load(DATA)
    person = body_of(data["xy_px"], "supine", "left", PICTURE_PX)
    thigh = {side: data[f"thigh_{side}"] for side in ("front", "back")}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # a part that is hidden all along
        front, back = parts(data["trunk_front"], FRONT_PARTS), parts(data["trunk_back"], BACK_PARTS)
    thick = [thigh["front"][:, k] + thigh["back"][:, k] for k in (2, 4, 6)]
    shape = [front[:, 1], back[:, 2], front[:, 1] - back[:, 2], front[:, 4], *thick]
    trunk, leg = distance(person.middle("shoulder"), person.middle("hip")), ("hip", "knee")
    limbs = [
        np.log(trunk / distance(*(person.middle(name) for name in leg))),
        np.log(distance(person.joint("shoulder"), person.joint("hip")) / distance(*(person.joint(n) for n in leg))),
        near_knee_deg(person),
        elevation_deg(person.joint("shoulder"), person.joint("hip")),
    ]
    return Stills(
        *(data[name] for name in ("body", "arms", "true_deg", "arch_deg")),
        line_deg=hip_deg(person),
        limbs=np.column_stack(limbs),
        back=back,
        front=front,
        shape=np.column_stack(shape),
        xy_px=data["xy_px"],
    )


def parts(edge: Floats, stretches: tuple[tuple[float, float], ...]) -> Floats:
    """(n, parts) median distance of the edge in each stretch, NaN where all of it is hidden."""
    inside = [(low - 1e-6 < TRUNK) & (high + 1e-6 > TRUNK) for low, high in stretches]
    return np.column_stack([np.nanmedian(edge[:, rows], axis=1) for rows in inside]).astype(np.float64)


@dataclass(frozen=True)
class Changes:
    """Every top against every neutral one near the line of the same body, as if that were the good repetition."""

    top: NDArray[np.int_]
    good: NDArray[np.int_]

    @classmethod
    def of(cls, stills: Stills) -> Changes:
        pairs = [
            (top, good)
            for good in np.flatnonzero((stills.arch_deg == 0) & (np.abs(stills.true_deg - 178) < 4))
            for top in np.flatnonzero((stills.body == stills.body[good]) & (stills.true_deg > 170))
            if top != good
        ]
        return cls(*np.array(pairs).T)

    def known(self, values: Floats) -> Floats:
        """Change of mask edges; 0 where it is hidden."""
        change = values[self.top] - values[self.good]
        return np.where(np.abs(change) < HIDDEN_TRUNK, change, 0.0)


def fitted(x: Floats, y: Floats, known: NDArray[np.bool_]) -> Floats:
    """Ridge regression, fitted to the known rows, told for all of them."""
    mean, spread = x[known].mean(0), x[known].std(0) + 1e-9
    a, centre = (x - mean) / spread, y[known].mean() if known.any() else 0.0
    b = a[known]
    return centre + a @ np.linalg.solve(b.T @ b + RIDGE * len(b) * np.eye(x.shape[1]), b.T @ (y[known] - centre))


def left_out(x: Floats, y: Floats, body: NDArray[np.str_]) -> Floats:
    """Told for each p body by the others, for each e body by all p bodies."""
    p = np.char.startswith(body, "p")
    out = np.empty(len(y))
    for one in np.unique(body):
        out[body == one] = fitted(x, y, p & (body != one))[body == one]
    return out


def auc(score: Floats, arch_deg: Floats) -> float:
    """Probability that an arched top (12 deg or more) scores above a neutral one (4 deg or less)."""
    above = score[arch_deg >= ARCHED_DEG][:, None] - score[arch_deg <= NEUTRAL_DEG]
    return float((above > 0).mean() + (above == 0).mean() / 2)


def arch_scores(stills: Stills, changes: Changes) -> dict[str, Floats]:
    """The arch of every pair of tops, told from one thing and another."""
    arch_deg, body = stills.arch_deg[changes.top].astype(float), stills.body[changes.top]
    line = (stills.line_deg[changes.top] - stills.line_deg[changes.good])[:, None]
    limbs = stills.limbs[changes.top] - stills.limbs[changes.good]
    back, front = changes.known(stills.back), changes.known(stills.front)
    sources = {
        "landmarks against the good one": (line, limbs),
        "line + back contour": (line, back),
        "line + front contour": (line, front),
        "line + both contours": (line, back, front),
        "landmarks + both contours": (line, limbs, back, front),
    }
    rng = np.random.default_rng(0)
    for sd in BREATHS_TRUNK:
        moved = stills.front + sd * rng.normal(size=(len(stills.body), 1)) * BREATHING
        name = f"  the same, belly moving by {500 * sd:.0f} mm"
        sources[name] = (line, limbs, back, changes.known(moved))
    return {
        "line": stills.line_deg[changes.top],
        "line against the good one": line[:, 0],
        "front contour alone, not fitted": front[:, 2:5].mean(1),
        **{name: left_out(np.column_stack(x), arch_deg, body) for name, x in sources.items()},
    }


def print_arches(stills: Stills) -> None:
    changes = Changes.of(stills)
    arch_deg, p = stills.arch_deg[changes.top], np.char.startswith(stills.body[changes.top], "p")
    belly = stills.arms[changes.top] == "folded"
    groups = {
        "p": p,
        "p beside": p & ~belly,
        "p belly": p & belly,
        "e": ~p,
        "e beside": ~p & ~belly,
        "e belly": ~p & belly,
    }
    scores = arch_scores(stills, changes)
    print(f"AUC of {ARCHED_DEG:.0f} deg or more against {NEUTRAL_DEG:.0f} or less, the line being the same")
    print(f"{'told from':36}", *(f"{name:>9}" for name in groups))
    for name, score in scores.items():
        print(
            f"{name:36}", *(f"{auc(score[g], arch_deg[g]):9.3f}" if g.any() else f"{'-':>9}" for g in groups.values())
        )
    best = scores["landmarks + both contours"]
    print(f"\nsaid to be arched at a limit of {LIMIT_DEG:.0f} deg told from landmarks and both contours, share of tops")
    print(f"{'true arch':36}", *(f"{dose:9.0f}" for dose in np.unique(arch_deg)))
    for name, group in (("p", p), ("e", ~p)):
        doses = [best[group & (arch_deg == dose)] for dose in np.unique(arch_deg)]
        print(f"{name:36}", *(f"{(told > LIMIT_DEG).mean():9.2f}" if len(told) else f"{'-':>9}" for told in doses))
    body = stills.body[changes.top]
    single = {str(b): auc(best[body == b], arch_deg[body == b]) for b in np.unique(body)}
    print("bodies under 0.9:", ", ".join(f"{b} {v:.2f}" for b, v in single.items() if v < 0.9) or "none")


def print_bias(stills: Stills) -> None:
    """How well the bias of the hip at the line is told, body by body, neutral tops only."""
    names = np.unique(stills.body)
    neutral = stills.arch_deg == 0
    at_line = neutral & (stills.true_deg > AT_LINE_DEG[0]) & (stills.true_deg < AT_LINE_DEG[1])
    tops = [at_line & (stills.body == b) for b in names]
    bias = np.array([(stills.line_deg[rows] - stills.true_deg[rows]).mean() for rows in tops])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # hidden in all of a body's tops
        shape = np.array([np.nanmedian(stills.shape[rows], axis=0) for rows in tops])
    shape = np.where(np.isnan(shape), np.nanmean(shape, axis=0), shape)
    limbs = np.array([np.median(stills.limbs[rows], axis=0) for rows in tops])
    chord = np.array([chord_of(stills, neutral & (stills.body == b)) for b in names])[:, None]
    sources = {
        "the mean of the p bodies": np.zeros((len(names), 1)),
        "chord": chord,
        "trunk / thigh": limbs[:, :2],
        "trunk / thigh, knee, slope": limbs,
        "hip between front and back": shape[:, :3],
        "thickness of trunk and thigh": shape[:, 3:],
        "all of the mask": shape,
        "chord + hip between front and back": np.column_stack((chord, shape[:, :3])),
        "chord + all of the mask": np.column_stack((chord, shape)),
    }
    p = np.char.startswith(names, "p")
    print(f"\nbias of the hip at the line: p bodies {bias[p].mean():.1f} +- {bias[p].std():.1f} deg")
    print(f"{'told from, RMS error in deg':36} {'p':>6} {'e':>6}")
    for name, x in sources.items():
        error = bias - left_out(x, bias, names)
        shown = [f"{np.sqrt((error[g] ** 2).mean()):6.2f}" if g.any() else f"{'-':>6}" for g in (p, ~p)]
        print(f"{name:36}", *shown)


def chord_of(stills: Stills, rows: NDArray[np.bool_]) -> float:
    """As in `bench.bias`, every still counts as the frames that a step of the hip angle needs."""
    person = body_of(stills.xy_px[rows], "supine", "left", PICTURE_PX, repeat=CHORD_LEAST_ROWS)
    return chord_bias_deg(person, hip_deg(person))


def main() -> None:
    stills = load()
    p = np.unique(stills.body[np.char.startswith(stills.body, "p")])
    e = np.unique(stills.body[np.char.startswith(stills.body, "e")])
    print(f"{len(stills.body)} stills of {len(p)} p bodies and {len(e)} e bodies\n")
    print_arches(stills)
    print_bias(stills)


if __name__ == "__main__":
    main()
