"""What is said and when: pacing on scripted events, the course of a session on scripted sights."""

from __future__ import annotations

import numpy as np
import pytest

from formcheck.coach.cues import MOST_COUNT, Cue, all_clips
from formcheck.coach.framing import Problem
from formcheck.coach.pacing import APART_S, Pacing
from formcheck.coach.plan import Plan
from formcheck.coach.progress import Progress, State
from formcheck.coach.session import COUNTDOWN_S, Session
from formcheck.coach.sight import Seen
from formcheck.coach.tally import Tally
from formcheck.events import Event, FaultSeen, Phase, PhaseEntered, RepDone, RepSide, RepVerdict, Severity
from formcheck.exercises import get_exercise
from formcheck.movement import Rep


def simple_rep(start_s: float, end_s: float, side: RepSide = "both") -> Rep:
    """A repetition from 120 to 180 degrees, held in the middle."""
    t_s = np.linspace(start_s, end_s, 60)
    x_deg = np.interp(t_s, start_s + np.array([0.0, 0.3, 0.7, 1.0]) * (end_s - start_s), [120.0, 180.0, 180.0, 120.0])
    up_s, down_s = start_s + 0.3 * (end_s - start_s), start_s + 0.7 * (end_s - start_s)
    return Rep(
        side=side, t_s=t_s, x_deg=x_deg, speed_dps=np.gradient(x_deg, t_s), signals={}, rest_deg=120.0, peak_deg=180.0,
        peak_s=up_s, start_s=start_s, top_start_s=up_s, top_end_s=down_s, end_s=end_s, pause_s=1.0,
    )  # fmt: skip


def fault(t_s: float, code: str, severity: Severity = "mild", side: RepSide = "both") -> FaultSeen:
    return FaultSeen(t_s, side, code, severity, 1.0, 2.0, "s", t_s)


def rep(t_s: float, *codes: str, verdict: RepVerdict | None = None, side: RepSide = "both") -> RepDone:
    faults = tuple(fault(t_s, code, side=side) for code in codes)
    return RepDone(t_s, side, verdict or ("fault" if codes else "clean"), 0.9, simple_rep(t_s - 7.0, t_s, side), faults)


def spoken(cues: list[Cue]) -> list[str]:
    return [name for cue in cues for name in cue.clips]


def told(*reps: RepDone) -> list[list[str]]:
    """What is said after each of some repetitions besides the count."""
    pacing = Pacing(get_exercise("hip_lift"), 3.0)
    said = []
    for number, done in enumerate(reps, 1):
        cues = pacing.step(done.t_s, [*done.faults, done], None, number)
        assert spoken([cue for cue in cues if cue.slot == "count"]) == [f"count_{number}"]
        said.append(spoken([cue for cue in cues if cue.slot != "count"]))
    return said


def test_a_fault_is_spoken_when_it_comes_again() -> None:
    assert told(rep(10, "momentum"), rep(20, "momentum")) == [[], ["hip_lift_momentum"]]


def test_two_of_the_last_three_are_enough_and_one_of_three_is_not() -> None:
    assert told(rep(10, "momentum"), rep(20), rep(30, "momentum"))[2] == ["hip_lift_momentum"]
    assert "hip_lift_momentum" not in told(rep(10, "momentum"), rep(20), rep(30), rep(40, "momentum"))[3]


def test_an_arching_back_is_spoken_at_once_and_once() -> None:
    pacing = Pacing(get_exercise("hip_lift"), 3.0)
    seen = fault(10.0, "lumbar_arch")
    [cue] = pacing.step(10.0, [seen], 1.4, None)[1:]
    assert (cue.slot, cue.clips) == ("safety", ("hip_lift_lumbar_arch",))
    assert spoken(pacing.step(14.0, [rep(14.0, "lumbar_arch")], None, 1)) == ["count_1"]


def test_a_drop_is_spoken_at_once_a_fast_lowering_only_when_it_comes_again() -> None:
    drop = RepDone(10.0, "both", "fault", 0.9, simple_rep(3.0, 10.0), (fault(10.0, "fast_lowering", "severe"),))
    assert told(drop) == [["hip_lift_fast_lowering"]]
    assert told(rep(10, "fast_lowering")) == [[]]


