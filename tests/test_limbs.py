"""Legs keep their identity, and a frame is believed by the lengths of its bones."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from bodies import Camera, Film, absent, curls, film, lifts, standing
from judging import EDGE_S, HIP, codes, curl_film, done, reps_of
from synthetic import Move

from formcheck.engine import Engine, replay
from formcheck.hindsight import look_back
from formcheck.landmarks import Landmark
from formcheck.limbs import LEFT_LEG, LEGS, RIGHT_LEG, LegKeeper, consistency, exchanged, ghost_rows, legs_kept
from formcheck.measures import Body
from formcheck.posture import Scene
from formcheck.study import study

CURLED = Move(104, up_s=1.4, hold_s=1.0, down_s=1.4, pause_s=0.9)
NEAR, FAR = replace(CURLED, side="left"), replace(CURLED, side="right")
AT_THE_TOP_S = (3.1, 3.6)


def rows_of(taken: Film, span_s: tuple[float, float]) -> np.ndarray:
    return (taken.track.t_s >= span_s[0]) & (taken.track.t_s < span_s[1])


def with_exchanged(taken: Film, *spans_s: tuple[float, float]) -> Film:
    """The network gives each leg the other one's name for a while."""
    rows = np.logical_or.reduce([rows_of(taken, span) for span in spans_s])
    track = taken.track
    return replace(
        taken,
        track=replace(track, **{n: exchanged(getattr(track, n), rows) for n in ("xy_px", "visibility", "world_m")}),
    )


def kept_live(taken: Film) -> np.ndarray:
    """(N,) in which frames the keeper leaves the legs to the network."""
    keeper = LegKeeper()
    return np.array([keeper.step(s.t_s, s.pose) is s.pose for s in taken.track.sightings() if s.pose])


def with_blink(taken: Film, at_s: float) -> Film:
    """For two frames the bent leg is lost: both are drawn between the places of the two, nearer to each other's."""
    xy_px = taken.track.xy_px.copy()
    row = int(np.searchsorted(taken.track.t_s, at_s))
    for k, (left, right) in enumerate([((0.2, 0.8), (0.55, 0.45)), ((1.0, 0.0), (0.2, 0.8))]):
        legs = xy_px[row + k, LEFT_LEG].copy(), xy_px[row + k, RIGHT_LEG].copy()
        xy_px[row + k, LEFT_LEG] = left[0] * legs[0] + left[1] * legs[1]
        xy_px[row + k, RIGHT_LEG] = right[0] * legs[0] + right[1] * legs[1]
    return replace(taken, track=replace(taken.track, xy_px=xy_px))


def with_tremble(taken: Film, at_s: float) -> Film:
    """Both legs leap toward each other, and a little more in the next frame."""
    xy_px = taken.track.xy_px.copy()
    row = int(np.searchsorted(taken.track.t_s, at_s))
    for k, share in enumerate((0.45, 0.25)):
        left, right = xy_px[row + k, LEFT_LEG].copy(), xy_px[row + k, RIGHT_LEG].copy()
        middle, half = (left + right) / 2, share * (left - right) / 2
        xy_px[row + k, LEFT_LEG], xy_px[row + k, RIGHT_LEG] = middle + half, middle - half
    return replace(taken, track=replace(taken.track, xy_px=xy_px))


def with_ghost(taken: Film, seen: str, share: float = 1.0) -> Film:
    """Both legs are seen on the one called `seen`, the other bent a little more (`share` > 1)."""
    xy_px = taken.track.xy_px.copy()
    other = {"LEFT": "RIGHT", "RIGHT": "LEFT"}[seen]
    knee, ankle = (xy_px[:, Landmark[f"{seen}_{j}"]] for j in ("KNEE", "ANKLE"))
    turn = np.radians(share - 1)
    step = (ankle - knee) @ np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]], np.float32)
    xy_px[:, Landmark[f"{other}_KNEE"]], xy_px[:, Landmark[f"{other}_ANKLE"]] = knee, knee + step
    xy_px[:, Landmark[f"{other}_HIP"]] = xy_px[:, Landmark[f"{seen}_HIP"]]
    return replace(taken, track=replace(taken.track, xy_px=xy_px))


