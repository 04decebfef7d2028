"""The experiment with the contour of the mask: its stored stills, its scores, and that no body is told by itself."""

from __future__ import annotations

import numpy as np
import pytest

from bench import contour


@pytest.fixture(scope="module")
def stills() -> contour.Stills:
    return contour.load()


def test_the_front_contour_tells_an_arch_that_the_line_does_not(stills: contour.Stills) -> None:
    changes = contour.Changes.of(stills)
    scores, arch_deg = contour.arch_scores(stills, changes), stills.arch_deg[changes.top]
    assert contour.auc(scores["line"], arch_deg) < 0.65
    assert contour.auc(scores["line + front contour"], arch_deg) > 0.92


def test_auc_counts_ties_half_and_leaves_out_doses_between() -> None:
    arch_deg = np.array([0.0, 4.0, 8.0, 12.0, 24.0])
    assert contour.auc(np.array([1.0, 2.0, 99.0, 2.0, 3.0]), arch_deg) == pytest.approx(3.5 / 4)


def test_a_body_is_told_by_the_others_alone() -> None:
    body = np.array(["p00"] * 4 + ["p01"] * 4 + ["e00"] * 2)
    x = np.arange(10.0)[:, None]
    y = np.array([1.0] * 4 + [2.0] * 4 + [50.0] * 2)
    told = contour.left_out(x, y, body)
    assert told[:4] == pytest.approx([2.0] * 4)
    assert told[4:8] == pytest.approx([1.0] * 4)
    assert told[8:].max() < 5.0


def test_a_change_as_large_as_an_arm_is_not_counted() -> None:
    changes = contour.Changes(np.array([1, 2]), np.array([0, 0]))
    assert changes.known(np.array([[0.30], [0.33], [0.45]])).tolist() == [[pytest.approx(0.03)], [0.0]]