def test_corrections_keep_apart() -> None:
    first, soon, later = rep(10, "momentum"), rep(12, "momentum", "short_hold"), rep(14, "short_hold")
    assert told(first, soon, later) == [[], ["hip_lift_momentum"], []]
    assert told(first, soon, rep(12 + APART_S, "short_hold"))[2] == ["hip_lift_short_hold"]


def test_only_one_correction_and_the_back_comes_first() -> None:
    reps = [rep(t_s, "head_up", "momentum", "bounce") for t_s in (10, 20)]
    assert told(*reps)[1] == ["hip_lift_bounce"]


def test_a_mended_fault_is_praised_after_two_repetitions() -> None:
    said = told(rep(10, "momentum"), rep(20, "momentum"), rep(30, "head_up"), rep(40))
    assert said == [[], ["hip_lift_momentum"], [], ["corrected"]]


def test_the_same_correction_is_said_twice_at_most() -> None:
    said = told(*(rep(10.0 * n, "momentum") for n in range(1, 12)))
    assert sum(line == ["hip_lift_momentum"] for line in said) == 2


def test_a_partial_repetition_is_named_and_not_counted() -> None:
    pacing = Pacing(get_exercise("hip_lift"), 3.0)
    said = spoken(pacing.step(10.0, [rep(10.0, "low_height", verdict="partial")], None, None))
    assert said == ["too_low", "hip_lift_partial"]


def test_the_hold_counts_down_on_its_own_clock() -> None:
    pacing = Pacing(get_exercise("hip_lift"), 3.0)
    pacing.reps = 5
    said = []
    for held_s in np.arange(0.0, 4.0, 1 / 30):
        said += [(round(float(held_s), 1), *cue.clips) for cue in pacing.step(float(held_s), [], float(held_s), None)]
    assert said == [(0.0, "number_3"), (1.0, "number_2"), (2.0, "number_1"), (3.0, "breathe_in")]


def test_a_broken_hold_counts_anew_but_a_finished_one_does_not() -> None:
    pacing = Pacing(get_exercise("hip_lift"), 3.0)
    pacing.reps = 5
    said = [spoken(pacing.step(0.0, [], held_s, None)) for held_s in (0.0, 1.0, None, 0.0, 1.0, 2.0, 3.0, None, 0.0)]
    assert said == [["number_3"], ["number_2"], [], ["number_3"], ["number_2"], ["number_1"], ["breathe_in"], [], []]


def test_nothing_but_safety_is_said_during_a_hold() -> None:
    pacing = Pacing(get_exercise("hip_lift"), 3.0)
    slots = {cue.slot for held_s in (0.5, 1.5) for cue in pacing.step(9.0, [fault(9.0, "heels_up")], held_s, None)}
    assert slots <= {"hold"}


def test_steps_that_follow_soon_are_not_each_breathed_to() -> None:
    pacing = Pacing(get_exercise("stair_step"), None)
    pacing.reps = 5
    said = []
    for n in range(6):
        for phase, later_s in ((Phase.RISING, 0.0), (Phase.LOWERING, 0.5), (Phase.REST, 0.9)):
            said += spoken(pacing.step(n + later_s, [PhaseEntered(n + later_s, "left", phase)], None, None))
    assert said == ["breathe_out", "breathe_in"] * 2


def test_faults_of_other_exercises_are_spoken_too() -> None:
    pacing, said = Pacing(get_exercise("heel_raise"), None), []
    for t_s in (10.0, 20.0):
        said += spoken(pacing.step(t_s, [rep(t_s, "rocking", "knee_bend")], None, None))
    assert said == ["heel_raise_knee_bend"]
    tally = Tally(get_exercise("heel_raise"))
    tally.step(rep(10.0, "rocking"))
    assert tally.summary() == ("clean_0", "next_time", "heel_raise_rocking")


def test_the_breathing_cue_comes_once_a_lift_and_gets_short() -> None:
    pacing = Pacing(get_exercise("hip_lift"), 3.0)
    rising, top, again = (PhaseEntered(1.0, "both", phase) for phase in (Phase.RISING, Phase.TOP, Phase.RISING))
    assert spoken(pacing.step(1.0, [rising, top, again], None, None)) == ["hip_lift_go"]
    pacing.reps = 2
    pacing.step(8.0, [rep(8.0)], None, 3)
    assert spoken(pacing.step(9.0, [rising], None, None)) == ["breathe_out"]


