"""Whole recordings of a drawn body: counting, faults, sides, and all that is no repetition."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from bodies import (
    Camera,
    Film,
    Part,
    absent,
    between,
    curls,
    film,
    flat,
    lifts,
    seated,
    seen_obliquely,
    side_lying,
    slide_in,
    squats,
    standing,
    turned,
    walking,
)  # fmt: skip
from judging import EDGE_S, EDGES, codes, curl_film, fault_of, report_of, reps_of
from synthetic import Move, Truth

from formcheck.hindsight import look_back
from formcheck.report import RepFound
from formcheck.words import why_nothing

NOISY = Camera(white_px=0.7, slow_px=0.4)
SET = [Move(), Move(), Move()]
STEADY = lifts(SET)
CURL = Move(105, hold_s=0.7)
LEFT, RIGHT = replace(CURL, side="left"), replace(CURL, side="right")


def assert_same(found: list[RepFound], truth: list[Truth], edge_s: float = EDGE_S) -> None:
    """The repetitions are the true ones: as many, of the same side, at the same times."""
    assert [rep.side for rep in found] == [rep.side for rep in truth]
    for rep, true in zip(found, truth, strict=True):
        for edge in EDGES:
            assert getattr(rep, edge) == pytest.approx(getattr(true, edge), abs=edge_s), edge


TEMPI = {
    "usual": Move(),
    "slow": Move(up_s=3.5, hold_s=3, down_s=3.5),
    "hasty": Move(up_s=0.7, hold_s=0.5, down_s=0.7, pause_s=0.3),
}


@pytest.mark.parametrize("tempo", TEMPI.values(), ids=TEMPI)
@pytest.mark.parametrize("camera", [Camera(), Camera(white_px=0.5, slow_px=0.2)], ids=["clean", "noisy"])
@pytest.mark.parametrize(("fps", "jitter"), [(15.0, 0.0), (24.0, 0.0), (30.0, 0.6), (60.0, 0.0)])
def test_lifts_are_found_where_they_are(tempo: Move, camera: Camera, fps: float, jitter: float) -> None:
    taken = film(lifts([tempo] * 2), camera=camera, fps=fps, jitter=jitter)
    assert_same(reps_of(taken), taken.truth)


@pytest.mark.parametrize("tempo", TEMPI.values(), ids=TEMPI)
@pytest.mark.parametrize("camera", [NOISY, Camera(white_px=1.5, slow_px=1)], ids=["noisy", "noisier"])
@pytest.mark.parametrize("fps", [15.0, 30.0])
def test_lifts_are_counted_through_noise(tempo: Move, camera: Camera, fps: float) -> None:
    """1.5 pixels white and 1 slow, in a body as small as this one, are 4 deg at the hip."""
    assert len(reps_of(film(lifts([tempo] * 4), camera=camera, fps=fps))) == 4


@pytest.mark.parametrize("fps", [15.0, 30.0])
def test_peak_and_hold_of_lifts(fps: float) -> None:
    taken = film(flat(3), slide_in(2), lifts([Move(), Move(186), Move(173)]), camera=NOISY, fps=fps)
    for rep, true in zip(reps_of(taken), taken.truth, strict=True):
        assert rep.peak_deg == pytest.approx(true.peak_deg, abs=4)
        assert rep.hold_s == pytest.approx(true.hold_s, abs=0.5)


@pytest.mark.parametrize("head_at", ["left", "right"])
@pytest.mark.parametrize(
    "moves", [[LEFT, RIGHT, LEFT, RIGHT], [LEFT] * 3, [RIGHT] * 3], ids=["in turn", "drawn left", "drawn right"]
)
@pytest.mark.parametrize("shadow", [0.0, 0.3])
def test_curls_are_found_with_the_persons_own_side(head_at: str, moves: list[Move], shadow: float) -> None:
    taken = curl_film(*moves, camera=Camera(head_at=head_at, bias_deg=0, white_px=0.5), shadow=shadow)
    found = reps_of(taken)
    assert_same(found, taken.truth)
    assert {rep.side for rep in found} <= {"left", "right"}


FAULTS: dict[str, tuple[list[Move], str]] = {
    "momentum: thrown up": ([Move(up_s=0.6)], "momentum"),
    "lumbar arching: beyond the line": ([Move(196)], "lumbar_arch"),
    "too low": ([Move(167)], "low_height"),
    "held too briefly": ([Move(hold_s=0.3)], "short_hold"),
    "dropped": ([Move(down_s=0.5)], "fast_lowering"),
    "bounced": ([Move(down_s=0.9, pause_s=0.02), Move(up_s=0.6)], "bounce"),
    "heels": ([Move(extra={"foot_shank": 0.2})], "heels_up"),
    "head": ([Move(extra={"head_trunk": 0.2})], "head_up"),
}
CURL_FAULTS: dict[str, tuple[list[Move], str]] = {
    "momentum: swung": ([replace(LEFT, up_s=0.5)], "momentum"),
    "lumbar arching: hips rise": ([replace(LEFT, extra={"rise_thigh": 0.13})], "lumbar_arch"),
    "not bent enough": ([replace(LEFT, peak_deg=72.0)], "incomplete_curl"),
    "dropped": ([replace(LEFT, down_s=0.5)], "fast_lowering"),
    "bounced": ([replace(LEFT, down_s=0.9, pause_s=0.02), replace(LEFT, up_s=0.6)], "bounce"),
    "thigh": ([replace(LEFT, extra={"thigh_deg": 16.0})], "thigh_rise"),
}


@pytest.mark.parametrize(("moves", "code"), FAULTS.values(), ids=FAULTS)
@pytest.mark.parametrize("head_at", ["left", "right"])
def test_a_fault_of_a_lift_is_named(moves: list[Move], code: str, head_at: str) -> None:
    """After a good repetition, which must stay clean."""
    good, *_, bad = reps_of(film(lifts([Move(), *moves]), camera=replace(NOISY, head_at=head_at)))
    assert code in codes(bad)
    assert (good.verdict, codes(good)) == ("clean", set())


@pytest.mark.parametrize(("moves", "code"), CURL_FAULTS.values(), ids=CURL_FAULTS)
@pytest.mark.parametrize("head_at", ["left", "right"])
def test_a_fault_of_a_curl_is_named(moves: list[Move], code: str, head_at: str) -> None:
    good, *_, bad = reps_of(curl_film(LEFT, *moves, camera=Camera(bias_deg=0, white_px=0.5, head_at=head_at)))
    assert code in codes(bad)
    assert (good.verdict, codes(good)) == ("clean", set())


@pytest.mark.parametrize(
    ("rest_deg", "tucked", "said"),
    [(150.0, False, {"feet_far"}), (128.0, False, set()), (117.0, True, {"feet_near"})],
    ids=["far", "well", "near"],
)
def test_where_the_feet_stand(rest_deg: float, tucked: bool, said: set[str]) -> None:
    assert [codes(rep) for rep in reps_of(film(lifts(SET, rest_deg, tucked=tucked), camera=NOISY))] == [said] * 3


@pytest.mark.parametrize(
    ("bottom_share", "count"), [(0.0, 3), (0.25, 3), (0.38, 3)], ids=["floor", "just above", "far above"]
)
def test_the_floor_need_not_be_touched(bottom_share: float, count: int) -> None:
    moves = [Move(bottom_share=bottom_share, pause_s=0.4)] * 2 + [Move()]
    assert len(reps_of(film(lifts(moves), camera=NOISY))) == count


def test_a_second_lift_before_coming_down_is_the_same_repetition() -> None:
    assert len(reps_of(film(lifts([Move(bottom_share=0.6, pause_s=0.1), Move()])))) == 1


def test_partial_repetitions_carry_their_faults() -> None:
    (rep,) = reps_of(film(lifts([Move(158)])), "hip_lift")
    assert rep.verdict == "partial"
    assert fault_of(rep, "low_height").severity == "severe"


NOTHING: dict[str, Part] = {
    "lying flat": flat(5),
    "lying ready": lifts([], tail_s=5),
    "wriggling": lifts([Move(128 + 0.36 * 52, up_s=0.6, hold_s=0.2, down_s=0.6, pause_s=0.5)] * 5),
    "fidgeting legs": curls([replace(LEFT, peak_deg=30.0, up_s=0.7), replace(RIGHT, peak_deg=33.0, up_s=0.7)] * 2),
}


@pytest.mark.parametrize("part", NOTHING.values(), ids=NOTHING)
@pytest.mark.parametrize("exercise", ["hip_lift", "leg_curl", None])
def test_lying_without_exercising_is_no_repetition(part: Part, exercise: str | None) -> None:
    assert reps_of(film(part, camera=NOISY), exercise) == []


@pytest.mark.parametrize("slide_s", [0.7, 2.0, 4.0])
def test_sliding_the_heels_in_and_out_is_no_repetition(slide_s: float) -> None:
    taken = film(flat(2), slide_in(slide_s), lifts([Move()]), slide_in(slide_s, back=True), flat(2), camera=NOISY)
    assert_same(reps_of(taken), taken.truth)


def test_sliding_alone_is_nothing() -> None:
    parts = [flat(2), slide_in(1.5), lifts([], tail_s=1), slide_in(1.5, back=True)] * 2
    assert reps_of(film(*parts, camera=NOISY), "hip_lift") == []


@pytest.mark.parametrize("lead_s", [0.3, 0.5])
def test_a_repetition_shortly_after_the_start(lead_s: float) -> None:
    taken = film(lifts(SET, lead_s=lead_s), camera=NOISY)
    assert_same(reps_of(taken), taken.truth)


@pytest.mark.parametrize("from_s", [3.6, 5.0], ids=["arriving at the top", "at the top"])
def test_a_recording_that_starts_at_the_top(from_s: float) -> None:
    """What was not seen rising is not counted; all others are, with the same rest."""
    whole = film(STEADY, camera=NOISY)
    cut = whole.between(from_s, 99)
    found = reps_of(cut)
    assert_same(found, cut.truth)
    assert found[0].rest_deg == pytest.approx(reps_of(whole)[0].rest_deg, abs=2)


@pytest.mark.parametrize("until_s", [11.0, 13.0], ids=["rising", "at the top"])
def test_a_recording_cut_off_in_mid_repetition(until_s: float) -> None:
    cut = film(STEADY, camera=NOISY).between(0, until_s)
    assert len(cut.truth) == 1
    assert_same(reps_of(cut), cut.truth)


@pytest.mark.parametrize("from_s", [2.3, 4.0, 7.0], ids=["rising", "at the top", "lowering"])
def test_a_person_lost_for_a_moment_is_bridged(from_s: float) -> None:
    taken = film(STEADY, camera=NOISY)
    found = reps_of(taken.unseen(from_s, from_s + 0.5))
    assert len(found) == 3
    assert (found[0].start_s, found[0].end_s) == pytest.approx((taken.truth[0].start_s, taken.truth[0].end_s), abs=0.3)


@pytest.mark.parametrize("from_s", [2.5, 4.0], ids=["rising", "at the top"])
def test_a_person_lost_for_long_in_mid_repetition_is_not_judged_there(from_s: float) -> None:
    taken = film(STEADY, camera=NOISY).unseen(from_s, from_s + 2.5)
    report = report_of(taken)
    assert_same(report.reps, taken.truth[1:])
    (gap,) = report.unjudged
    assert gap.reason == "person_lost"
    assert (gap.start_s, gap.end_s) == pytest.approx((from_s, from_s + 2.5), abs=0.1)


def test_what_nobody_watched_is_told_as_such() -> None:
    taken = film(STEADY, camera=NOISY).unseen(2.5, 5.0)
    _, unjudged = look_back(taken.track, taken.info, None, [(2.5, 5.0)])
    (gap,) = unjudged
    assert (gap.reason, gap.start_s, gap.end_s) == (
        "not_analysed",
        pytest.approx(2.5, abs=0.1),
        pytest.approx(5.0, abs=0.1),
    )


def test_two_scenes_have_their_own_side_and_rest() -> None:
    """A cut: the same person lies the other way round, the feet further away."""
    taken = film(lifts(SET[:2], 122.0), turned(lifts(SET[:2], 138.0)), camera=NOISY)
    found = reps_of(taken)
    assert_same(found, taken.truth)
    assert [rep.rest_deg for rep in found] == pytest.approx([122, 122, 138, 138], abs=5)


def test_curls_in_two_scenes_keep_the_anatomical_side() -> None:
    part = curls([LEFT, RIGHT])
    taken = film(part, turned(part), camera=Camera(bias_deg=0))
    assert [rep.side for rep in reps_of(taken)] == ["left", "right", "right", "left"]


def test_getting_up_and_lying_down_again_loses_nothing() -> None:
    up, down = between(STEADY, standing(1), 2), between(standing(1), STEADY, 2)
    taken = film(STEADY, up, standing(4), down, STEADY, camera=NOISY)
    assert_same(reps_of(taken), taken.truth)


ELSEWHERE: dict[str, tuple[Part, str]] = {
    "standing": (standing(5), "other_position"),
    "sitting": (seated(5), "other_position"),
    "squatting": (squats(3), "other_position"),
    "walking through": (walking(5), "other_position"),
    "on the side": (side_lying(6), "other_position"),
    "nobody": (absent(5), "person_lost"),
}


@pytest.mark.parametrize(("part", "reason"), ELSEWHERE.values(), ids=ELSEWHERE)
@pytest.mark.parametrize("exercise", ["hip_lift", "leg_curl", None])
@pytest.mark.parametrize("head_at", ["left", "right"])
def test_other_positions_are_never_counted_and_always_named(
    part: Part, reason: str, exercise: str | None, head_at: str
) -> None:
    report = report_of(film(part, camera=replace(NOISY, head_at=head_at)), exercise)
    assert report.reps == []
    assert report.exercise == exercise
    assert reason in {gap.reason for gap in report.unjudged}
    assert sum(gap.end_s - gap.start_s for gap in report.unjudged) > 0.9 * report.source.duration_s - 1


def test_somebody_walking_through_before_the_set_is_no_repetition() -> None:
    taken = film(walking(4), absent(1), STEADY, camera=NOISY)
    assert_same(reps_of(taken), taken.truth)


@pytest.mark.parametrize("shift_px", [(-250, 0), (260, 0), (0, 180)], ids=["no head", "no feet", "below"])
def test_limbs_outside_the_picture_are_not_judged(shift_px: tuple[float, float]) -> None:
    taken = film(flat(2), lifts(SET), camera=replace(NOISY, shift_px=shift_px, px_per_m=240.0))
    report = report_of(taken, "hip_lift")
    assert report.reps == []
    assert {gap.reason for gap in report.unjudged} == {"not_in_picture"}


@pytest.mark.parametrize(
    ("part", "exercise"),
    [(STEADY, "hip_lift"), (curls([LEFT, RIGHT]), "leg_curl"), (lifts([], tail_s=5), "hip_lift"), (standing(9), None)],
    ids=["lifts", "curls", "lying ready", "standing"],
)
def test_the_exercise_is_detected(part: Part, exercise: str | None) -> None:
    report = report_of(film(part, camera=NOISY))
    assert (report.exercise, report.exercise_source) == (exercise, "detected")


def test_lifts_given_as_curls_are_not_counted() -> None:
    report = report_of(film(STEADY), "leg_curl")
    assert report.reps == []
    assert report.unjudged


@pytest.mark.parametrize("frames", [0, 1, 2, 5])
@pytest.mark.parametrize("exercise", ["hip_lift", "leg_curl", None])
def test_next_to_nothing_seen(frames: int, exercise: str | None) -> None:
    taken = film(STEADY)
    report = report_of(replace(taken, track=taken.track[:frames]), exercise)
    assert (report.reps, report.source.frames) == ([], frames)


@pytest.mark.parametrize("exercise", ["hip_lift", None])
def test_a_person_seen_in_a_single_frame(exercise: str | None) -> None:
    report = report_of(film(STEADY).unseen(0.03, 999), exercise)
    assert report.reps == []
    assert {gap.reason for gap in report.unjudged} == {"person_lost"}


@pytest.mark.parametrize("bias_deg", [8.0, -3.0])
def test_biased_landmarks_with_lying_flat(bias_deg: float) -> None:
    """After lying flat, good lifts are clean, and arched and low ones are named."""
    moves = [Move(), Move(194), Move(165.5)]
    taken = film(flat(3), slide_in(2), lifts(moves), camera=Camera(bias_deg=bias_deg, white_px=0.4))
    report = report_of(taken)
    good, arched, low = report.reps
    line = report.tracking
    assert line.calibrated
    assert line.line_deg == pytest.approx(180 + bias_deg, abs=2 * line.line_sd_deg)
    assert good.verdict == "clean"
    assert ("lumbar_arch" in codes(arched), "low_height" in codes(low)) == (True, True)
    assert np.mean([abs(rep.peak_deg - t.peak_deg) for rep, t in zip(report.reps, taken.truth, strict=True)]) < 4


@pytest.mark.parametrize("bias_deg", [8.0, -3.0])
def test_biased_landmarks_without_lying_flat(bias_deg: float) -> None:
    """Good lifts are not called faulty; what is left of the doubt is said."""
    report = report_of(film(STEADY, camera=replace(NOISY, bias_deg=bias_deg)))
    assert [codes(rep) for rep in report.reps] == [set()] * 3
    assert not report.tracking.calibrated
    assert report.tracking.line_sd_deg > 2


def test_confidence_falls_near_a_limit() -> None:
    near, far, _ = reps_of(film(flat(3), slide_in(2), lifts([Move(171), Move(), Move()]), camera=NOISY))
    assert near.confidence < far.confidence - 0.03


@pytest.mark.parametrize(("fps", "said"), [(15.0, False), (24.0, True), (30.0, True)])
def test_bounce_needs_24_frames_per_second(fps: float, said: bool) -> None:
    report = report_of(film(lifts([Move(), *FAULTS["bounced"][0]]), fps=fps))
    assert ("bounce" in report.summary.fault_counts) == said
    assert any("bounce" in warning for warning in report.tracking.warnings) != said


def long_film() -> Film:
    return film(lifts([Move(up_s=1.5, hold_s=1, down_s=1.5, pause_s=0.6)] * 10))


def test_a_set_of_ten() -> None:
    taken = long_film()
    assert_same(reps_of(taken), taken.truth)


@pytest.mark.parametrize(("yaw_deg", "judged"), [(15.0, True), (28.0, True), (50.0, False), (-50.0, False)])
@pytest.mark.parametrize("exercise", [None, "hip_lift"])
def test_what_is_filmed_far_from_the_side_is_not_judged(yaw_deg: float, judged: bool, exercise: str | None) -> None:
    report = report_of(
        seen_obliquely(film(lifts([Move()] * 2), camera=Camera(shift_px=(120.0, 0.0))), yaw_deg), exercise
    )
    assert (len(report.reps) == 2) == judged
    assert ({gap.reason for gap in report.unjudged} == {"not_side_on"}) != judged
    assert judged or "真横" in why_nothing(report, "ja")
