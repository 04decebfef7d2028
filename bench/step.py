"""What judging while it happens costs beside the pose network: CPU time of `Engine.step` per frame.

    python -m bench.step [LANDMARKS ...]

LANDMARKS are recordings saved as .npz (tests/data by default). The first two seconds, in which all is warmed up, do
not count. Asked: the 99th percentile at most 2 ms on one core.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np

from formcheck.engine import Engine
from formcheck.saved import SavedLandmarks

DATA = Path(__file__).resolve().parent.parent / "tests" / "data"
WARM_UP_S = 2.0


def costs_ms(path: Path) -> np.ndarray:
    """CPU milliseconds of every step."""
    with SavedLandmarks(path) as saved:
        engine = Engine("leg_curl" if "curl" in path.name else "hip_lift", saved.info)
        spent = []
        for sighting in saved:
            began = time.thread_time()
            engine.step(sighting)
            if sighting.t_s > WARM_UP_S:
                spent.append(1000 * (time.thread_time() - began))
        return np.array(spent)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    known = [*DATA.glob("hip_lift_*.npz"), *DATA.glob("leg_curl_*.npz")]
    parser.add_argument("landmarks", type=Path, nargs="*", default=sorted(known))
    every = []
    for path in parser.parse_args().landmarks:
        spent = costs_ms(path)
        every.append(spent)
        print(f"{path.stem:28} median {np.median(spent):.2f} ms, 99th percentile {np.percentile(spent, 99):.2f} ms")
    together = np.concatenate(every)
    print(f"{'all':28} median {np.median(together):.2f} ms, 99th percentile {np.percentile(together, 99):.2f} ms")


if __name__ == "__main__":
    main()
