"""Make bodies from seeds: women and men in turn, age, height and body mass index spread evenly.

    python -m synth.population --set stills     --out synth/out/bodies
    python -m synth.population --set evaluation --out synth/out/bodies [--only e03,e04]

A person is drawn from the seed; then weight, height and, for a high body mass index, the places where fat sits are
solved by bisection until height and index are those drawn. What was found stands in assets/population.json (`stills`)
and assets/evaluation_bodies.json, so that a body is made again without solving; --solve solves anew.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from synth.shapes import Amounts, Shapes

ASSETS = Path(__file__).parent / "assets"
SPREAD = {  # local changes: largest amount either way
    "buttocks-volume-incr": 0.5,
    "hip-scale-depth-incr": 0.4,
    "hip-scale-horiz-incr": 0.4,
    "hip-scale-vert-incr": 0.3,
    "stomach-pregnant-incr": 0.25,
    "stomach-tone-incr": 0.5,
    "torso-scale-depth-incr": 0.4,
    "torso-scale-horiz-incr": 0.4,
    "torso-scale-vert-incr": 0.3,
    "measure-thigh-circ-incr": 0.4,
    "pelvis-tone-incr": 0.5,
    "upperlegs-height-incr": 0.3,
    "lowerlegs-height-incr": 0.3,
    "measure-shoulder-dist-incr": 0.3,
    "torso-trans-forward": 0.15,
}
FAT = {  # where fat beyond the heaviest phenotype goes
    "measure-waist-circ-incr": 0.9,
    "measure-hips-circ-incr": 0.6,
    "measure-thigh-circ-incr": 0.7,
    "stomach-pregnant-incr": 0.5,
    "torso-scale-depth-incr": 0.6,
    "torso-scale-horiz-incr": 0.5,
    "measure-bust-circ-incr": 0.6,
    "measure-underbust-circ-incr": 0.5,
    "measure-upperarm-circ-incr": 0.6,
    "measure-calf-circ-incr": 0.4,
    "l-upperleg-fat-incr": 0.8,
    "r-upperleg-fat-incr": 0.8,
    "buttocks-volume-incr": 0.4,
}


@dataclass(frozen=True)
class Group:
    """A population: its bodies are called PREFIX00, PREFIX01 ... and have seeds from `first_seed` on."""

    prefix: str
    count: int
    first_seed: int
    file: Path
    cameras: int = 1
    """Stills of each body and exercise are taken by so many."""

    def names(self) -> list[str]:
        return [f"{self.prefix}{i:02d}" for i in range(self.count)]


GROUPS = {
    "stills": Group("p", 24, 1000, ASSETS / "population.json"),
    "more_stills": Group("q", 12, 1100, ASSETS / "more_population.json", cameras=2),
    "evaluation": Group("e", 40, 2000, ASSETS / "evaluation_bodies.json"),
}


@dataclass
class Person:
    """What is drawn from the seed: size and shape, before anything is solved."""

    seed: int
    female: bool
    age: float
    """0.5 is 25 years, 0.95 about 83."""
    height_m: float
    bmi: float
    phenotype: Amounts
    local: Amounts
    mix: Amounts
    """How much of each place of FAT this person has."""


def draw(group: Group, i: int, local_labels: set[str]) -> Person:
    n, rng = group.count, np.random.default_rng(group.first_seed + i)
    female = i % 2 == 0
    u = ((i * 7) % n + rng.random()) / n  # the products spread the bodies evenly over the range
    w = ((i * 11 + 5) % n + rng.random()) / n
    v = ((i // 2 * 5 + 2) % (n // 2) + rng.random()) / (n // 2)
    age = 0.5 + 0.45 * w
    race = rng.dirichlet([1, 1.6, 1])
    phenotype = {
        "gender": float(rng.uniform(0.85, 1) if female else rng.uniform(0, 0.15)),
        "age": age,
        "muscle": float(rng.uniform(0.25, 0.8)),
        "weight": 0.5,
        "height": 0.5,
        "proportions": float(rng.uniform(0.25, 0.9)),
        "cupsize": float(rng.uniform(0.25, 0.8)),
        "firmness": float(rng.uniform(0.3, 0.8)),
        **{name: float(share) for name, share in zip(("african", "asian", "caucasian"), race, strict=True)},
    }
    local = {k: float(np.clip(rng.normal(0, s / 1.5), -s, s)) for k, s in SPREAD.items() if k in local_labels}
    mix = {k: float(rng.uniform(0.3, 1.2)) for k in FAT if k in local_labels}
    mix["r-upperleg-fat-incr"] = mix["l-upperleg-fat-incr"]
    height_m = 1.45 + 0.28 * v if female else 1.58 + 0.27 * v
    return Person(group.first_seed + i, female, age, height_m, 18 + 17 * u, phenotype, local, mix)


def fatten(local: Amounts, fat: float, mix: Amounts) -> Amounts:
    return local | {k: local.get(k, 0.0) + fat * FAT[k] * share for k, share in mix.items()}


def raised(at: float, low: float, high: float, want: float) -> tuple[float, float]:
    """The half of the range in which a growing measure reaches what is wanted."""
    middle = (low + high) / 2
    return (middle, high) if at < want else (low, middle)


def solve(shapes: Shapes, person: Person) -> tuple[Amounts, Amounts, float]:
    """Phenotype, local changes and fat at which height and body mass index are the person's."""
    phenotype, local, fat = person.phenotype, person.local, 0.0
    for _ in range(5):
        phenotype["weight"] = 0.98
        fat, local = 0.0, person.local
        if shapes.measure(phenotype, person.local)[1] < person.bmi:
            low, high = 0.0, 1.8
            for _ in range(9):
                fat = (low + high) / 2
                bmi = shapes.measure(phenotype, fatten(person.local, fat, person.mix))[1]
                low, high = raised(bmi, low, high, person.bmi)
            local = fatten(person.local, fat, person.mix)
        wanted = [("height", 0, person.height_m)] + ([("weight", 1, person.bmi)] if fat == 0 else [])
        for key, which, want in wanted:
            low, high = 0.0, 1.0
            for _ in range(11):
                phenotype[key] = (low + high) / 2
                low, high = raised(shapes.measure(phenotype, local)[which], low, high, want)
    return phenotype, local, fat


