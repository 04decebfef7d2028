"""Smoothing in time: outliers, values and speeds of unevenly sampled signals.

Every width is in seconds, so the same signal gives the same result at any frame rate. A signal is (N,), or (N, M) for
several at the same times, which costs little more than one.
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
        near = _taken(x, neighbours(t_s, at, reach_s, reach_s))
        median = row_median(near)
        spread = row_median(np.abs(near - median[:, None]))
        far = np.abs(x[at] - median) > np.maximum(floor, 3 * 1.4826 * spread)
        clean[at] = np.where(far, np.nan, x[at])
    return clean


def _taken(x: Floats, index: NDArray[np.int_]) -> Floats:
    """(R, K) or (R, K, M) the samples at each index, NaN for padding."""
    padding = (index < 0).reshape(*index.shape, *[1] * (x.ndim - 1))
    return np.where(padding, np.nan, x[index])


def without_dips(t_s: Floats, x: Floats, width_s: float, least: float, deepest: float) -> Floats:
    """`x` with short dips filled: where it falls by more than `least` and is back within `width_s`.

    Dips under the share `deepest` of what is around them stay, and so do slopes and wider valleys: it is a
    morphological closing, which at the ends of the signal believes only shoulders that were seen. NaN stays NaN.
    """
    ahead, behind = highest(t_s, x, 0.0, width_s), highest(t_s, x, width_s, 0.0)
    shoulder = np.minimum(-highest(t_s, -ahead, width_s, 0.0), -highest(t_s, -behind, 0.0, width_s))
    return np.where((shoulder - x > least) & (x > deepest * shoulder), shoulder, x)


def highest(t_s: Floats, x: Floats, before_s: float, after_s: float) -> Floats:
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
    several = x[:, None] if x.ndim == 1 else x
    shape = (len(rows), several.shape[1])
    value, slope = np.full(shape, np.nan), np.full(shape, np.nan)
    for start in range(0, len(rows), BLOCK):
        part = slice(start, start + BLOCK)
        value[part], slope[part] = _fit_block(t_s, several, rows[part], sigma_s)
    return value.reshape(-1, *x.shape[1:]), slope.reshape(-1, *x.shape[1:])


def _fit_block(t_s: Floats, x: Floats, at: NDArray[np.int_], sigma_s: float) -> tuple[Floats, Floats]:
    """(R, M) value and slope, by the moments 0..4 of time and 0..2 of the signal around each row."""
    index = neighbours(t_s, at, 4 * sigma_s, 4 * sigma_s)
    y = _taken(x, index)
    known = ~np.isnan(y)
    u = (t_s[index] - t_s[at][:, None]) / sigma_s
    powers = np.exp(-0.5 * u * u)[..., None] * u[..., None] ** np.arange(5)
    time = np.einsum("rkm,rkp->rmp", known.astype(float), powers)
    moments = np.einsum("rkm,rkp->rmp", np.where(known, y, 0.0), powers[..., :3])
    normal = time[..., np.arange(3)[:, None] + np.arange(3)] + np.diag([0.0, 1e-9, 1e-6])
    close = (known & (np.abs(u) < 2)[..., None]).any(axis=1)
    enough = (known.sum(axis=1) >= 3) & (time[..., 0] > 0.3) & close
    fitted = np.full((*enough.shape, 3), np.nan)
    fitted[enough] = np.linalg.solve(normal[enough], moments[enough][..., None])[..., 0]
    return fitted[..., 0], fitted[..., 1] / sigma_s


def row_median(rows: Floats) -> Floats:
    """Median of what is known in each row of (N, K) or (N, K, M), NaN where nothing is; numpy's takes tenfold."""
    ordered = np.sort(rows, axis=1)  # NaN goes last
    count = (~np.isnan(rows)).sum(axis=1, keepdims=True)
    low, high = np.maximum(count - 1, 0) // 2, np.minimum(count // 2, rows.shape[1] - 1)
    middle = (np.take_along_axis(ordered, low, 1) + np.take_along_axis(ordered, high, 1)) / 2
    return np.where(count > 0, middle, np.nan)[:, 0]


def running_median(t_s: Floats, x: Floats, reach_s: float) -> Floats:
    """Median of `x` within `reach_s` before and after each sample, NaN where nothing is known."""
    out = np.full(x.shape, np.nan)
    for start in range(0, len(x), BLOCK):
        at = np.arange(start, min(start + BLOCK, len(x)))
        out[at] = row_median(_taken(x, neighbours(t_s, at, reach_s, reach_s)))
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


def bridged(t_s: Floats, on: NDArray[np.bool_], bridge_s: float) -> NDArray[np.bool_]:
    """(N,) `on` with interruptions shorter than `bridge_s` closed."""
    whole = np.zeros(len(on), bool)
    for start, stop in spans(t_s, on, bridge_s):
        whole[start:stop] = True
    return whole
