"""The network itself on a sample recording; and what the scorer beside the project says of the saved landmarks."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import av
import pytest
from judging import codes
from replays import RENDERED, replayed

from formcheck.session import analyze

UNTIL_S = 13.5
"""Of the sample recording this much is enough for a curl of each leg."""


def first_seconds(video: Path, until_s: float, path: Path) -> Path:
    """The beginning of a recording, its pictures copied as they are."""
    with av.open(str(video)) as source, av.open(str(path), "w") as output:
        stream = source.streams.video[0]
        copy = output.add_stream_from_template(stream)
        for packet in source.demux(stream):
            if packet.pts is not None and packet.pts * packet.time_base < until_s:
                packet.stream = copy
                output.mux(packet)
    return path


def test_the_network_sees_what_is_in_a_sample_recording(sample_videos: Path, tmp_path: Path) -> None:
    name = "leg_curl_alternate"
    truth = json.loads((sample_videos / f"{name}.truth.json").read_text(encoding="utf-8"))
    due = [rep for rep in truth["reps"] if rep["end_s"] < UNTIL_S]
    report = analyze(first_seconds(sample_videos / f"{name}.mp4", UNTIL_S, tmp_path / "short.mp4")).report
    assert (report.exercise, report.exercise_source) == ("leg_curl", "detected")
    assert [rep.side for rep in report.reps] == [rep["side"] for rep in due] == ["right", "left"]
    for rep, true in zip(report.reps, due, strict=True):
        assert true["start_s"] < rep.start_s < rep.top_start_s < rep.top_end_s < rep.end_s < true["end_s"]
        assert rep.peak_deg == pytest.approx(true["peak_deg"], abs=10)
        assert codes(rep) == set()


@pytest.fixture(scope="session")
def score(shared: Path) -> ModuleType:
    """The scorer, which is no package."""
    described = importlib.util.spec_from_file_location("score", shared / "score" / "score.py")
    assert described is not None
    assert described.loader is not None
    module = importlib.util.module_from_spec(described)
    described.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def results(score: ModuleType, shared: Path) -> dict[str, dict[str, Any]]:
    """What the scorer says of each recording whose landmarks are kept."""
    out = {}
    for name in RENDERED:
        (path,) = shared.glob(f"clips*/{name}.truth.json")
        truth = json.loads(path.read_text(encoding="utf-8"))
        out[name] = score.score_clip({"clip": name, **truth}, json.loads(replayed(name).to_json()))
    return out


@pytest.mark.parametrize("name", RENDERED)
def test_each_set_is_exact_for_the_scorer(results: dict[str, dict[str, Any]], name: str) -> None:
    result = results[name]
    assert result["exact"]
    assert result["exercise_ok"]
    assert (result["missed"], result["invented"], result["false_alarms"]) == (0, 0, 0)


LIMITS = [
    ("sets_exact", 1.0, 1.0),
    ("rep_f1", 1.0, 1.0),
    ("hold_mae_s", 0.0, 0.20),
    ("edge_median_s", 0.0, 0.10),
    ("peak_mae_deg", 0.0, 5.0),
    ("side_accuracy", 0.99, 1.0),
    ("side_unknown", 0.0, 0.02),
    ("exercise_ok", 1.0, 1.0),
    ("fault_macro_f1", 0.90, 1.0),
    ("false_alarms_per_10_clean_reps", 0.0, 0.5),
    ("unseen_said", 0.9, 1.0),
]


@pytest.mark.parametrize(("figure", "least", "most"), LIMITS, ids=[name for name, *_ in LIMITS])
def test_totals_of_the_scorer(
    score: ModuleType, results: dict[str, dict[str, Any]], figure: str, least: float, most: float
) -> None:
    assert least <= score.totals(list(results.values()))[figure] <= most