@pytest.mark.parametrize("moves", [[NEAR, NEAR], [FAR, FAR], [NEAR, FAR]], ids=["near", "far", "alternating"])
def test_exchanged_legs_are_exchanged_back(moves: list[Move]) -> None:
    clean = curl_film(*moves, camera=Camera(bias_deg=0, white_px=0.4))
    np.testing.assert_array_equal(legs_kept(with_exchanged(clean, AT_THE_TOP_S).track).xy_px, clean.track.xy_px)


@pytest.mark.parametrize("moves", [[NEAR, NEAR], [FAR, FAR]], ids=["near", "far"])
def test_exchanged_legs_make_no_other_repetitions(moves: list[Move]) -> None:
    clean = curl_film(*moves, camera=Camera(bias_deg=0, white_px=0.4))
    wrong = with_exchanged(clean, AT_THE_TOP_S, (8.0, 8.8))
    before, after = reps_of(clean, "leg_curl"), reps_of(wrong, "leg_curl")
    assert [(r.side, r.verdict, codes(r)) for r in after] == [(r.side, r.verdict, codes(r)) for r in before]
    assert [r.peak_deg for r in after] == pytest.approx([r.peak_deg for r in before], abs=1)


@pytest.mark.parametrize("moves", [[NEAR, NEAR], [FAR, FAR]], ids=["near", "far"])
def test_the_same_while_it_happens(moves: list[Move]) -> None:
    clean = curl_film(*moves, camera=Camera(bias_deg=0, white_px=0.4))
    wrong = with_exchanged(clean, AT_THE_TOP_S, (8.0, 8.8))
    before, after = (done(replay(Engine("leg_curl", clean.info), taken.track)) for taken in (clean, wrong))
    assert [(one.side, codes(one)) for one in after] == [(one.side, codes(one)) for one in before]
    assert [one.side for one in after] == [move.side for move in moves]
    for a, b in zip(after, before, strict=True):
        assert (a.rep.start_s, a.rep.end_s) == pytest.approx((b.rep.start_s, b.rep.end_s), abs=EDGE_S)


@pytest.mark.parametrize("fps", [15.0, 30.0])
@pytest.mark.parametrize("up_s", [0.4, 1.4], ids=["thrown", "slow"])
def test_legs_that_are_right_stay_as_they_are(up_s: float, fps: float) -> None:
    moves = [replace(side, up_s=up_s, down_s=up_s) for side in (NEAR, FAR, NEAR)]
    taken = film(standing(1), absent(0.5), curls(moves), camera=Camera(bias_deg=0, white_px=0.6), fps=fps)
    assert legs_kept(taken.track) is taken.track
    keeper = LegKeeper()
    poses = [(s.t_s, s.pose) for s in taken.track.sightings() if s.pose]
    assert all(keeper.step(t_s, pose) is pose for t_s, pose in poses)


def test_legs_exchanged_while_they_overlap_cannot_be_told_and_are_believed() -> None:
    """From before a curl until after it nothing jumps: it is the other leg that seems to curl."""
    taken = with_exchanged(curl_film(NEAR, camera=Camera(bias_deg=0)), (0.5, 6.0))
    assert legs_kept(taken.track) is taken.track


def test_live_legs_that_tremble_are_not_exchanged() -> None:
    """Where a leap was heading they would have passed each other."""
    assert kept_live(with_tremble(curl_film(NEAR), AT_THE_TOP_S[0])).all()


