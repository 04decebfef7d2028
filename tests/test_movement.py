"""What a repetition measures, by the definitions of docs/DEFINITIONS.md."""

import numpy as np
import pytest
from judging import EDGES, one_rep
from synthetic import FULL_MOVE, Move, longest_hold, script, trace

from formcheck.movement import Rep, crossing, kept, measure, resampled

LOW, HIGH, SLOW = 172.0, 190.0, 25.0


def rep_through(*points: tuple[float, float], rest_deg: float = 128.0, fps: float = 100.0) -> Rep:
    """A repetition along straight lines between (time, angle) points."""
    t, x = zip(*points, strict=True)
    t_s = np.arange(t[0], t[-1], 1 / fps)
    x_deg = np.interp(t_s, t, x)
    return measure("both", t_s, x_deg, np.gradient(x_deg, t_s), {"hip_deg": x_deg}, rest_deg, -np.inf)


@pytest.mark.parametrize("fps", [15.0, 24.0, 30.0, 60.0])
@pytest.mark.parametrize("jitter", [0.0, 0.7])
@pytest.mark.parametrize("move", [Move(), Move(165, up_s=0.7, hold_s=0.4), Move(195, hold_s=0, down_s=0.7)])
def test_edges_lie_where_the_curve_crosses_its_levels(fps: float, jitter: float, move: Move) -> None:
    traced = trace([move], fps=fps, jitter=jitter)
    rep, truth = one_rep(traced), traced.truth[0]
    for edge in EDGES:
        assert getattr(rep, edge) == pytest.approx(getattr(truth, edge), abs=0.035), edge
    assert rep.up_s == pytest.approx(move.up_s, abs=0.08)
    assert rep.down_s == pytest.approx(move.down_s, abs=0.08)


def test_the_middle_part_of_a_smooth_move_is_its_known_share() -> None:
    curve = script([Move(up_s=1.0)], 0.0)
    t = np.arange(1.5, 2.5, 1e-4)
    share = curve(t) / 180
    assert np.interp(0.9, share, t) - np.interp(0.1, share, t) == pytest.approx(FULL_MOVE, abs=0.002)


def test_the_last_crossing_before_the_peak_is_the_start() -> None:
    """A wriggle over 10 % before the lift is not its start."""
    rep = rep_through((0, 128), (0.5, 136), (1, 128), (2, 128), (3, 180), (6, 180), (7, 128))
    assert rep.start_s == pytest.approx(2.1, abs=0.02)


def test_the_first_crossing_after_the_peak_is_the_end() -> None:
    rep = rep_through((0, 128), (1, 180), (4, 180), (5, 128), (6, 138), (7, 128))
    assert rep.end_s == pytest.approx(4.9, abs=0.02)
    assert rep.top_end_s == pytest.approx(4.1, abs=0.02)


def test_edges_of_a_stretch_that_does_not_come_down_are_its_own() -> None:
    rep = rep_through((1, 150), (2, 180), (5, 180), (6, 145))
    assert (rep.start_s, rep.end_s) == pytest.approx((1.0, 5.99))


def test_a_stretch_that_stays_at_the_top_has_all_edges_at_its_ends() -> None:
    rep = rep_through((1, 179), (2, 180), (3, 179))
    assert (rep.start_s, rep.top_start_s, rep.top_end_s, rep.end_s) == pytest.approx((1, 1, 2.99, 2.99))


@pytest.mark.parametrize(
    ("for_s", "seen"), [(0.1, 150.0), (0.25, 180.0)], ids=["a spike is no peak", "kept for longer, it is"]
)
def test_the_peak_is_kept_for_a_moment(for_s: float, seen: float) -> None:
    rep = rep_through((0, 128), (1, 150), (2, 150), (2.001, 180), (2.001 + for_s, 180), (2.002 + for_s, 150), (4, 128))
    assert rep.peak_deg == pytest.approx(seen, abs=1)


def test_what_is_kept_says_since_when() -> None:
    t = np.arange(0, 5, 0.01)
    found = kept(t, np.where((t > 2) & (t < 4), 9.0, 1.0), 0.5)
    assert found.value == pytest.approx(9)
    assert found.at_s == pytest.approx(2.5, abs=0.03)


def test_a_stretch_shorter_than_asked_keeps_its_lowest() -> None:
    assert kept(np.array([0.0, 0.1]), np.array([3.0, 5.0]), 1.0).value == pytest.approx(3)


def test_nothing_known_keeps_nothing() -> None:
    assert np.isnan(kept(np.arange(3.0), np.full(3, np.nan), 0.1)).all()


@pytest.mark.parametrize(
    ("x", "start", "step", "level", "at_s"),
    [
        ([5, 4, 2, 0], 0, 1, 3, 1.5),
        ([0, 2, 4, 5], 3, -1, 3, 1.5),
        ([5, 4, 3, 0], 0, 1, 3, 2.0),
        ([5, np.nan, 1, 0], 0, 1, 3, 1.0),
        ([5, 4, 4, 4], 0, 1, 3, None),
        ([1, 4, 4, 4], 0, 1, 3, 0.0),
    ],
    ids=["down", "backward", "on the level", "over a gap", "never", "already under"],
)
def test_crossing_is_interpolated(x: list[float], start: int, step: int, level: float, at_s: float | None) -> None:
    assert crossing(np.arange(4.0), np.array(x, float), start, step, level) == at_s


