"""Smoothing in time must not depend on the frame rate, nor cost the movement its speed."""

import numpy as np
import pytest
from synthetic import Move, frame_times, trace

from formcheck import filters
from formcheck.filters import fit_at, local_fit, running_median, spans, without_dips, without_outliers
from formcheck.study import SMOOTH_S

RATES = [15.0, 24.0, 29.97, 60.0]


def smooth(traced, sigma_s: float = SMOOTH_S) -> tuple[np.ndarray, np.ndarray]:
    return local_fit(traced.t_s, traced.x_deg, sigma_s)


@pytest.mark.parametrize(
    ("up_s", "loss"), [(2.0, 0.02), (1.1, 0.05), (0.8, 0.09), (0.5, 0.20)], ids=["slow", "limit", "fast", "thrown"]
)
@pytest.mark.parametrize("fps", [24.0, 30.0, 60.0])
def test_a_smooth_move_keeps_its_peak_speed(up_s: float, loss: float, fps: float) -> None:
    speed = np.nanmax(smooth(trace([Move(up_s=up_s)], fps=fps))[1])
    true = 1.875 * 52 / up_s
    assert (1 - loss) * true < speed < 1.01 * true


@pytest.mark.parametrize("fps", RATES)
@pytest.mark.parametrize("jitter", [0.0, 0.8])
def test_value_and_speed_are_the_same_at_any_frame_times(fps: float, jitter: float) -> None:
    fine, coarse = trace([Move(up_s=1.0)], fps=240), trace([Move(up_s=1.0)], fps=fps, jitter=jitter)
    (x, v), (y, w) = smooth(fine), smooth(coarse)
    at = coarse.t_s[5:-5]
    np.testing.assert_allclose(y[5:-5], np.interp(at, fine.t_s, x), atol=0.5)
    np.testing.assert_allclose(w[5:-5], np.interp(at, fine.t_s, v), atol=5)


def test_smoothing_adds_no_delay() -> None:
    traced = trace([Move(hold_s=0, up_s=1.5, down_s=1.5)], fps=60)
    value, _ = smooth(traced)
    assert abs(traced.t_s[value.argmax()] - 3.0) < 0.02


def test_noise_is_reduced() -> None:
    traced = trace([], tail_s=20, white=2.0)
    assert smooth(traced)[0].std() < 0.5 * traced.x_deg.std()


@pytest.mark.parametrize("fps", [15.0, 30.0])
@pytest.mark.parametrize("gap_s", [0.1, 0.2, 0.28])
def test_short_gaps_are_bridged(gap_s: float, fps: float) -> None:
    traced = trace([Move()], fps=fps)
    x = traced.x_deg.copy()
    hole = (traced.t_s > 2.3) & (traced.t_s < 2.3 + gap_s)
    x[hole] = np.nan
    value, _ = local_fit(traced.t_s, x, SMOOTH_S)
    np.testing.assert_allclose(value[hole], traced.x_deg[hole], atol=1.5)


def test_long_gaps_stay_unknown() -> None:
    t = frame_times(4, 30)
    x = np.where((t > 1) & (t < 2), np.nan, 5.0)
    value, slope = local_fit(t, x, SMOOTH_S)
    assert np.isnan(value[(t > 1.3) & (t < 1.7)]).all()
    assert np.isnan(slope[(t > 1.3) & (t < 1.7)]).all()
    np.testing.assert_allclose(value[(t < 1) | (t > 2)], 5, atol=1e-6)


def test_a_straight_line_stays_itself() -> None:
    t = frame_times(3, 30, jitter=0.6)
    value, slope = local_fit(t, 7 + 20 * t, SMOOTH_S)
    np.testing.assert_allclose(value, 7 + 20 * t, atol=0.01)
    np.testing.assert_allclose(slope, 20, atol=0.05)


def test_chosen_rows_are_fitted_like_all() -> None:
    traced = trace([Move()], white=1)
    rows = np.array([3, 40, 41, 90])
    for some, every in zip(fit_at(traced.t_s, traced.x_deg, rows, SMOOTH_S), smooth(traced), strict=True):
        np.testing.assert_allclose(some, every[rows], atol=1e-9)


def test_long_signals_are_fitted_in_blocks_without_a_seam(monkeypatch: pytest.MonkeyPatch) -> None:
    traced = trace([Move()], white=1)
    at_once = (
        smooth(traced)[0],
        running_median(traced.t_s, traced.x_deg, 0.3),
        without_outliers(traced.t_s, traced.x_deg),
    )
    monkeypatch.setattr(filters, "BLOCK", 37)
    in_parts = (
        smooth(traced)[0],
        running_median(traced.t_s, traced.x_deg, 0.3),
        without_outliers(traced.t_s, traced.x_deg),
    )
    for a, b in zip(at_once, in_parts, strict=True):
        np.testing.assert_allclose(a, b, atol=1e-9)