def test_live_no_mistake_lasts_longer_than_until_the_legs_lie_together() -> None:
    """Exchanged in a jump, called rightly again while they overlap: the next repetition is the network's."""
    taken = with_exchanged(curl_film(NEAR, NEAR, camera=Camera(bias_deg=0, white_px=0.3)), (3.1, 6.2))
    found = done(replay(Engine("leg_curl", taken.info), taken.track))
    assert [one.side for one in found] == ["left", "left"]


def test_where_both_legs_are_drawn_on_one_the_network_says_which() -> None:
    """Its two drawings of one leg cross without meaning, and then part: no story of two legs can be told from that."""
    clean = curl_film(NEAR, camera=Camera(bias_deg=0, white_px=0.3))
    ghost = with_ghost(clean, "LEFT", 8.0)
    rows = rows_of(clean, (2.2, 5.2))
    xy_px = np.where(rows[:, None, None], ghost.track.xy_px, clean.track.xy_px)
    flickering = with_exchanged(replace(clean, track=replace(clean.track, xy_px=xy_px)), (2.6, 3.1), (3.6, 4.1))
    assert legs_kept(flickering.track) is flickering.track


@pytest.mark.parametrize("share", [0.24, 0.27, 0.3])
def test_live_the_networks_names_come_back_when_neither_fits_well(share: float) -> None:
    """Exchanged for two frames, in the second as if crossing: either story fits the next, so it ends there."""
    taken = with_exchanged(curl_film(NEAR, NEAR, camera=Camera(bias_deg=0, white_px=0.3)), (3.1, 3.16))
    xy_px = taken.track.xy_px.copy()
    row = int(np.flatnonzero(rows_of(taken, (3.1, 3.16)))[-1])
    left, right = xy_px[row, LEFT_LEG].copy(), xy_px[row, RIGHT_LEG].copy()
    xy_px[row, LEFT_LEG], xy_px[row, RIGHT_LEG] = left + share * (right - left), right + share * (left - right)
    assert (~kept_live(replace(taken, track=replace(taken.track, xy_px=xy_px)))).sum() <= 3


@pytest.mark.parametrize("at_s", [2.7, 3.0, 3.4, 4.6])
def test_a_bent_leg_that_is_lost_for_a_blink_exchanges_nothing_for_longer(at_s: float) -> None:
    taken = with_blink(curl_film(NEAR, FAR, camera=Camera(bias_deg=0, white_px=0.4)), at_s)
    assert (legs_kept(taken.track).xy_px != taken.track.xy_px).any(axis=(1, 2)).sum() <= 2
    assert (~kept_live(taken)).sum() <= 2


def test_live_no_mistake_lasts_longer_than_until_the_legs_are_straight() -> None:
    """From above the legs lie beside each other, not on each other."""
    clean = curl_film(NEAR, NEAR, camera=Camera(bias_deg=0, white_px=0.3))
    xy_px = clean.track.xy_px.copy()
    xy_px[:, [Landmark.RIGHT_HIP, *RIGHT_LEG], 1] += 28
    taken = with_exchanged(replace(clean, track=replace(clean.track, xy_px=xy_px)), (3.1, 5.2))
    kept = kept_live(taken)
    assert not kept[rows_of(taken, (3.2, 3.9))].any()
    assert kept[rows_of(taken, (5.0, 99.0))].all()


def test_whole_legs_are_exchanged_and_nothing_else() -> None:
    points = np.arange(2 * 33 * 2, dtype=np.float32).reshape(2, 33, 2)
    out = exchanged(points, np.array([False, True]))
    np.testing.assert_array_equal(out[0], points[0])
    others = np.setdiff1d(np.arange(33), LEGS)
    np.testing.assert_array_equal(out[1, others], points[1, others])
    for joint in ("KNEE", "ANKLE", "HEEL", "TOE"):
        np.testing.assert_array_equal(out[1, Landmark[f"LEFT_{joint}"]], points[1, Landmark[f"RIGHT_{joint}"]])


@pytest.mark.parametrize("count", [0, 1])
def test_too_little_to_compare(count: int) -> None:
    track = film(standing(1)).track[0:count]
    assert legs_kept(track) is track


