"""The saved landmarks of `data/`, judged; and the reports kept there to compare with."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from bodies import Film
from judging import report_of

from formcheck.report import Report
from formcheck.saved import SavedLandmarks

DATA = Path(__file__).resolve().parent / "data"
RENDERED = sorted(path.name.removesuffix(".truth.json") for path in DATA.glob("*.truth.json"))
GOLDEN = {"hip_lift": "hip_lift_flat_mixed_d1", "leg_curl": "leg_curl_alternate_d1_m"}
VOLATILE = {"session_id", "started_at", "formcheck_version"}
"""What differs between two runs on the same landmarks, or with every release."""


@cache
def saved(name: str) -> Film:
    with SavedLandmarks(DATA / f"{name}.npz") as source:
        return Film(source.track, source.info)


@cache
def replayed(name: str) -> Report:
    return report_of(saved(name))


def truth_of(name: str) -> dict[str, Any]:
    truth: dict[str, Any] = json.loads((DATA / f"{name}.truth.json").read_text(encoding="utf-8"))
    return truth


def document(name: str) -> dict[str, Any]:
    """A report as it is kept."""
    return {key: value for key, value in json.loads(replayed(name).to_json()).items() if key not in VOLATILE}


def golden_path(exercise: str) -> Path:
    return DATA / f"golden_{exercise}.json"
