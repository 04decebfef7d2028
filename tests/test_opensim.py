"""TRC and MOT, read back by a reader that knows only the formats."""

import io
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from replays import DATA, GOLDEN
from trc import TRCData

from formcheck.opensim import ASSUMED_HEIGHT_M, MARKERS, markers_m, mot, trc
from formcheck.session import Analysis, analyze


@pytest.fixture(scope="module", params=sorted(GOLDEN))
def analysis(request: pytest.FixtureRequest) -> Analysis:
    return analyze(DATA / f"{GOLDEN[request.param]}.npz")


def test_markers_in_metres(analysis: Analysis) -> None:
    lines = list(trc(analysis, 1.70))
    assert "1.70 m (given)" in lines[0]
    assert "two-dimensional" in lines[0]
    head = dict(zip(lines[1].split("\t"), lines[2].split("\t"), strict=True))
    assert head["Units"] == "m"
    names = lines[3].rstrip("\t").split("\t")[2:]
    assert [name for name in names if name] == [f"{analysis.report.tracking.near_side[0].upper()}_{m}" for m in MARKERS]  # type: ignore[index]
    table = pd.read_csv(io.StringIO("\n".join(lines[6:])), sep="\t", header=None)
    assert table.shape == (int(head["NumFrames"]), 2 + 3 * int(head["NumMarkers"]))
    assert table[0].tolist() == list(range(1, len(table) + 1))
    assert np.diff(table[1]) == pytest.approx(1 / float(head["DataRate"]), abs=5e-6)
    place = {m: table[[2 + 3 * k, 3 + 3 * k, 4 + 3 * k]].to_numpy() for k, m in enumerate(MARKERS)}
    assert (place["hip"][:, 2] == 0).all()
    leg = np.linalg.norm(place["hip"] - place["knee"], axis=1) + np.linalg.norm(place["knee"] - place["ankle"], axis=1)
    assert np.nanmedian(leg) == pytest.approx(0.491 * 1.70, rel=0.05)
    if analysis.report.exercise == "hip_lift":  # y is up
        assert np.nanmedian(place["knee"][:, 1] - place["heel"][:, 1]) > 0.2


@pytest.mark.parametrize("name", [GOLDEN["hip_lift"], GOLDEN["leg_curl"], "hip_lift_lost_d1"])
def test_another_reader_finds_the_same_markers(tmp_path: Path, name: str) -> None:
    """trc-data-reader, which knows nothing of formcheck; unseen markers are NaN, never fewer cells."""
    analysis = analyze(DATA / f"{name}.npz")
    (tmp_path / "a.trc").write_text("".join(f"{line}\n" for line in trc(analysis)), encoding="utf-8")
    read = TRCData()
    read.load(str(tmp_path / "a.trc"))
    rate_hz, times, points = markers_m(analysis, ASSUMED_HEIGHT_M)
    assert (read["DataRate"], read["NumFrames"], read["Units"]) == (pytest.approx(rate_hz), len(times), "m")
    assert [marker[2:] for marker in read["Markers"]] == list(MARKERS)
    for number, (t_s, row) in enumerate(zip(times, points, strict=True), 1):
        at_s, found = read[number]
        assert at_s == pytest.approx(t_s, abs=1e-6)
        assert np.array(found)[:, :2] == pytest.approx(row, abs=1e-5, nan_ok=True)
    unseen = np.isnan(points).all(axis=(1, 2)).sum()
    assert (unseen > 30) == (name == "hip_lift_lost_d1")


def test_an_assumed_height_is_said(analysis: Analysis) -> None:
    assert "1.60 m (assumed)" in next(iter(trc(analysis)))


def test_angles_as_opensim_counts_them(analysis: Analysis) -> None:
    text = "\n".join(mot(analysis))
    head, body = text.split("endheader\n")
    assert "inDegrees=yes" in head
    table = pd.read_csv(io.StringIO(body), sep="\t")
    fields = dict(line.split("=") for line in head.splitlines() if "=" in line)
    assert (len(table), len(table.columns)) == (int(fields["nRows"]), int(fields["nColumns"]))
    knee = table.filter(like="knee_angle").iloc[:, 0]
    hip = table.filter(like="hip_flexion").iloc[:, 0]
    assert knee.max() <= 0.0  # bent is negative
    if analysis.report.exercise == "hip_lift":
        peak = max(rep.peak_deg for rep in analysis.report.reps)
        assert hip.min() == pytest.approx(180 - peak, abs=2.0)
        assert knee.min() < -60


def test_tables_come_back_with_pandas(tmp_path: Path) -> None:
    from formcheck import sinks

    analysis = analyze(DATA / f"{GOLDEN['hip_lift']}.npz")
    sinks.write_report(tmp_path / "out", analysis, "abc", "page")
    reps = pd.read_csv(tmp_path / "out" / "reps.csv")
    assert reps["peak_deg"].tolist() == pytest.approx([rep.peak_deg for rep in analysis.report.reps], abs=0.001)
    assert reps["verdict"].tolist() == [rep.verdict for rep in analysis.report.reps]
    frames = pd.read_csv(tmp_path / "out" / "frames.csv")
    assert len(frames) == analysis.report.source.frames