def test_two_samples_are_too_few() -> None:
    value, slope = local_fit(np.array([0.0, 0.03]), np.array([1.0, 2.0]), SMOOTH_S)
    assert np.isnan([value, slope]).all()


def test_nothing_in_nothing_out() -> None:
    empty = np.empty(0)
    assert [len(x) for x in local_fit(empty, empty, SMOOTH_S)] == [0, 0]
    assert len(without_outliers(empty, empty)) == len(running_median(empty, empty, 0.5)) == 0


@pytest.mark.parametrize("fps", RATES)
@pytest.mark.parametrize(
    ("moves", "off"),
    [([], -12.0), ([], 12.0), ([Move()], -40.0), ([Move()], 90.0)],
    ids=["-", "+", "- moving", "+ moving"],
)
def test_single_wrong_samples_are_removed(fps: float, moves: list[Move], off: float) -> None:
    traced = trace(moves, fps=fps, white=0.5, tail_s=5)
    wrong = np.arange(7, len(traced.x_deg), 23)
    x = traced.x_deg.copy()
    x[wrong] += off
    clean = without_outliers(traced.t_s, x)
    assert np.isnan(clean[wrong]).all()
    assert np.isnan(np.delete(clean, wrong)).mean() < 0.02


@pytest.mark.parametrize("up_s", [0.4, 0.8, 2.0])
def test_a_move_is_no_outlier(up_s: float) -> None:
    traced = trace([Move(up_s=up_s, down_s=up_s)])
    assert not np.isnan(without_outliers(traced.t_s, traced.x_deg)).any()


def test_outliers_are_removed_from_a_copy() -> None:
    x = np.zeros(30)
    x[10] = 50
    without_outliers(np.arange(30) / 30, x)
    assert x[10] == 50


@pytest.mark.parametrize("fps", [15.0, 30.0, 60.0])
@pytest.mark.parametrize(
    ("dip_s", "filled"), [(0.2, True), (0.35, True), (0.8, False)], ids=["moment", "longer", "valley"]
)
def test_short_dips_are_filled_and_valleys_kept(fps: float, dip_s: float, filled: bool) -> None:
    t = frame_times(4, fps)
    x = np.where((t > 2) & (t < 2 + dip_s), 60.0, 100.0)
    assert (without_dips(t, x, 0.5, 6.0, 0.5).min() == 100) == filled


@pytest.mark.parametrize(("deepest", "filled"), [(0.5, True), (0.7, False)], ids=["hidden", "believed"])
def test_deep_dips_are_believed(deepest: float, filled: bool) -> None:
    t = frame_times(4, 30)
    x = np.where((t > 2) & (t < 2.2), 60.0, 100.0)
    assert (without_dips(t, x, 0.5, 6.0, deepest).min() == 100) == filled


def test_slopes_and_small_dips_stay_as_they_are() -> None:
    traced = trace([Move()], white=0.5)
    np.testing.assert_array_equal(without_dips(traced.t_s, traced.x_deg, 0.5, 6.0, 0.5), traced.x_deg)


def test_dips_in_what_is_unknown() -> None:
    t = np.arange(6) / 10
    x = np.array([np.nan, 5, np.nan, 5, 5, np.nan])
    np.testing.assert_array_equal(without_dips(t, x, 0.5, 6.0, 0.5), x)


def test_running_median_passes_over_what_is_unknown() -> None:
    t = np.arange(10.0)
    x = np.array([1, np.nan, 3, np.nan, np.nan, np.nan, np.nan, 8, 9, 10])
    np.testing.assert_array_equal(running_median(t, x, 1.0), [1, 2, 3, 3, np.nan, np.nan, 8, 8.5, 9, 9.5])


@pytest.mark.parametrize(
    ("on", "bridge_s", "found"),
    [
        ([], 0.0, []),
        ([0, 0], 0.0, []),
        ([1, 1, 1], 0.0, [(0, 3)]),
        ([0, 1, 1, 0, 1], 0.0, [(1, 3), (4, 5)]),
        ([0, 1, 1, 0, 1], 2.0, [(1, 5)]),
        ([1, 0, 0, 0, 1], 2.0, [(0, 1), (4, 5)]),
    ],
    ids=["empty", "never", "always", "twice", "bridged", "too far apart"],
)
def test_spans(on: list[int], bridge_s: float, found: list[tuple[int, int]]) -> None:
    assert spans(np.arange(float(len(on))), np.array(on, bool), bridge_s) == found
