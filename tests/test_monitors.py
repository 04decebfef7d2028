"""Watching how somebody sits: states, reminders, and what does not matter."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from bodies import Camera
from hypothesis import given, settings
from hypothesis import strategies as st
from sitters import ABSENT, BAD, EASY, HEAD_FORWARD, SLUMPED, TALL, TURNED, Sat, Sitting, day, sitting

from formcheck.monitors import MONITORS
from formcheck.monitors.engine import Observer, best_posture
from formcheck.monitors.events import Calibrated, Noticed, Recovered, Reminded, StateEntered
from formcheck.monitors.spec import Habit, Monitor, Sign
from formcheck.text import same

MONITOR = MONITORS["seated_posture"]
SPELL = ((10.0, TALL), (12.0, SLUMPED), (8.0, TALL), (12.0, HEAD_FORWARD), (8.0, EASY))


def watched(seen: Sitting) -> tuple[Observer, list[Noticed]]:
    """Everything an observer notices who learns the good posture first."""
    observer = Observer(MONITOR, seen.film.info)
    noticed = [event for sighting in seen.film.track.sightings() for event in observer.step(sighting)]
    return observer, noticed + observer.finish()


def wrong_seconds(observer: Observer, seen: Sitting, from_s: float = 5.0) -> list[tuple[int, str, str]]:
    """The seconds, not within one of a change, in which the state is not the true one."""
    episodes, at, wrong = observer.course, 0, []
    for t in range(int(from_s), int(seen.film.track.t_s[-1])):
        while episodes[at].end_s < t:
            at += 1
        if seen.settled(t) and episodes[at].state != seen.true_at(t):
            wrong.append((t, seen.true_at(t), episodes[at].state))
    return wrong


def states(observer: Observer) -> list[str]:
    return [episode.state for episode in observer.course if episode.why != "not_calibrated"]


def lasting(observer: Observer) -> list[str]:
    """The states but for those on the way from one to another."""
    return [e.state for e in observer.course if e.why != "not_calibrated" and e.end_s - e.start_s > 3.0]


def reminders(noticed: list[Noticed]) -> list[Reminded]:
    return [event for event in noticed if isinstance(event, Reminded)]


class TestStates:
    @pytest.mark.parametrize("bad", BAD, ids=lambda pose: f"{pose.state}{pose.trunk_deg:+.0f}")
    def test_every_posture_is_told_from_good_sitting(self, bad: Sat) -> None:
        observer, _ = watched(seen := sitting((10.0, TALL), (20.0, bad), (15.0, EASY)))
        assert lasting(observer) == ["upright", bad.state, "upright"]
        assert wrong_seconds(observer, seen) == []

    def test_nobody_there_and_nothing_to_be_said(self) -> None:
        observer, _ = watched(seen := sitting((10.0, TALL), (10.0, ABSENT), (10.0, TALL), (10.0, TURNED), (10.0, TALL)))
        assert states(observer) == ["upright", "away", "upright", "unclear", "upright"]
        assert [e.why for e in observer.course if e.state in ("away", "unclear")][1:] == ["person_lost", "not_side_on"]
        assert wrong_seconds(observer, seen) == []

    def test_standing_up_is_leaving(self) -> None:
        from bodies import film, standing

        stood = film(standing(10.0), camera=Camera(640, 480), fps=2.0)
        observer = Observer(MONITOR, stood.info)
        for sighting in stood.track.sightings():
            observer.step(sighting)
        observer.finish()
        assert {(e.state, e.why) for e in observer.course} == {("away", "other_position")}

    def test_feet_out_of_the_picture_are_not_judged(self) -> None:
        cut = Camera(bias_deg=0.0, shift_px=(0.0, 100.0))
        observer, _ = watched(sitting((10.0, TALL), (20.0, BAD[-1]), (10.0, SLUMPED), camera=cut))
        assert lasting(observer) == ["upright", "slumped"]

    def test_a_head_that_is_cut_off_cannot_be_judged(self) -> None:
        observer, _ = watched(sitting((10.0, TALL), camera=Camera(bias_deg=0.0, shift_px=(0.0, -72.0))))
        assert {(e.state, e.why) for e in observer.course} == {("unclear", "not_in_picture")}

    def test_episodes_follow_each_other_without_holes(self) -> None:
        observer, _ = watched(seen := sitting(*day(0.5)))
        edges = [(a.end_s, b.start_s) for a, b in pairwise(observer.course)]
        assert all(end_s == start_s for end_s, start_s in edges)
        assert observer.course[0].start_s == 0.0
        assert observer.course[-1].end_s == seen.film.track.t_s[-1]

    def test_a_computer_that_slept_knows_nothing_of_it(self) -> None:
        seen = sitting((20.0, TALL), (600.0, SLUMPED), (20.0, TALL))
        awake = [s for s in seen.film.track.sightings() if not 15.0 < s.t_s < 625.0]
        observer = Observer(MONITOR, seen.film.info)
        noticed = [event for sighting in awake for event in observer.step(sighting)]
        assert [(e.state, e.why) for e in observer.course if e.end_s - e.start_s > 100] == [("unclear", "not_analysed")]
        assert reminders(noticed) == []


class TestOwnPosture:
    def test_is_learned_from_three_still_seconds(self) -> None:
        _, noticed = watched(sitting((20.0, TALL)))
        assert [event.t_s for event in noticed if isinstance(event, Calibrated)] == [3.0]

    @pytest.mark.parametrize("crooked", [BAD[2], BAD[3]], ids=["forward", "back"])
    def test_is_not_learned_from_somebody_who_leans(self, crooked: Sat) -> None:
        _, noticed = watched(sitting((20.0, crooked), (10.0, TALL)))
        assert all(event.t_s > 20.0 for event in noticed if isinstance(event, Calibrated))

    def test_of_a_recording_is_the_best_in_it(self) -> None:
        seen = sitting((10.0, SLUMPED), (10.0, TALL), (10.0, SLUMPED))
        own = best_posture(MONITOR, seen.film.track, seen.film.info)
        observer = Observer(MONITOR, seen.film.info, own)
        for sighting in seen.film.track.sightings():
            observer.step(sighting)
        observer.finish()
        assert wrong_seconds(observer, seen, 0.0) == []


class TestReminders:
    def test_come_after_seventy_percent_of_twenty_seconds_and_every_ninety(self) -> None:
        _, noticed = watched(sitting((30.0, TALL), (300.0, SLUMPED), (60.0, TALL)))
        times = [round(event.t_s) for event in reminders(noticed)]
        assert times[0] == pytest.approx(30 + 14, abs=2)
        assert [b - a for a, b in pairwise(times)] == [90, 90, 90]
        assert {event.state for event in reminders(noticed)} == {"slumped"}

    def test_praise_comes_once_after_thirty_good_seconds(self) -> None:
        _, noticed = watched(sitting((30.0, TALL), (40.0, SLUMPED), (200.0, TALL)))
        assert [event.t_s for event in noticed if isinstance(event, Recovered)] == [pytest.approx(70 + 30 + 1, abs=1.5)]

    def test_name_what_took_most_of_the_time(self) -> None:
        _, noticed = watched(sitting((10.0, TALL), (5.0, SLUMPED), (30.0, HEAD_FORWARD)))
        assert [event.state for event in reminders(noticed)] == ["forward_head"]

    def test_short_lapses_are_let_pass(self) -> None:
        _, noticed = watched(sitting((10.0, TALL), *[(10.0, SLUMPED), (12.0, TALL)] * 20))
        assert reminders(noticed) == []

    def test_none_in_ten_minutes_of_good_sitting(self) -> None:
        for seed in range(5):
            spells = [(40.0, TALL if k % 2 else EASY) for k in range(15)]
            seen = sitting(*spells, restless=1.0, camera=Camera(bias_deg=0.0, white_px=1.0, slow_px=0.5), seed=seed)
            observer, noticed = watched(seen)
            assert reminders(noticed) == [], seed
            assert len(wrong_seconds(observer, seen)) < 0.05 * 600, seed


class TestWhatDoesNotMatter:
    @settings(max_examples=25, deadline=None)
    @given(
        px_per_m=st.floats(120, 300),
        shift=st.tuples(st.floats(-60, 60), st.floats(-5, 20)),
        head_at=st.sampled_from(["left", "right"]),
        fps=st.sampled_from([1.0, 2.0, 3.3, 10.0, 30.0]),
        jitter=st.floats(0, 0.3),
        seed=st.integers(0, 99),
    )
    def test_size_place_side_and_frame_rate(
        self, px_per_m: float, shift: tuple[float, float], head_at: str, fps: float, jitter: float, seed: int
    ) -> None:
        camera = Camera(
            640, 480, px_per_m=px_per_m, shift_px=shift, head_at=head_at, bias_deg=0.0, white_px=0.3, seed=seed
        )
        observer, _ = watched(seen := sitting(*SPELL, camera=camera, fps=fps, jitter=jitter))
        assert lasting(observer) == ["upright", "slumped", "upright", "forward_head", "upright"]
        assert wrong_seconds(observer, seen, 6.0) == []

    def test_turning_the_chair_round(self) -> None:
        there = sitting((10.0, TALL), (10.0, SLUMPED))
        back = sitting((10.0, TALL), (10.0, SLUMPED), camera=Camera(bias_deg=0.0, head_at="right"))
        later = [replace(s, t_s=s.t_s + 20.0) for s in back.film.track.sightings()]
        observer = Observer(MONITOR, there.film.info)
        for sighting in (*there.film.track.sightings(), *later):
            observer.step(sighting)
        observer.finish()
        assert lasting(observer) == ["upright", "slumped", "upright", "slumped"]


def test_a_day_of_eight_hours() -> None:
    observer, noticed = watched(seen := sitting(*day(8.0), restless=0.3))
    wrong = wrong_seconds(observer, seen)
    assert len(wrong) < 0.05 * 8 * 3600, wrong[:20]
    assert sum(e.end_s - e.start_s for e in observer.course) == pytest.approx(8 * 3600, abs=2)
    times = [event.t_s for event in reminders(noticed)]
    assert len(times) > 10
    assert min(b - a for a, b in pairwise(times)) >= 90
    changes = [event for event in noticed if isinstance(event, StateEntered)]
    assert len(changes) == len(observer.course)


class TestSpec:
    def test_a_state_is_left_on_the_good_side_of_its_limit(self) -> None:
        with pytest.raises(ValueError, match="good side"):
            Sign(measure="trunk_deg", over=True, enter=10.0, leave=12.0, unit="deg", reason=same("x"))

    def test_measures_must_be_known(self) -> None:
        sign = Sign(measure="elbow_deg", over=True, enter=10.0, leave=8.0, unit="deg", reason=same("x"))
        habit = Habit(code="elbows", label=same("x"), cue=same("x"), signs=((sign,),))
        with pytest.raises(ValueError, match="no measure named elbow_deg"):
            Monitor.model_validate({**dict(MONITOR), "habits": (habit,)})

    def test_states_have_names_of_their_own(self) -> None:
        with pytest.raises(ValueError, match="named twice"):
            Monitor.model_validate({**dict(MONITOR), "good": "slumped"})
