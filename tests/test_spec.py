"""What an exercise may say of itself, and what is refused when it is defined."""

from math import inf, nan

import pytest
from judging import CURL, HIP, one_rep
from pydantic import ValidationError
from synthetic import Move, trace

from formcheck.movement import Found
from formcheck.spec import Exercise, Fault, Hold, RepRule, Text

WORDS = Text(ja="あ", en="a")


def fault(**changed: object) -> Fault:
    """A fault of what lies over 10, severely over 15."""
    given = {
        "code": "odd", "label": WORDS, "value": lambda rep: Found(0.0, 0.0), "over": True, "mild": 10.0, "severe": 15.0,
        "unit": "deg", "reason": WORDS, "cue": WORDS, "doubt": 1.0,
    }  # fmt: skip
    return Fault(**{**given, **changed})


@pytest.mark.parametrize(
    ("over", "mild", "severe", "value", "severity"),
    [
        (True, 10, 15, 9.99, None),
        (True, 10, 15, 10.0, None),
        (True, 10, 15, 10.01, "mild"),
        (True, 10, 15, 15.0, "mild"),
        (True, 10, 15, 15.01, "severe"),
        (False, 2.7, 1.5, 2.71, None),
        (False, 2.7, 1.5, 2.69, "mild"),
        (False, 2.7, 1.5, 1.49, "severe"),
        (True, 10, 10, 10.01, "severe"),
        (True, 10, 15, nan, None),
        (False, 10, 5, inf, None),
    ],
)
def test_severity_of_a_value(over: bool, mild: float, severe: float, value: float, severity: str | None) -> None:
    assert fault(over=over, mild=mild, severe=severe).severity(value) == severity


@pytest.mark.parametrize(
    ("over", "value", "severity"),
    [(True, 11.9, None), (True, 12.1, "mild"), (True, 15.1, "severe"), (False, 8.1, None), (False, 7.9, "mild")],
)
def test_a_weak_sign_is_told_only_when_surely_there(over: bool, value: float, severity: str | None) -> None:
    weak = fault(over=over, mild=10, severe=15 if over else 5, doubt=2.0, weak=True)
    assert weak.severity(value) == severity
    assert weak.limit("mild") == 10.0


def test_the_limit_is_the_one_that_was_passed() -> None:
    assert (fault().limit("mild"), fault().limit("severe")) == (10.0, 15.0)


@pytest.mark.parametrize(
    "changed",
    [{"severe": 9.0}, {"over": False}, {"doubt": 0.0}, {"unit": None}, {"colour": "red"}],
    ids=["severe under mild", "wrong direction", "no doubt at all", "no unit", "unknown field"],
)
def test_an_impossible_fault_is_refused(changed: dict) -> None:
    with pytest.raises(ValidationError):
        fault(**changed)


def rule(**changed: object) -> RepRule:
    given = {
        "signals": {"both": "hip_deg"}, "line_deg": 180.0, "least_share": 0.42, "partial_below_deg": 165.0,
        "onset_deg": 8.0, "hold": Hold(below_deg=8, above_deg=10, speed_dps=25),
    }  # fmt: skip
    return RepRule(**{**given, **changed})


@pytest.mark.parametrize(
    ("changed", "least_deg"),
    [({}, 0.42 * 50), ({"line_deg": None, "least_share": 0.0, "least_deg": 138.0}, 8.0)],
    ids=["a share of the way", "a fixed angle"],
)
def test_least_range(changed: dict, least_deg: float) -> None:
    assert rule(**changed).least_range_deg(130.0) == pytest.approx(least_deg)


@pytest.mark.parametrize("changed", [{"line_deg": None}, {"least_share": 0.0}, {"onset_deg": 0.0}])
def test_an_impossible_rule_is_refused(changed: dict) -> None:
    with pytest.raises(ValidationError):
        rule(**changed)


@pytest.mark.parametrize(("sd_deg", "held"), [(0.0, False), (4.0, True)], ids=["sure of the line", "in doubt"])
def test_a_hold_beside_the_line_counts_within_the_doubt_about_it(sd_deg: float, held: bool) -> None:
    traced = trace([Move(169.5)], fps=60)
    rep = one_rep(traced)
    assert (rule().held(type(rep)(**{**_fields(rep), "line_sd_deg": sd_deg})).value > 2.5) == held


def _fields(rep: object) -> dict:
    return {name: getattr(rep, name) for name in rep.__slots__}


def test_without_a_line_the_hold_is_near_the_peak() -> None:
    free = rule(line_deg=None, least_share=0.0, least_deg=38.0, hold=Hold(below_deg=6, above_deg=180, speed_dps=25))
    traced = trace([Move(100, hold_s=1.0, side="left")], 6.0, fps=60, curl=True)
    assert free.held(one_rep(traced, side="left")).value == pytest.approx(traced.truth[0].hold_s, abs=0.05)


def exercise(**changed: object) -> Exercise:
    given = {name: getattr(HIP, name) for name in Exercise.model_fields}
    return Exercise(**{**given, **changed})


@pytest.mark.parametrize(
    "changed",
    [
        {"measures": {"knee_deg": HIP.measures["knee_deg"]}},
        {"relative": frozenset({"nothing"})},
        {"faults": (fault(), fault())},
        {"id": "Hip lift"},
        {"position": "upside_down"},
    ],
    ids=["no driving measure", "unknown relative", "code twice", "bad id", "unknown position"],
)
def test_an_impossible_exercise_is_refused(changed: dict) -> None:
    with pytest.raises(ValidationError):
        exercise(**changed)


def test_a_longer_hold_moves_the_limits_of_the_hold_alone() -> None:
    longer = HIP.holding(5.0)
    assert longer.rep.hold_target_s == 5.0
    moved = {f.code: (g.mild, g.severe) for f, g in zip(HIP.faults, longer.faults, strict=True) if f != g}
    assert moved == {"short_hold": (pytest.approx(4.5), pytest.approx(2.5))}
    assert HIP.holding(None) is HIP
    assert HIP.holding(3.0) is HIP
    assert CURL.holding(5.0) is CURL


def test_an_exercise_cannot_be_changed() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        HIP.id = "other"