@pytest.mark.parametrize("exercise", ["hip_lift", "leg_curl"])
def test_every_correction_has_a_clip(exercise: str) -> None:
    clips = all_clips()
    assert {f"{exercise}_{fault.code}" for fault in get_exercise(exercise).faults} <= set(clips)
    assert f"count_{MOST_COUNT}" in clips


class Script:
    """Plays sights to a session, ten a second, and collects what is said."""

    def __init__(self, plan: Plan, progress: Progress | None = None) -> None:
        self.session, self.t_s, self.said = Session(plan, progress), 0.0, list[str]()
        self.sight: dict[str, object] = {"ready": False, "near_side": "right", "problem": None}

    def run(self, seconds: float, *events: Event, **sight: object) -> list[str]:
        """Let time pass; the events come with the first frame. Returns what was said meanwhile."""
        self.sight |= sight
        before = len(self.said)
        for number in range(max(1, round(seconds * 10))):
            self.t_s += 0.1
            seen = Seen(self.t_s, **self.sight)  # type: ignore[arg-type]
            self.sight.pop("arm_raised", None)
            self.said += spoken(self.session.step(seen, events if number == 0 else ()))
        return self.said[before:]

    def reps(self, count: int, side: RepSide = "both", verdict: RepVerdict | None = None) -> list[str]:
        return [name for _ in range(count) for name in self.run(7.0, rep(self.t_s + 0.1, side=side, verdict=verdict))]

    def begin(self) -> None:
        """Lie down, do the practice repetition and wait for the countdown."""
        self.run(2.0, ready=True)
        self.reps(1)
        assert self.session.state is State.SET


HIP = Plan(exercise="hip_lift", sets=2, reps=3, rest_s=30)


def test_a_whole_session_without_a_touch() -> None:
    script = Script(HIP)
    assert script.run(1.0) == ["hip_lift_set_up"]
    assert script.run(1.0, ready=True) == ["practice"]
    assert script.reps(1) == ["begin", "number_3", "number_2", "number_1"]
    assert script.session.state is State.SET
    assert [name for name in script.reps(2) if name.startswith("count")] == ["count_1", "count_2"]
    assert script.run(1.0, rep(script.t_s)) == ["count_3", "set_end", "clean_3"]
    assert script.session.state is State.REST
    assert script.run(30.0) == ["rest_10", "number_3", "number_2", "number_1", "next_set"]
    script.run(COUNTDOWN_S)
    said = script.reps(3)
    assert said[-2:] == ["clean_3", "all_done"]
    assert script.session.state is State.DONE
    assert [number for number, *_ in script.session.progress.sets] == [1, 2]


def test_whoever_lifts_during_the_countdown_has_started() -> None:
    script = Script(HIP)
    script.run(2.0, ready=True)
    script.run(1.0, rep(script.t_s))
    assert script.session.state is State.COUNTDOWN
    script.run(0.1, PhaseEntered(script.t_s, "both", Phase.RISING))
    assert script.session.state is State.SET


def test_the_rest_waits_for_the_person() -> None:
    script = Script(HIP)
    script.begin()
    script.reps(3)
    assert "lie_down" in script.run(40.0, ready=False)
    assert script.session.state is State.REST
    assert script.run(0.1, ready=True) == ["next_set"]


def test_a_partial_repetition_does_not_count() -> None:
    script = Script(HIP)
    script.begin()
    script.reps(1, verdict="partial")
    assert script.session.count == 0
    script.reps(1)
    assert script.session.count == 1


def test_a_raised_arm_pauses_and_another_one_goes_on() -> None:
    script = Script(HIP)
    script.begin()
    assert script.run(5.0, arm_raised=True) == ["paused", "how_to_resume"]
    script.reps(1)
    assert script.session.count == 0
    assert script.run(1.0, arm_raised=True) == ["resumed"]
    script.reps(1)
    assert script.session.count == 1


