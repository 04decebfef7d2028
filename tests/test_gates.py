"""Accuracy must not fall: the scorer on the kept landmarks of bodies that are kept for tuning.

python -m bench.accuracy tests/data/gate/clips --landmarks tests/data/gate/landmarks
"""

from pathlib import Path

import pytest

from bench import accuracy
from bench.accuracy import evaluate
from bench.clips import find_clips
from bench.figures import FIGURES, Scores
from bench.systems import INGREDIENTS, without
from bench.tables import LIVE, WHOLE, Outcome

GATE = Path(__file__).parent / "data" / "gate"
LEAST = {"sets_exact": 1.0, "rep_f1": 1.0, "exercise_ok": 1.0, "side_accuracy": 1.0, "fault_macro_f1": 1.0}
MOST = {
    "hold_mae_s": 0.12,
    "edge_median_s": 0.07,
    "hip_peak_mae_deg": 3.2,
    "knee_peak_mae_deg": 2.6,
    "false_alarms_per_10_clean_reps": 0.0,
    "wrong_reps": 0.0,
    "confidence_brier": 0.01,
    "unjudged_elsewhere": 0.0,
}
MOST_LIVE = MOST | {"edge_median_s": 0.075}
"""Rest is known only from before the first repetition while it happens."""
NEEDED = {
    "line correction": "hip_peak_mae_deg",
    "bent knees corrected": "knee_peak_mae_deg",
    "bent knees told from how the legs are drawn": "knee_peak_mae_deg",
    "hold within the line's doubt": "hold_mae_s",
}
"""Ingredients, and a figure that their absence must cost here."""


def outcomes() -> list[Outcome]:
    found, problems = evaluate(list(find_clips([GATE / "clips"], GATE / "landmarks", "full")), "full", quick=True)
    assert problems == []
    return found


@pytest.fixture(scope="module")
def kept() -> list[Outcome]:
    return outcomes()


def scores(found: list[Outcome], system: str) -> Scores:
    return [outcome.scores[system] for outcome in found]


@pytest.mark.parametrize("system", [WHOLE, LIVE])
@pytest.mark.parametrize("key", [*LEAST, *MOST])
def test_accuracy_has_not_fallen(kept: list[Outcome], key: str, system: str) -> None:
    if system == LIVE and FIGURES[key].seen_only:
        return
    value = FIGURES[key].value(scores(kept, system))
    assert value is not None
    most = MOST_LIVE if system == LIVE else MOST
    assert LEAST.get(key, 0.0) <= value <= most.get(key, 1.0)


@pytest.mark.parametrize(("label", "key"), NEEDED.items())
def test_without_an_ingredient_accuracy_falls(
    label: str, key: str, kept: list[Outcome], monkeypatch: pytest.MonkeyPatch
) -> None:
    ingredient = next(each for each in INGREDIENTS if each.label == label)
    monkeypatch.setattr(accuracy, "BOTH", {label: without(ingredient)})
    less = FIGURES[key].value(scores(outcomes(), label))
    whole = FIGURES[key].value(scores(kept, WHOLE))
    assert less is not None
    assert whole is not None
    assert less > 1.05 * whole
