"""Does OpenSim itself read the TRC and MOT files? Needs `pip install opensim` (Linux, macOS, Windows).

python -m bench.opensim_reads LANDMARKS.npz [LANDMARKS.npz ...]
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import numpy as np
import opensim

from formcheck.opensim import mot, trc
from formcheck.session import analyze


def main(paths: list[Path]) -> None:
    """Print what OpenSim found in the files of each session; it raises where it refuses them."""
    for path in paths:
        analysis = analyze(path)
        with tempfile.TemporaryDirectory() as folder:
            files = Path(folder) / "a.trc", Path(folder) / "a.mot"
            for file, lines in zip(files, (trc(analysis), mot(analysis)), strict=True):
                file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
            markers, angles = opensim.TimeSeriesTableVec3(str(files[0])), opensim.TimeSeriesTable(str(files[1]))
            older, storage = opensim.MarkerData(str(files[0])), opensim.Storage(str(files[1]))
        rows = range(markers.getNumRows())
        unseen = sum(bool(np.isnan(markers.getRowAtIndex(row)[4][0])) for row in rows)
        names, joints = ", ".join(markers.getColumnLabels()), ", ".join(angles.getColumnLabels())
        print(f"{path.name}: {len(rows)} rows of {names}, {unseen} unseen")
        print(f"  MarkerData: {older.getNumMarkers()} at {older.getDataRate():g} Hz, {older.getUnits().getLabel()}")
        print(f"  {angles.getNumRows()} rows of {joints}, in degrees: {storage.isInDegrees()}")


if __name__ == "__main__":
    main([Path(name) for name in sys.argv[1:]])