@pytest.mark.parametrize("fps", [15.0, 24.0, 30.0, 60.0])
@pytest.mark.parametrize("hold_s", [0.0, 1.0, 2.8, 5.0])
@pytest.mark.parametrize("peak_deg", [176.0, 180.0, 186.0])
def test_hold_by_its_definition(fps: float, hold_s: float, peak_deg: float) -> None:
    traced = trace([Move(peak_deg, hold_s=hold_s)], fps=fps)
    assert one_rep(traced).hold(LOW, HIGH, SLOW).value == pytest.approx(traced.truth[0].hold_s, abs=0.1)


@pytest.mark.parametrize(
    ("gap_s", "whole"),
    [(0.25, True), (0.37, False)],
    ids=["within the grace", "beyond the grace"],
)
def test_a_hold_survives_a_short_interruption(gap_s: float, whole: bool) -> None:
    """Out of the band by a step of 12 deg and back; the speed is not looked at."""
    t = np.arange(0, 3, 0.01)
    x = np.where((t > 1.2) & (t < 1.2 + gap_s), 168.0, 180.0)
    rep = measure("both", t, x, np.zeros(len(t)), {}, 128.0, -np.inf)
    assert rep.hold(LOW, HIGH, SLOW).value == pytest.approx(3.0 if whole else 3.0 - 1.2 - gap_s, abs=0.05)


@pytest.mark.parametrize(
    ("level", "held"), [(171.0, False), (173.0, True), (189.0, True), (191.0, False)], ids=["low", "at", "on", "over"]
)
def test_a_hold_counts_only_within_its_band(level: float, held: bool) -> None:
    t = np.arange(0, 2, 0.01)
    rep = measure("both", t, np.full(len(t), level), np.zeros(len(t)), {}, 128.0, -np.inf)
    assert (rep.hold(LOW, HIGH, SLOW).value > 1) == held


@pytest.mark.parametrize(("speed_dps", "held"), [(24.0, True), (-24.0, True), (26.0, False), (-26.0, False)])
def test_a_hold_counts_only_while_still(speed_dps: float, held: bool) -> None:
    t = np.arange(0, 2, 0.01)
    rep = measure("both", t, np.full(len(t), 180.0), np.full(len(t), speed_dps), {}, 128.0, -np.inf)
    assert (rep.hold(LOW, HIGH, SLOW).value > 1) == held


def test_the_longest_of_several_holds_counts() -> None:
    rep = rep_through((0, 128), (1, 180), (2, 180), (3, 150), (4, 180), (6, 180), (7, 128))
    found = rep.hold(LOW, HIGH, SLOW)
    assert found.value == pytest.approx(2, abs=0.1)
    assert found.at_s == pytest.approx(6, abs=0.1)


def test_a_hold_may_be_looked_for_beside_the_line() -> None:
    rep = one_rep(trace([Move(170.0)], fps=60))
    assert rep.hold(LOW, HIGH, SLOW).value == 0
    assert rep.hold(LOW, HIGH, SLOW, shift_deg=4.0).value > 2.8


def test_the_synthetic_truth_holds_by_the_same_definition() -> None:
    t = np.arange(0, 4, 0.001)
    assert longest_hold(t, np.where((t > 1) & (t < 3), 180.0, 100.0)) == pytest.approx(2, abs=0.01)


def test_peak_speed_of_a_smooth_lift() -> None:
    rep = one_rep(trace([Move(up_s=1.0)], fps=200))
    assert rep.peak_speed_per_s() == pytest.approx(1.875, rel=0.02)


def test_a_lift_that_was_not_seen_rising_has_no_speed() -> None:
    rep = rep_through((1, 180), (3, 180), (4, 128))
    assert rep.up_s == 0
    lone = measure("both", rep.t_s[:1], rep.x_deg[:1], rep.speed_dps[:1], {}, 200.0, -np.inf)
    assert np.isfinite(lone.peak_deg)


@pytest.mark.parametrize(("last_end_s", "pause_s"), [(-np.inf, np.inf), (1.0, 0.69), (9.0, 0.0)])
def test_pause_is_since_the_repetition_before(last_end_s: float, pause_s: float) -> None:
    traced = trace([Move(up_s=1.0)], fps=200)
    assert one_rep(traced, last_end_s=last_end_s).pause_s == pytest.approx(pause_s, abs=0.06)


def test_median_and_sustained_look_only_at_their_time() -> None:
    traced = trace([Move()], fps=60)
    x = np.where((traced.t_s > 4) & (traced.t_s < 5), 30.0, 10.0)
    rep = one_rep(traced, {"x": x, "nothing": np.full(len(x), np.nan)})
    assert rep.sustained("x", 0.3).value == 30
    assert rep.sustained("x", 0.3, 2.0, 3.9).value == 10
    assert (rep.median("x", 4.1, 4.9), rep.median("x", 2, 3)) == (30, 10)
    assert np.isnan(rep.median("nothing", 0, 9))
    assert np.isnan(rep.sustained("nothing", 0.3).value)


def test_resampling_leaves_out_what_is_unknown() -> None:
    grid, x = resampled(np.array([0.0, 0.1, 0.2]), np.array([0.0, np.nan, 2.0]))
    assert np.interp(0.1, grid, x) == pytest.approx(1)
    assert len(resampled(np.arange(3.0), np.full(3, np.nan))[0]) == 0