def test_a_ghost_leg_is_no_second_leg() -> None:
    """Both legs seen on the near one, the ghost bent 3 degrees more: it would be taken for the one that moves."""
    taken = with_ghost(curl_film(NEAR, NEAR, camera=Camera(bias_deg=0)), "LEFT", share=4.0)
    assert [rep.side for rep in reps_of(taken, "leg_curl")] == ["left", "left"]


def test_two_legs_are_no_ghost() -> None:
    taken = curl_film(NEAR, FAR, camera=Camera(bias_deg=0), shadow=0.3)
    assert not ghost_rows(taken.track.xy_px).any()


def lifted(wrong_s: tuple[float, float] | None = None) -> Film:
    """A lift; for a while the near leg is seen on something else, which halves the thigh."""
    taken = film(lifts([Move()]), camera=Camera(white_px=0.3))
    if wrong_s:
        xy_px = taken.track.xy_px.copy()
        rows = rows_of(taken, wrong_s)
        hip, knee = xy_px[rows, Landmark.RIGHT_HIP], xy_px[rows, Landmark.RIGHT_KNEE]
        xy_px[rows, Landmark.RIGHT_KNEE] = (hip + knee) / 2 + (0, 25)
        taken = replace(taken, track=replace(taken.track, xy_px=xy_px))
    return taken


def test_consistency_falls_where_a_bone_has_another_length() -> None:
    taken = lifted((4.0, 4.3))
    value = consistency(Body.of(taken.track, "supine", "left", (640.0, 360.0)))
    wrong = rows_of(taken, (4.0, 4.3))
    assert value[wrong].max() < 0.3
    assert value[~wrong].min() > 0.8


def test_nobody_has_no_consistency() -> None:
    assert (consistency(Body.of(film(absent(1)).track, "supine", "left", (640.0, 360.0))) == 0).all()


def test_wrong_limbs_do_not_reach_into_their_neighbours() -> None:
    clean, wrong = (
        study(taken.track, Scene(0, len(taken.track), "supine", "left"), HIP, (640.0, 360.0))
        for taken in (lifted(), lifted((4.0, 4.3)))
    )
    usable = wrong.usable & rows_of(lifted(), (3.6, 4.7))
    assert usable.sum() > 15
    np.testing.assert_allclose(wrong.values["hip_deg"][usable], clean.values["hip_deg"][usable], atol=1.5)


def test_quality_is_low_for_a_while_around_wrong_limbs_and_the_judge_sees_it() -> None:
    for wrong_s, low, high in ((None, 0.85, 1.0), ((4.0, 4.3), 0.0, 0.7)):
        taken = lifted(wrong_s)
        (afterwards,) = look_back(taken.track, taken.info, HIP)[0].reps
        (live,) = done(replay(Engine(HIP, taken.info), taken.track))
        assert low < afterwards.rep.signals["quality"].min() < high
        assert low < live.rep.signals["quality"].min() < high


def test_limbs_that_are_wrong_for_long_are_not_judged() -> None:
    taken = lifted((3.6, 4.6))
    _, unjudged = look_back(taken.track, taken.info, HIP)
    [gap] = [gap for gap in unjudged if gap.reason == "unclear"]
    assert (gap.start_s, gap.end_s) == pytest.approx((3.6, 4.6), abs=0.4)
    assert all(gap.reason != "unclear" for gap in look_back(lifted().track, taken.info, HIP)[1])


def test_what_passes_before_the_body_makes_no_repetition() -> None:
    """Something crosses the picture during the hold, and takes the leg along for a while."""
    before, after = reps_of(lifted(), "hip_lift"), reps_of(lifted((4.0, 4.3)), "hip_lift")
    assert [(rep.verdict, codes(rep)) for rep in after] == [(rep.verdict, codes(rep)) for rep in before]
    assert len(after) == 1