def test_sitting_up_pauses_and_lying_back_goes_on() -> None:
    script = Script(HIP)
    script.begin()
    assert script.run(3.0, got_up=True, ready=False) == ["paused"]
    assert script.run(1.0, got_up=False) == []
    assert script.run(1.0, ready=True) == ["resumed"]
    assert script.session.state is State.SET


def test_sitting_up_during_the_rest_is_no_pause() -> None:
    script = Script(HIP)
    script.begin()
    script.reps(3)
    script.run(5.0, got_up=True, ready=False)
    assert script.session.paused is None


def test_a_part_out_of_sight_is_named_and_nothing_counts_meanwhile() -> None:
    script = Script(HIP)
    script.begin()
    assert script.run(1.0, problem=Problem.NO_FEET) == []
    assert script.run(3.0) == ["no_feet"]
    script.run(1.0, rep(script.t_s))
    assert script.session.count == 0
    assert script.run(1.0, problem=None) == ["back"]
    script.reps(1)
    assert script.session.count == 1


def test_the_camera_check_says_one_thing_at_a_time_and_not_all_the_time() -> None:
    script = Script(HIP)
    assert script.run(7.0, problem=Problem.TOO_FAR) == ["too_far"]
    assert script.run(20.0, problem=Problem.SIDE_ON).count("side_on") == 3
    assert script.session.state is State.CHECK
    assert script.run(1.0, problem=None, ready=True) == ["practice"]


def test_somebody_else_in_the_picture_is_named_and_after_a_while_borne_with() -> None:
    script = Script(HIP)
    assert script.run(14.0, problem=Problem.TWO_PEOPLE, ready=True) == ["two_people", "two_people"]
    assert script.session.state is State.CHECK
    assert script.run(4.0) == ["practice"]
    script.reps(1)
    assert script.session.state is State.SET
    script.reps(1)
    assert script.session.count == 1


def test_the_camera_side_leg_comes_first_then_the_other() -> None:
    script = Script(Plan(exercise="leg_curl", sets=1, reps=2, rest_s=30))
    script.run(2.0, ready=True, near_side="right")
    script.run(7.0, rep(script.t_s, side="right"))
    assert script.session.side == "right"
    script.reps(1, "right")
    assert script.run(1.0, rep(script.t_s, side="right")) == ["count_2", "leg_curl_turn_round"]
    assert script.session.state is State.TURN
    script.run(5.0, ready=False)
    assert "begin" in script.run(7.0, ready=True, near_side="left")
    assert script.session.side == "left"
    script.reps(2, "left")
    assert script.session.state is State.DONE


@pytest.mark.parametrize("first", ["left", "right"])
def test_legs_that_take_turns_need_no_turning_round(first: RepSide) -> None:
    """Whichever begins, and whichever is nearer to the camera."""
    script = Script(Plan(exercise="stair_step", sets=1, reps=3, rest_s=30))
    script.run(2.0, ready=True, near_side="right")
    script.reps(1, "right")
    script.run(COUNTDOWN_S + 1.0)
    assert script.session.state is State.SET
    second: RepSide = "right" if first == "left" else "left"
    for side in (first, second, first, second, first):
        script.reps(1, side)
        assert script.session.state is State.SET
    assert "count_3" in script.reps(1, second)
    assert script.session.state is State.DONE
    assert "stair_step_turn_round" not in script.said


def test_a_session_goes_on_where_it_broke_off() -> None:
    script = Script(HIP)
    script.begin()
    script.reps(2)
    later = Script(HIP, script.session.progress_at(script.t_s))
    assert later.run(1.0)[0] == "welcome_back"
    later.run(COUNTDOWN_S + 1.0, ready=True)
    assert (later.session.state, later.session.count) == (State.SET, 2)
    assert later.run(1.0, rep(later.t_s))[:2] == ["count_3", "set_end"]


def test_buttons_pause_skip_and_finish() -> None:
    script = Script(HIP)
    script.begin()
    script.session.command("pause", script.t_s)
    assert script.session.paused == "asked"
    script.session.command("pause", script.t_s)
    assert script.session.paused is None
    script.session.command("skip", script.t_s)
    assert script.session.state is State.REST
    script.session.command("skip", script.t_s)
    assert script.run(0.1) == ["next_set"]
    assert spoken(script.session.command("finish", script.t_s))[-1] == "all_done"
    assert script.session.progress.done