def describe(shapes: Shapes, group: Group, i: int) -> dict[str, object]:
    person = draw(group, i, set(shapes.model.local_change_labels))
    phenotype, local, fat = solve(shapes, person)
    height_m, bmi = shapes.measure(phenotype, local)
    return {
        "seed": person.seed,
        "female": person.female,
        "age_years": round(25 + (person.age - 0.5) * 130),
        "target_height": person.height_m,
        "target_bmi": person.bmi,
        "height_m": height_m,
        "bmi": bmi,
        "phenotype": phenotype,
        "local": local,
        "fat": fat,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--set", choices=sorted(GROUPS), required=True)
    parser.add_argument("--out", type=Path, required=True, help="folder for NAME.npz; bodies already there are kept")
    parser.add_argument("--only", default="", help="comma-separated names")
    parser.add_argument("--solve", action="store_true", help="solve again, and write the .json file again")
    args = parser.parse_args()
    from synth.shapes import Shapes

    group, shapes = GROUPS[args.set], Shapes()
    known = json.loads(group.file.read_text()) if group.file.exists() else {}
    for i, name in enumerate(group.names()):
        if args.only and name not in args.only.split(","):
            continue
        if args.solve or name not in known:
            known[name] = describe(shapes, group, i)
            group.file.write_text(json.dumps(known, indent=1) + "\n")
        file = args.out / f"{name}.npz"
        if not file.exists():
            shapes.save(known[name]["phenotype"], known[name]["local"], file)
        row = known[name]
        print(
            f"{name} {'F' if row['female'] else 'M'} {row['age_years']} y {row['height_m']:.2f} m BMI {row['bmi']:.1f}"
        )


if __name__ == "__main__":
    main()
