"""The evaluation: its scorer is the official one, its systems do what they say, its command names what is damaged."""

from __future__ import annotations

import importlib.util
import json
import random
import shutil
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from bodies import Camera, Film, curls, film, flat, lifts, slide_in
from figures import SAMPLES, save_figure
from replays import RENDERED, replayed
from synthetic import Move

from bench import accuracy, confidence, peers, systems, tables
from bench import figures as bench_figures
from bench.scoring import Answer, Score, score_clip
from bench.truth import DamagedTruthError, Truth, measure, read_truth
from formcheck import hindsight, line
from formcheck.exercises import all_exercises

LIFTS = film(lifts([Move()] * 3, rest_deg=122.0), camera=Camera(white_px=0.4))
CURLS = film(curls([Move(100, side="left"), Move(100, side="right")]), camera=Camera(bias_deg=0.0, white_px=0.4))


# The scorer


@pytest.fixture(scope="session")
def official(shared: Path) -> ModuleType:
    """The scorer beside the project."""
    described = importlib.util.spec_from_file_location("official_score", shared / "score" / "score.py")
    assert described is not None
    assert described.loader is not None
    module = importlib.util.module_from_spec(described)
    described.loader.exec_module(module)
    return module


def invented_report(truth: dict[str, Any], seed: int) -> dict[str, Any]:
    """A report that is right or wrong in every way, from the truth itself."""
    rng = random.Random(seed)
    true = measure(Truth.model_validate(truth))
    reps = [said_of(rep.model_dump(), rng) for rep in true if rng.random() < 0.9]
    reps += [said_of(rep.model_dump(), rng, later_s=rng.uniform(0.5, 9.0)) for rep in true if rng.random() < 0.15]
    gaps = [(a + rng.uniform(-1, 1), b + rng.uniform(-1, 1)) for a, b in [*truth.get("lost_s", []), (3.0, 4.0)]]
    return {
        "exercise": rng.choice([truth["exercise"], truth["exercise"], None]),
        "reps": sorted(reps, key=lambda rep: rep["start_s"]),
        "unjudged": [{"start_s": a, "end_s": max(a, b), "reason": "person_lost"} for a, b in gaps],
    }


CODES = [
    "low_height",
    "lumbar_arch",
    "short_hold",
    "momentum",
    "fast_lowering",
    "bounce",
    "incomplete_curl",
    "heels_up",
]


def said_of(true: dict[str, Any], rng: random.Random, later_s: float = 0.0) -> dict[str, Any]:
    rep = true["rep"]
    edges = {k: (true["edges"].get(k, rep[k])) for k in ("start_s", "top_start_s", "top_end_s", "end_s")}
    codes = {fault["code"] for fault in rep["faults"]} ^ set(rng.sample(CODES, rng.choice([0, 0, 0, 1, 2])))
    return {
        **{k: round(t + later_s + rng.gauss(0, 0.2), 3) for k, t in edges.items()},
        "side": rng.choice([rep["side"]] * 4 + ["left", "unknown"]),
        "peak_deg": None if rep["peak_deg"] is None else rep["peak_deg"] + rng.gauss(0, 4),
        "hold_s": rng.choice([rep["hold_s"], None, 2.0]),
        "confidence": rng.choice([None, rng.random()]),
        "faults": [{"code": code} for code in sorted(codes)],
    }


def assert_same(official: ModuleType, truths: list[dict[str, Any]], reports: list[dict[str, Any] | None]) -> None:
    theirs = [official.score_clip(truth, report) for truth, report in zip(truths, reports, strict=True)]
    ours = [
        score_clip(Truth.model_validate(truth), None if report is None else Answer.model_validate(report))
        for truth, report in zip(truths, reports, strict=True)
    ]
    for mine, other in zip(ours, theirs, strict=True):
        for key, value in other.items():
            found = getattr(mine, key)
            if key == "faults":
                assert sorted(found) == sorted(value), mine.clip
            else:
                close = value if key in ("clip", "side") else pytest.approx(value, abs=1e-12, nan_ok=True)
                assert found == close, (mine.clip, key)
    assert_same_totals(ours, official.totals(theirs))


