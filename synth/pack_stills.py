"""Pack measured stills into the file that `python -m bench.bias` reads.

    python -m synth.pack_stills --measured MEASURED --out bench/bodies.npz [--check bench/bodies.npz]

MEASURED/MODEL/NAME.npz are packed as NAME/TRUTH, NAME/labels and MODEL/NAME/xy_px; `manifest` is a JSON list of who
does what before which camera. --check compares with a file that is there instead of writing one.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from synth.measure_stills import TRUTHS
from synth.population import GROUPS

SETS = ("stills", "more_stills")
CAMERA = ("yaw_deg", "camera_height_m", "distance_m", "look_at_height_m", "horizontal_fov_deg")
TOLERANCE = 1e-3  # pixels and degrees
Packed = dict[str, NDArray[Any]]


def row_of(about: dict[str, Any], people: dict[str, Any]) -> dict[str, Any]:
    person = people[about["body"]]
    return {
        "name": about["name"],
        "body": about["body"],
        "female": person["female"],
        "age_years": person["age_years"],
        "height_m": round(person["height_m"], 2),
        "bmi": round(person["bmi"], 1),
        **{k: about[k] for k in ("exercise", "light", "arms", "head_at", "near_side", "size")},
        "thigh_m": round(about["thigh_m"], 4),
        **{k: round(about["view"][k], 2) for k in CAMERA},
    }


def pack(measured: Path, people: dict[str, Any]) -> Packed:
    models = sorted(folder for folder in measured.iterdir() if folder.is_dir())
    files = sorted(models[0].glob("*.npz"))
    rows = [row_of(json.loads(f.with_suffix(".json").read_text()), people) for f in files]
    out: Packed = {"manifest": np.array(json.dumps(rows))}
    for file in files:
        data = np.load(file)
        out[f"{file.stem}/labels"] = data["labels"]
        out |= {f"{file.stem}/{truth}": data[truth].astype(np.float32) for truth in TRUTHS}
        for model in models:
            out[f"{model.name}/{file.stem}/xy_px"] = np.load(model / file.name)["xy_px"].astype(np.float32)
    return out


def differences(new: Packed, old: np.lib.npyio.NpzFile) -> list[str]:
    found = [f"{name} is in one of them only" for name in sorted(set(new) ^ set(old.files))]
    a, b = (json.loads(str(d["manifest"])) for d in (new, old))
    found += [f"manifest: {x['name']}" for x, y in zip(a, b, strict=False) if x != y]
    for name in sorted((set(new) & set(old.files)) - {"manifest"}):
        if new[name].shape != old[name].shape:
            found.append(f"{name} has another shape")
        elif new[name].dtype.kind == "U":
            found += [name] if (new[name] != old[name]).any() else []
        elif not np.allclose(new[name], old[name], atol=TOLERANCE, rtol=0, equal_nan=True):
            found.append(name)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--measured", type=Path, required=True)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--check", type=Path)
    args = parser.parse_args()
    people = {name: row for group in SETS for name, row in json.loads(GROUPS[group].file.read_text()).items()}
    packed = pack(args.measured, people)
    if args.check:
        found = differences(packed, np.load(args.check))
        sys.exit("\n".join(found) or None)
    np.savez_compressed(args.out, **packed)  # type: ignore[arg-type]


if __name__ == "__main__":
    main()
