"""Smoothing in time: outliers, values and speeds of unevenly sampled signals.

Every width is in seconds, so the same signal gives the same result at any frame rate.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from formcheck.records import Floats

BLOCK = 1024
"""Rows fitted at once, so that memory does not grow with the recording."""


def neighbours(t_s: Floats, at: NDArray[np.int_], before_s: float, after_s: float) -> NDArray[np.int_]:
    """(len(at), K) indices of the samples from `before_s` before to `after_s` after each row of `at`; -1 pads."""
    first = np.searchsorted(t_s, t_s[at] - before_s)
    last = np.searchsorted(t_s, t_s[at] + after_s, "right")
    width = int((last - first).max(initial=1))
    index = first[:, None] + np.arange(width)
    return np.where(index < last[:, None], index, -1)


def without_outliers(t_s: Floats, x: Floats, reach_s: float = 0.2, floor: float = 3.0) -> Floats:
    """`x` with NaN where it stands apart from the median of its neighbours (Hampel).

    A sample goes when it is more than 3 robust standard deviations and more than `floor` (units of x) away.
    """
    clean = x.copy()
    for start in range(0, len(x), BLOCK):
        at = np.arange(start, min(start + BLOCK, len(x)))
        index = neighbours(t_s, at, reach_s, reach_s)
        near = np.where(index >= 0, x[index], np.nan)
        median = row_median(near)
        spread = row_median(np.abs(near - median[:, None]))
        far = np.abs(x[at] - median) > np.maximum(floor, 3 * 1.4826 * spread)
        clean[at[far]] = np.nan
    return clean


def without_dips(t_s: Floats, x: Floats, width_s: float, least: float, deepest: float) -> Floats:
    """`x` with short dips filled: where it falls by more than `least` and is back within `width_s`.

    Dips under the share `deepest` of what is around them stay, and so do slopes and wider valleys: it is a
    morphological closing, which at the ends of the signal believes only shoulders that were seen. NaN stays NaN.
    """
    ahead, behind = _highest(t_s, x, 0.0, width_s), _highest(t_s, x, width_s, 0.0)
    shoulder = np.minimum(-_highest(t_s, -ahead, width_s, 0.0), -_highest(t_s, -behind, 0.0, width_s))
    return np.where((shoulder - x > least) & (x > deepest * shoulder), shoulder, x)


def _highest(t_s: Floats, x: Floats, before_s: float, after_s: float) -> Floats:
    """Highest known value from `before_s` before to `after_s` after each sample, NaN where nothing is known."""
    out = np.full(len(x), np.nan)
    for start in range(0, len(x), BLOCK):
        at = np.arange(start, min(start + BLOCK, len(x)))
        index = neighbours(t_s, at, before_s, after_s)
        near = np.where((index >= 0) & ~np.isnan(x[index]), x[index], -np.inf)
        out[at] = near.max(axis=1)
    return np.where(np.isinf(out), np.nan, out)


def local_fit(t_s: Floats, x: Floats, sigma_s: float) -> tuple[Floats, Floats]:
    """`fit_at` every sample."""
    return fit_at(t_s, x, np.arange(len(x)), sigma_s)


def fit_at(t_s: Floats, x: Floats, rows: NDArray[np.int_], sigma_s: float) -> tuple[Floats, Floats]:
    """Value and slope per second of `x` at the given rows, by a quadratic fitted around each with Gaussian weights.

    Zero-phase; gaps up to about 4 sigma_s are bridged, further from data the result is NaN.
    """
    value, slope = np.full(len(rows), np.nan), np.full(len(rows), np.nan)
    for start in range(0, len(rows), BLOCK):
        part = slice(start, start + BLOCK)
        value[part], slope[part] = _fit_block(t_s, x, rows[part], sigma_s)
    return value, slope


def _fit_block(t_s: Floats, x: Floats, at: NDArray[np.int_], sigma_s: float) -> tuple[Floats, Floats]:
    index = neighbours(t_s, at, 4 * sigma_s, 4 * sigma_s)
    y = np.where(index >= 0, x[index], np.nan)
    known = ~np.isnan(y)
    u = np.where(known, (t_s[index] - t_s[at][:, None]) / sigma_s, 0.0)
    weight = np.where(known, np.exp(-0.5 * u * u), 0.0)
    y = np.where(known, y, 0.0)
    powers = [(weight * u**k).sum(axis=1) for k in range(5)]
    moments = np.stack([(weight * u**k * y).sum(axis=1) for k in range(3)], axis=1)
    normal = np.stack([np.stack(powers[row : row + 3], axis=1) for row in range(3)], axis=1)
    normal += np.diag([0.0, 1e-9, 1e-6])
    enough = (known.sum(axis=1) >= 3) & (powers[0] > 0.3) & _close(u, known)
    fitted = np.full((len(at), 3), np.nan)
    fitted[enough] = np.linalg.solve(normal[enough], moments[enough][..., None])[..., 0]
    return fitted[:, 0], fitted[:, 1] / sigma_s


def _close(u: Floats, known: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Whether some known sample lies within 2 sigma of each row."""
    near: NDArray[np.bool_] = np.where(known, np.abs(u), np.inf).min(axis=1, initial=np.inf) < 2
    return near


def row_median(rows: Floats) -> Floats:
    """(N,) median of what is known in each row of (N, K), NaN where nothing is; numpy's own is ten times slower."""
    ordered = np.sort(rows, axis=1)  # NaN goes last
    count = (~np.isnan(rows)).sum(axis=1)
    low, high = np.maximum(count - 1, 0) // 2, count // 2
    each = np.arange(len(rows))
    middle = (ordered[each, low] + ordered[each, np.minimum(high, rows.shape[1] - 1)]) / 2
    return np.where(count > 0, middle, np.nan)


def running_median(t_s: Floats, x: Floats, reach_s: float) -> Floats:
    """Median of `x` within `reach_s` before and after each sample, NaN where nothing is known."""
    out = np.full(len(x), np.nan)
    for start in range(0, len(x), BLOCK):
        at = np.arange(start, min(start + BLOCK, len(x)))
        index = neighbours(t_s, at, reach_s, reach_s)
        out[at] = row_median(np.where(index >= 0, x[index], np.nan))
    return out


def spans(t_s: Floats, on: NDArray[np.bool_], bridge_s: float = 0.0) -> list[tuple[int, int]]:
    """Half-open index ranges in which `on` holds, interruptions shorter than `bridge_s` closed."""
    edges = np.flatnonzero(np.diff(np.r_[False, on, False].astype(np.int8)))
    found = [(int(a), int(b)) for a, b in edges.reshape(-1, 2)]
    joined: list[tuple[int, int]] = []
    for a, b in found:
        if joined and t_s[a] - t_s[joined[-1][1] - 1] <= bridge_s:
            joined[-1] = (joined[-1][0], b)
        else:
            joined.append((a, b))
    return joined