def assert_same_totals(ours: list[Score], totals: dict[str, Any]) -> None:
    for key, figure in bench_figures.FIGURES.items():
        if key in totals:
            value = figure.value(ours)
            digits = {"rep_f1": 4, "false_alarms_per_10_clean_reps": 2}.get(key, 3)
            assert (None if value is None else round(value, digits)) == totals[key], key
    mine = {
        code: {"f1": t.f1, "true": t.found + t.lost, "found": t.found, "false": t.false, "clean": t.clean + t.false}
        for code, t in bench_figures.tallies(ours).items()
    }
    assert mine == totals["faults"]


def loaded(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content


def test_scores_are_the_official_ones_on_formchecks_reports(official: ModuleType, shared: Path) -> None:
    truths = [loaded(next(shared.glob(f"clips*/{name}.truth.json"))) for name in RENDERED]
    reports: list[dict[str, Any] | None] = [json.loads(replayed(name).to_json()) for name in RENDERED]
    assert_same(official, truths, reports)
    assert_same(official, truths, [None, *reports[1:]])


@pytest.mark.parametrize("folder", ["clips", "clips-flat", "clips-habits"])
def test_scores_are_the_official_ones_on_reports_with_every_mistake(
    official: ModuleType, shared: Path, folder: str
) -> None:
    truths = [loaded(path) for path in sorted((shared / folder).glob("*.truth.json"))]
    for seed in range(5):
        assert_same(official, truths, [invented_report(truth, seed) for truth in truths])


def truth_of(taken: Film, exercise: str = "hip_lift", **more: Any) -> dict[str, Any]:
    """A truth file as of a film whose signal is drawn by straight lines through its repetitions' edges."""
    knots = [(0.0, 0.0)]
    for rep in taken.truth:
        knots += [(rep.start_s, 0.1), (rep.top_start_s, 0.9), ((rep.top_start_s + rep.top_end_s) / 2, 1.0)]
        knots += [(rep.top_end_s, 0.9), (rep.end_s, 0.1), (rep.end_s + 0.3, 0.0)]
    t_s = taken.track.t_s
    share = np.interp(t_s, *np.array(knots).T)
    rest_deg, peak_deg = (122.0, 180.0) if exercise == "hip_lift" else (6.0, 100.0)
    signal = (rest_deg + share * (peak_deg - rest_deg)).tolist()
    reps = [
        {
            **{k: getattr(rep, k) for k in ("side", "start_s", "top_start_s", "top_end_s", "end_s", "hold_s")},
            "peak_deg": rep.peak_deg, "up_10_90_s": rep.up_s * 0.507, "down_90_10_s": rep.down_s * 0.507,
        }
        for rep in taken.truth
    ]  # fmt: skip
    names = ("hip_deg_signed",) if exercise == "hip_lift" else ("knee_flexion_left_deg", "knee_flexion_right_deg")
    return {
        "clip": "made", "file": "made.mp4", "exercise": exercise, "fps": 30.0, "duration_s": float(t_s[-1]),
        "rest_hip_deg": rest_deg, "reps": reps, "per_frame": {"t_s": t_s.tolist(), **dict.fromkeys(names, signal)},
        **more,
    }  # fmt: skip


TRUTH = Truth.model_validate(truth_of(LIFTS))


def perfect() -> list[dict[str, Any]]:
    """The repetitions of a report that is right."""
    return [
        {
            **rep.edges,
            "side": "both",
            "peak_deg": rep.rep.peak_deg,
            "hold_s": rep.rep.hold_s,
            "faults": [],
            "confidence": 0.9,
        }
        for rep in measure(TRUTH)
    ]


def scored(reps: list[dict[str, Any]], truth: Truth = TRUTH, **more: Any) -> Score:
    return score_clip(truth, Answer.model_validate({"exercise": "hip_lift", "reps": reps, **more}))


def test_a_right_report_has_no_errors() -> None:
    score = scored(perfect())
    assert (score.true, score.exact, score.missed, score.invented, score.clean_reps, score.wrong) == (
        3,
        True,
        0,
        0,
        3,
        0,
    )
    assert max(score.edges) == max(score.peak) == max(score.hold) == 0.0
    assert score.brier == pytest.approx([0.01] * 3)


def test_a_missed_and_an_invented_repetition_are_counted() -> None:
    reps = perfect()
    assert (scored(reps[1:]).missed, scored(reps[1:]).exact) == (1, False)
    moved = {**reps[0], "start_s": reps[0]["end_s"] + 0.1, "end_s": reps[0]["end_s"] + 0.4}
    assert (scored([*reps, moved]).invented, scored([moved, *reps[1:]]).missed) == (1, 1)


def test_a_false_alarm_lowers_the_fault_it_names_only() -> None:
    reps = perfect()
    reps[0]["faults"] = [{"code": "momentum"}]
    score = scored(reps)
    assert (score.false_alarms, score.wrong) == (1, 1)
    assert bench_figures.tallies([score])["momentum"].false == 1
    assert bench_figures.tallies([score])["fast_lowering"].false == 0


def test_faults_named_without_a_dose_are_counted_apart() -> None:
    content, reps = truth_of(LIFTS), perfect()
    content["reps"][0]["faults"] = [{"code": "heels_up"}]
    reps[1]["faults"] = [{"code": "heels_up"}]
    score = scored(reps, Truth.model_validate(content))
    assert bench_figures.tallied(score.named)["heels_up"] == (0, 1, 1, len(reps) - 2)
    assert "heels_up" not in bench_figures.tallies([score])


def test_doses_near_a_limit_are_not_scored() -> None:
    content = truth_of(LIFTS)
    content["reps"][0]["peak_deg"] = 188.0
    codes = [code for code, _, _ in scored(perfect(), Truth.model_validate(content)).faults]
    assert codes.count("lumbar_arch") == 2


def test_unjudged_stretches_count_inside_and_outside_of_what_was_lost() -> None:
    truth = Truth.model_validate(truth_of(LIFTS, lost_s=[[1.0, 3.0]]))
    score = scored(perfect(), truth, unjudged=[{"start_s": 2.0, "end_s": 4.0}])
    assert score.unseen_said == pytest.approx(0.5)
    assert score.unjudged_elsewhere_s == pytest.approx(1.0)
    assert bench_figures.unjudged_elsewhere([score]) == pytest.approx(1.0 / (truth.duration_s - 2.0))


# The figures


def made_score(right: list[bool], confidence: float = 0.9, **more: Any) -> Score:
    blank = Score("made", "hip_lift", len(right), len(right), True, 0, 0, True, float("nan"), 0.0, 10.0)
    return replace(blank, sure=[(confidence, r) for r in right], wrong=right.count(False), **more)


def test_the_interval_is_the_same_every_time_and_holds_the_value() -> None:
    scores = [made_score([True], peak=[float(k)]) for k in range(12)]
    figure = bench_figures.FIGURES["peak_mae_deg"]
    first, again = bench_figures.estimate(scores, figure), bench_figures.estimate(scores, figure)
    assert first == again
    assert first.low is not None
    assert first.high is not None
    assert first.low < 5.5 == first.value < first.high
    # The mean of 12 draws from 0..11 has a standard error of 3.45 / sqrt(12) = 1.0.
    assert (first.low, first.high) == pytest.approx((5.5 - 1.96, 5.5 + 1.96), abs=0.25)


def test_what_cannot_be_measured_has_no_value() -> None:
    scores = [made_score([True])] * 3
    assert bench_figures.estimate(scores, bench_figures.FIGURES["knee_peak_mae_deg"]) == bench_figures.Estimate(
        None, None, None
    )
    assert bench_figures.estimate([], bench_figures.FIGURES["rep_f1"]).value is None
    assert tables.with_interval(bench_figures.Estimate(None, None, None), 2) == "–"


def test_a_small_difference_on_every_clip_is_more_than_chance() -> None:
    figure = bench_figures.FIGURES["peak_mae_deg"]
    scores = [made_score([True], peak=[float(k)]) for k in range(12)]
    worse = [replace(score, peak=[score.peak[0] + 0.1]) for score in scores]
    mixed = [replace(score, peak=[score.peak[0] + (1 if k % 2 else -1)]) for k, score in enumerate(scores)]
    assert bench_figures.differs(worse, scores, figure)
    assert not bench_figures.differs(mixed, scores, figure)


def test_the_area_is_one_where_arches_read_higher_than_all_others() -> None:
    auc = bench_figures.FIGURES["arch_auc"].value
    assert auc([made_score([True], beyond=[(15.0, 9.0), (2.0, 8.0), (-40.0, -30.0)])]) == 1.0
    assert auc([made_score([True], beyond=[(15.0, 9.0), (2.0, 10.0), (-2.0, 9.0), (8.0, 50.0)])]) == 0.25
    assert auc([made_score([True], beyond=[(2.0, 8.0)])]) is None


def test_calibration_counts_every_repetition_once() -> None:
    bins = confidence.calibration([made_score([True, False, True, True], 0.75), made_score([True], 1.0)])
    assert [(b.count, b.confidence, b.right) for b in bins] == [(4, 0.75, 0.75), (1, 1.0, 1.0)]
    assert all(b.low <= b.right <= b.high for b in bins)


def test_leaving_out_the_least_sure_leaves_fewer_and_better() -> None:
    scores = [made_score([False, True], 0.5), made_score([True, True], 0.9)]
    assert confidence.chosen(scores, 0.0) == (1.0, 0.25)
    assert confidence.chosen(scores, 0.9) == (0.5, 0.0)
    assert confidence.chosen(scores, 0.95) == (0.0, None)


def test_the_surest_verdicts_come_first() -> None:
    coverage, risk = confidence.risk_coverage([made_score([False], 0.5), made_score([True, True, True], 0.9)])
    assert coverage.tolist() == [0.25, 0.5, 0.75, 1.0]
    assert risk.tolist() == [0.0, 0.0, 0.0, 0.25]


# formcheck without an ingredient


def peaks_of(answer: Answer | None) -> list[float]:
    return [rep.peak_deg or np.nan for rep in answer.reps] if answer else []


def test_nothing_taken_out_is_formcheck_itself() -> None:
    for taken in (LIFTS, CURLS):
        assert systems.looking_back_with([], taken.track, taken.info) == systems.looking_back(taken.track, taken.info)


def test_live_is_told_the_exercise() -> None:
    taken = film(lifts([Move(hold_s=1.0)]))
    answer = systems.live(taken.track, taken.info, "hip_lift")
    assert answer is not None
    assert len(answer.reps) == 1
    assert systems.live(LIFTS.track, LIFTS.info, "handstand") is None


@pytest.mark.parametrize("ingredient", systems.INGREDIENTS, ids=lambda i: i.label)
def test_every_ingredient_can_be_taken_out_and_is_put_back(ingredient: systems.Ingredient) -> None:
    changes = ingredient.changes()
    before = [getattr(change.owner, change.name) for change in changes]
    for taken in (LIFTS, CURLS):
        answer = systems.without(ingredient)(taken.track, taken.info, "")
        assert answer is not None
        assert len(answer.reps) == len(taken.truth)
    assert [getattr(change.owner, change.name) for change in changes] == before


def without(label: str) -> systems.Judged:
    return systems.without(next(i for i in systems.INGREDIENTS if i.label == label))


def test_without_the_line_angles_are_as_the_landmarks_show_them() -> None:
    taken = film(lifts([Move()] * 2), camera=Camera(bias_deg=9.0))
    raw = peaks_of(without("line correction")(taken.track, taken.info, ""))
    assert raw == pytest.approx([189.0] * 2, abs=1.0)
    assert max(peaks_of(systems.looking_back(taken.track, taken.info))) < 186


def test_with_the_prior_only_every_line_lies_at_the_same_place() -> None:
    judge = without("line from the recording")
    for bias_deg in (0.0, 9.0):
        taken = film(flat(2.0), slide_in(1.5), lifts([Move()] * 2), camera=Camera(bias_deg=bias_deg))
        expected = 180.0 + bias_deg - line.RULES[False, False].offset_deg
        assert peaks_of(judge(taken.track, taken.info, "")) == pytest.approx([expected] * 2, abs=1.0)


def test_a_name_that_is_gone_is_an_error() -> None:
    with (
        pytest.raises(AttributeError),
        systems.changed([systems.Change(line, "TOPS_SD_DEG", 0.0), systems.Change(line, "no_such_thing", 0.0)]),
    ):
        pass
    assert line.TOPS_SD_DEG != 0.0


# Simple rules


def test_fixed_thresholds_count_whom_they_fit_and_miss_who_rests_higher() -> None:
    answer = peers.fixed_thresholds(LIFTS.track, LIFTS.info, "hip_lift")
    assert answer is not None
    assert len(answer.reps) == 3
    open_hips = film(lifts([Move()] * 3, rest_deg=138.0))
    missed = peers.fixed_thresholds(open_hips.track, open_hips.info, "hip_lift")
    assert missed is not None
    assert missed.reps == []


def test_fixed_thresholds_count_each_leg() -> None:
    answer = peers.fixed_thresholds(CURLS.track, CURLS.info, "leg_curl")
    assert answer is not None
    assert [rep.side for rep in answer.reps] == ["left", "right"]


@pytest.mark.parametrize("system", [peers.fixed_thresholds, peers.unsigned])
def test_an_unsigned_angle_is_blind_beyond_the_line(system: systems.Judged) -> None:
    arched = film(lifts([Move(196.0)] * 2, rest_deg=122.0), camera=Camera(bias_deg=0.0))
    answer = system(arched.track, arched.info, "hip_lift")
    assert answer is not None
    assert len(answer.reps) == 2
    assert max(peaks_of(answer)) <= 180.0
    assert "lumbar_arch" not in {fault.code for rep in answer.reps for fault in rep.faults}


@pytest.mark.parametrize(("taken", "exercise"), [(LIFTS, "hip_lift"), (CURLS, "leg_curl")])
def test_peaks_of_the_height_are_repetitions_at_their_times(taken: Film, exercise: str) -> None:
    answer = peers.height_peaks(taken.track, taken.info, exercise)
    assert answer is not None
    assert [rep.side for rep in answer.reps] == [rep.side for rep in taken.truth]
    for rep, true in zip(answer.reps, taken.truth, strict=True):
        assert (rep.start_s, rep.end_s) == pytest.approx((true.start_s, true.end_s), abs=0.4)
        assert rep.peak_deg is None


def test_a_peak_stands_out_from_both_sides() -> None:
    x = np.interp(np.arange(0.0, 7.0, 0.1), range(8), [0.0, 1.0, 0.8, 1.2, 0.0, 0.3, 0.0, 1.0])
    assert [round(0.1 * peak, 1) for _, peak, _ in peers.peaks(x, 0.5)] == [3.0]
    assert [round(0.1 * peak, 1) for _, peak, _ in peers.peaks(x, 0.15)] == [1.0, 3.0, 5.0]


def test_normalised_coordinates_stretch_the_body() -> None:
    stretched = peers.normalised(lambda track, info, _: Answer(exercise=f"{info.width_px}x{info.height_px}"))
    assert stretched(LIFTS.track, LIFTS.info, "") == Answer(exercise="360x360")
    true, seen = (
        peaks_of(system(LIFTS.track, LIFTS.info, "hip_lift")) for system in (peers.unchanged, peers.PEERS[NORMALISED])
    )
    assert seen != pytest.approx(true, abs=1.0)


NORMALISED = "formcheck on normalised coordinates"


def test_simple_rules_are_silent_about_what_they_do_not_know() -> None:
    lift = peers.fixed_thresholds(LIFTS.track, LIFTS.info, "hip_lift")
    assert lift is not None
    assert {rep.confidence for rep in lift.reps} == {None}
    for name in ("fixed 160/130 deg, unsigned angle", "peaks of the height in the picture"):
        assert peers.PEERS[name](LIFTS.track, LIFTS.info, "heel_raise") is None
    nobody = LIFTS.unseen(0.0, 1e9)
    for judge in peers.PEERS.values():
        answer = judge(nobody.track, nobody.info, "hip_lift")
        assert answer is None or answer.reps == []


# The command


CLIPS, UNTIL_S = ("hip_lift_mixed", "leg_curl_alternate"), 12.0


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two clips without their videos, whose landmarks are kept; the network may not be asked."""

    def refuse(*_: object) -> None:
        raise AssertionError("the network was asked")

    monkeypatch.setattr("bench.clips.Watch", refuse)
    kept = tmp_path / "landmarks" / "full" / "clips"
    kept.mkdir(parents=True)
    (tmp_path / "clips").mkdir()
    for name in CLIPS:
        shutil.copy(SAMPLES / f"{name}.truth.json", tmp_path / "clips")
        save_figure(kept / f"{name}.npz", name, UNTIL_S)
    return tmp_path / "clips"


def run(folder: Path, *more: str) -> tuple[int, Path]:
    base = folder.parent
    arguments = [str(folder), "--landmarks", str(base / "landmarks"), "--out", str(base / "docs"), "--workers", "1"]
    return accuracy.main([*arguments, *more]), base / "docs" / "accuracy"


def test_kept_landmarks_are_evaluated_with_and_without_everything(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bench_figures, "RESAMPLES", 20)
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    monkeypatch.setattr(accuracy, "find_spec", lambda name: None)
    (folder / f"{CLIPS[0]}.truth.json").unlink()
    code, out = run(folder)
    text = (out / "clips_full.md").read_text(encoding="utf-8")
    assert code == 0
    assert text.strip() == capsys.readouterr().out.strip()
    for label in [
        *accuracy.MEANINGS.values(),
        *peers.PEERS,
        *(figure.label for figure in bench_figures.FIGURES.values()),
    ]:
        assert f"| {label} |" in text
    assert "1 clip (1 leg_curl)" in text
    assert [path.name for path in out.iterdir()] == ["clips_full.md"]


DAMAGES: dict[str, Callable[[dict[str, Any]], object]] = {
    "no exercise": lambda t: t.pop("exercise"),
    "a repetition without a peak": lambda t: t["reps"][0].pop("peak_deg"),
    "a word for a number": lambda t: t["reps"][0].update(end_s="soon"),
    "times that stand still": lambda t: t["per_frame"]["t_s"].__setitem__(5, 0.0),
    "a shorter signal": lambda t: t["per_frame"]["hip_deg_signed"].pop(),
    "no rest": lambda t: t.pop("rest_hip_deg"),
    "not a number": lambda t: t["reps"][0].update(peak_deg=float("nan")),
    "no frames": lambda t: t["per_frame"].update(t_s=[]),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_damage_in_a_truth_file_is_found(tmp_path: Path, damage: Callable[[dict[str, Any]], object]) -> None:
    content = truth_of(LIFTS)
    damage(content)
    path = tmp_path / "made.truth.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(DamagedTruthError, match=r"made\.truth\.json: damaged truth: .") as raised:
        read_truth(path)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("content", [b"", b"{", b"null", b"[1]", b"\xff\xfe\x00", b"[" * 100_000])
def test_a_file_that_is_no_truth_is_found(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "made.truth.json"
    path.write_bytes(content)
    with pytest.raises(DamagedTruthError, match=r"made\.truth\.json: damaged truth: ."):
        read_truth(path)


def test_a_damaged_truth_file_is_named_and_the_rest_goes_on(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(accuracy, "find_spec", lambda name: None)
    monkeypatch.setattr(accuracy, "BOTH", {tables.WHOLE: systems.looking_back, tables.LIVE: systems.looking_back})
    monkeypatch.setattr(bench_figures, "RESAMPLES", 5)
    (folder / "bad.truth.json").write_bytes(b"{")
    (folder / f"{CLIPS[0]}.truth.json").unlink()
    code, out = run(folder, "--quick")
    told = [line for line in capsys.readouterr().err.splitlines() if "bad" in line]
    assert code == 2
    assert len(told) == 1
    assert "bad.truth.json: damaged truth" in told[0]
    text = (out / "clips_full.md").read_text(encoding="utf-8")
    assert "1 clip (1 leg_curl)" in text
    assert "bad.truth.json: damaged truth" in text


def test_a_system_that_fails_has_no_answer_and_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise IndexError("too few")

    monkeypatch.setattr(accuracy, "BOTH", {tables.WHOLE: systems.looking_back, tables.LIVE: fails})
    clip = next(iter(accuracy.find_clips([folder], folder.parent / "landmarks", "full")))
    (outcome,), problems = accuracy.evaluate([clip], "full", quick=True)
    assert problems == ["clips/hip_lift_mixed: live fails: IndexError: too few"]
    assert outcome.scores[tables.LIVE].missed == outcome.scores[tables.LIVE].true > 0
    assert outcome.scores[tables.WHOLE].reported > 0


def test_every_exercise_has_a_row_of_its_own(folder: Path) -> None:
    clips = accuracy.find_clips([folder], folder.parent / "landmarks", "full")
    outcomes, _ = accuracy.evaluate(list(clips), "full", quick=True)
    rows = [line.split(" | ")[0] for line in tables.groups(outcomes, tables.WHOLE)]
    assert {"| hip_lift", "| leg_curl"} <= set(rows)
    assert "| hip_lift" not in {line.split(" | ")[0] for line in tables.groups(outcomes[:1], tables.WHOLE)}


def test_a_missing_and_an_unreadable_video_are_named(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in CLIPS:
        (folder.parent / "landmarks" / "full" / "clips" / f"{name}.npz").unlink()
    (folder / f"{CLIPS[1]}.mp4").write_bytes(b"no video")
    code, out = run(folder)
    missing, unreadable = [line for line in capsys.readouterr().err.splitlines() if ".mp4" in line]
    assert code == 2
    assert f"{CLIPS[0]}.mp4: the video is missing" in missing
    assert f"{CLIPS[1]}.mp4" in unreadable
    assert not out.exists()


def test_landmarks_are_seen_once_and_kept(tmp_path: Path, sample_videos: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (clip,) = [
        c for c in accuracy.find_clips([sample_videos], tmp_path, "full") if c.name.endswith("leg_curl_alternate")
    ]
    asked = []

    class Seen:
        def __init__(self, source: Any, model: str) -> None:
            asked.append(model)

        def run(self) -> None:
            pass

        def finish(self) -> Any:
            return LIFTS.track, []

    monkeypatch.setattr("bench.clips.Watch", Seen)
    first, again = clip.track("leg_curl_alternate.mp4", "full"), clip.track("leg_curl_alternate.mp4", "full")
    assert asked == ["full"]
    assert clip.landmarks == tmp_path / "full" / "sample_videos" / "leg_curl_alternate.npz"
    assert np.array_equal(first[0].xy_px, again[0].xy_px)
    clip.landmarks.write_bytes(b"damaged")
    clip.track("leg_curl_alternate.mp4", "full")
    assert asked == ["full", "full"]


def test_a_folder_without_truth_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(tmp_path / "nothing")[0] == 2
    assert "nothing: no truth files" in capsys.readouterr().err


def test_mistakes_are_told_in_words() -> None:
    score = scored(perfect()[1:])
    assert tables.mistakes(score) == "1 repetition missed, 2 repetitions instead of 3"
    assert tables.mistakes(scored(perfect())) == ""


def test_the_exercises_are_as_they_were() -> None:
    assert hindsight.all_exercises is all_exercises
