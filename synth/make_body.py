"""Make one of the two bodies of the sample recordings.

python -m synth.make_body female_a --out synth/out/bodies
"""

from __future__ import annotations

import argparse
from pathlib import Path

PHENOTYPES = {
    # 0..1 each: gender 0 = male, 1 = female; age .6 = young adult, 1 = old
    "female_a": {
        "gender": 0.98,
        "age": 0.60,
        "muscle": 0.60,
        "weight": 0.45,
        "height": 0.50,
        "proportions": 0.7,
        "cupsize": 0.45,
        "firmness": 0.7,
        "african": 0.2,
        "asian": 0.2,
        "caucasian": 0.6,
    },
    "male_a": {
        "gender": 0.02,
        "age": 0.62,
        "muscle": 0.65,
        "weight": 0.50,
        "height": 0.55,
        "proportions": 0.7,
        "cupsize": 0.50,
        "firmness": 0.5,
        "african": 0.3,
        "asian": 0.2,
        "caucasian": 0.5,
    },
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", choices=sorted(PHENOTYPES))
    parser.add_argument("--out", type=Path, required=True, help="folder for NAME.npz")
    args = parser.parse_args()
    from synth.shapes import Shapes

    height_m = Shapes().save(PHENOTYPES[args.name], {}, args.out / f"{args.name}.npz")
    print(f"{args.name}: {height_m:.3f} m tall")


if __name__ == "__main__":
    main()
