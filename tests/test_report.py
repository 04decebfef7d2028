"""The document of a session: counts, sets, warnings, gaps, and its form as JSON."""

import json
from dataclasses import replace

import pytest
from bodies import Camera, absent, film, flat, lifts, standing
from judging import curl_film, report_of
from pydantic import ValidationError
from synthetic import Move

from formcheck.hindsight import positions_s
from formcheck.report import SET_PAUSE_S, Gap, RepFound, Report, summarise

LEFT, RIGHT = Move(100, hold_s=0.7, side="left"), Move(100, hold_s=0.7, side="right")
MIXED = [Move(), Move(up_s=0.6), Move(158), Move()]


@pytest.fixture(scope="module")
def mixed() -> Report:
    return report_of(film(lifts(MIXED)))


@pytest.fixture(scope="module")
def curled() -> Report:
    return report_of(curl_film(LEFT, RIGHT, LEFT, replace(RIGHT, up_s=0.5)))


def test_the_summary_counts_partial_ones_apart(mixed: Report) -> None:
    assert [rep.verdict for rep in mixed.reps] == ["clean", "fault", "partial", "clean"]
    assert (mixed.summary.reps, mixed.summary.clean, mixed.summary.partial) == (3, 2, 1)
    assert mixed.summary.fault_counts == {"low_height": 1, "momentum": 1}
    assert mixed.summary.median_hold_s == pytest.approx(3.5, abs=0.4)


def test_a_lift_has_no_side_counts(mixed: Report) -> None:
    assert (mixed.summary.left, mixed.summary.right) == (None, None)


def test_curls_are_counted_by_side(curled: Report) -> None:
    left, right = curled.summary.left, curled.summary.right
    assert left is not None
    assert right is not None
    assert (left.reps, left.clean, right.reps, right.clean) == (2, 2, 2, 1)


def test_repetitions_are_numbered_in_order_of_time(curled: Report) -> None:
    assert [rep.index for rep in curled.reps] == [1, 2, 3, 4]
    assert [rep.start_s for rep in curled.reps] == sorted(rep.start_s for rep in curled.reps)


@pytest.mark.parametrize(("pause_s", "sets"), [(SET_PAUSE_S - 3, [1, 1]), (SET_PAUSE_S + 3, [1, 2])])
def test_a_long_pause_begins_a_new_set(pause_s: float, sets: list[int]) -> None:
    assert [rep.set for rep in report_of(film(lifts([Move(pause_s=pause_s), Move()]))).reps] == sets


def test_durations_and_rest_are_told(mixed: Report) -> None:
    first, thrown = mixed.reps[:2]
    assert (first.up_s, first.down_s) == pytest.approx((2.0, 2.0), abs=0.1)
    assert thrown.up_s == pytest.approx(0.6, abs=0.12)
    assert first.rest_deg == pytest.approx(128, abs=5)


def test_tracking_tells_what_was_measured_against(mixed: Report) -> None:
    tracking = mixed.tracking
    assert (tracking.head_at, tracking.near_side) == ("left", "right")
    assert tracking.line_deg == pytest.approx(185, abs=3)
    assert tracking.frames_with_pose == mixed.source.frames
    assert tracking.frames_judged > 0.95 * mixed.source.frames
    assert tracking.positions_s == {"supine": pytest.approx(mixed.source.duration_s, abs=0.1)}


def test_an_exercise_without_a_line_has_none(curled: Report) -> None:
    assert (curled.tracking.line_deg, curled.tracking.line_sd_deg, curled.tracking.calibrated) == (None, None, False)


@pytest.mark.parametrize("head_at", ["left", "right"])
def test_near_side_is_anatomical(head_at: str) -> None:
    tracking = report_of(film(lifts([Move()]), camera=Camera(head_at=head_at))).tracking
    assert (tracking.head_at, tracking.near_side) == (head_at, {"left": "right", "right": "left"}[head_at])


def test_seconds_in_each_position() -> None:
    taken = film(flat(3), standing(2), absent(1))
    assert positions_s(taken.track, taken.info) == pytest.approx({"supine": 3, "standing": 2, "none": 1}, abs=0.4)


def test_nothing_judged_is_said_with_what_was_seen() -> None:
    report = report_of(film(standing(4), absent(2)))
    assert (report.exercise, report.reps, report.summary.reps) == (None, [], 0)
    assert report.summary.median_hold_s is None
    assert [gap.reason for gap in report.unjudged] == ["other_position", "person_lost"]
    assert set(report.tracking.positions_s) == {"standing", "none"}
    assert report.tracking.head_at is None


def test_an_empty_recording_has_an_empty_report() -> None:
    taken = film(flat(1))
    report = report_of(replace(taken, track=taken.track[:0]))
    assert (report.source.frames, report.source.duration_s, report.tracking.frames_with_pose) == (0, 0, 0)


@pytest.mark.parametrize(("fps", "warned"), [(15.0, True), (23.0, True), (24.0, False), (30.0, False)])
def test_what_is_withheld_at_low_frame_rates_is_warned_of(fps: float, warned: bool) -> None:
    taken = film(lifts([Move()]), fps=fps)
    found = report_of(replace(taken, info=replace(taken.info, fps=None))).tracking.warnings
    assert found == (["bounce is not judged below 24 frames per second"] if warned else [])


def test_the_rate_is_measured_where_the_source_tells_none() -> None:
    taken = film(flat(2), fps=25)
    assert report_of(replace(taken, info=replace(taken.info, fps=None))).source.fps == pytest.approx(25, abs=0.1)


def test_length_includes_the_last_frame() -> None:
    assert report_of(film(flat(4), fps=30)).source.duration_s == pytest.approx(4, abs=0.01)


def test_a_report_survives_its_own_json(mixed: Report) -> None:
    again = Report.model_validate_json(mixed.to_json())
    assert again.to_json() == mixed.to_json()
    assert mixed.to_json().endswith("}\n")


def test_numbers_are_written_with_three_decimals(mixed: Report) -> None:
    def numbers(value: object) -> list[float]:
        if isinstance(value, dict):
            return [n for item in value.values() for n in numbers(item)]
        if isinstance(value, list):
            return [n for item in value for n in numbers(item)]
        return [value] if isinstance(value, float) else []

    written = numbers(json.loads(mixed.to_json()))
    assert written
    assert all(round(number, 3) == number for number in written)


def test_nothing_unknown_is_taken_in(mixed: Report) -> None:
    with pytest.raises(ValidationError):
        Report.model_validate({**json.loads(mixed.to_json()), "mood": "good"})


def test_reasons_are_a_closed_list() -> None:
    with pytest.raises(ValidationError):
        Gap(start_s=0, end_s=1, reason="sleeping")  # type: ignore[arg-type]


def test_the_version_of_the_form(mixed: Report) -> None:
    assert mixed.schema_version == 1


def test_a_summary_of_nothing() -> None:
    empty: list[RepFound] = []
    assert summarise(empty).model_dump() == {
        "reps": 0, "clean": 0, "partial": 0, "unjudged": 0, "left": None, "right": None, "median_hold_s": None, "fault_counts": {},
    }  # fmt: skip
