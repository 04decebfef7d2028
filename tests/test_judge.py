"""The state machine on angles alone: what is a repetition, what closes it, what is told when."""

from dataclasses import replace

import numpy as np
import pytest
from judging import CURL, EDGES, HIP, QUIET_CURL, QUIET_DEG, codes, done, judged, samples_of
from synthetic import Move, Trace, frame_times, script, trace

from formcheck.events import Event, FaultSeen, Phase, PhaseEntered, RepDone, RepSide
from formcheck.judge import GAP_S, RELIFT_SHARE, VALLEY_SHARE, Baseline, Judge, Sample
from formcheck.movement import QUALITY

REST_DEG = 128.0
TEMPI = {
    "usual": Move(),
    "slow": Move(up_s=4, hold_s=4, down_s=4, pause_s=2),
    "fast": Move(up_s=0.7, hold_s=0.3, down_s=0.7, pause_s=0.15),
    "no pause": Move(pause_s=0),
    "low": Move(160),
    "arched": Move(196),
}
EVENTS_OF_A_REP = [Phase.RISING, Phase.TOP, Phase.LOWERING, Phase.REST]


def reps(traced: Trace, fps: float = 30.0) -> list[RepDone]:
    return done(judged(traced, fps=fps))


@pytest.mark.parametrize("tempo", TEMPI.values(), ids=TEMPI)
@pytest.mark.parametrize(("white", "slow"), [(0, 0), (1.5, 1.0), (2.5, 1.5)], ids=["clean", "noisy", "noisier"])
@pytest.mark.parametrize("fps", [15.0, 24.0, 30.0, 60.0])
def test_sets_are_counted_exactly(tempo: Move, white: float, slow: float, fps: float) -> None:
    count = 3 if tempo.up_s > 2 else 5
    traced = trace([tempo] * count, REST_DEG, fps=fps, jitter=0.3, white=white, slow=slow)
    assert len(reps(traced, fps)) == count


@pytest.mark.parametrize("gap_s", [0.2, 0.5, 0.8])
@pytest.mark.parametrize("fps", [15.0, 30.0])
@pytest.mark.parametrize("tempo", [Move(), Move(up_s=3, down_s=3)], ids=["usual", "slow"])
def test_gaps_lose_no_repetition(gap_s: float, fps: float, tempo: Move) -> None:
    traced = trace([tempo] * 5, REST_DEG, fps=fps, white=1, gap_s=gap_s)
    assert len(reps(traced, fps)) == 5


@pytest.mark.parametrize("fps", [15.0, 24.0, 30.0, 60.0])
@pytest.mark.parametrize("tempo", [TEMPI["usual"], TEMPI["slow"], TEMPI["low"]], ids=["usual", "slow", "low"])
def test_edges_peak_and_hold_are_those_of_the_truth(fps: float, tempo: Move) -> None:
    traced = trace([tempo] * 2, REST_DEG, fps=fps, jitter=0.5, white=0.7)
    for one, truth in zip(reps(traced, fps), traced.truth, strict=True):
        for edge in EDGES:
            assert getattr(one.rep, edge) == pytest.approx(getattr(truth, edge), abs=0.1), edge
        assert one.rep.peak_deg == pytest.approx(truth.peak_deg, abs=1)
        assert HIP.rep.held(one.rep).value == pytest.approx(truth.hold_s, abs=0.15)


@pytest.mark.parametrize("seed", range(4))
def test_noise_at_rest_is_never_a_repetition(seed: int) -> None:
    traced = trace([], REST_DEG, tail_s=90, white=3, slow=3, seed=seed)
    assert judged(traced) == [e for e in judged(traced) if isinstance(e, PhaseEntered)]


@pytest.mark.parametrize(
    ("share", "count"), [(0.36, 0), (0.40, 0), (0.44, 3), (0.50, 3)], ids=["wriggle", "under", "over", "half"]
)
def test_the_least_share_of_the_way_decides_what_is_reported(share: float, count: int) -> None:
    found = reps(trace([Move(REST_DEG + share * (180 - REST_DEG))] * 3, REST_DEG))
    assert [one.verdict for one in found] == ["partial"] * count


@pytest.mark.parametrize(("bottom_share", "count"), [(0.0, 5), (0.2, 5), (0.35, 5), (0.42, 5), (0.5, 1), (0.7, 1)])
def test_sets_that_are_not_lowered_fully(bottom_share: float, count: int) -> None:
    """A valley under 45 % of the range parts two repetitions, a higher one does not."""
    assert 0.42 < VALLEY_SHARE < 0.5
    moves = [Move(bottom_share=bottom_share, pause_s=0.5)] * 4 + [Move()]
    assert len(reps(trace(moves, REST_DEG, white=0.5))) == count


def test_edges_between_repetitions_not_lowered_fully_are_the_valley() -> None:
    moves = [Move(bottom_share=0.3, pause_s=0), Move()]
    first, second = reps(trace(moves, REST_DEG))
    valley_s = 1.5 + 2 + 2.8 + 2
    assert first.rep.end_s == pytest.approx(valley_s, abs=0.1)
    assert second.rep.start_s == pytest.approx(valley_s, abs=0.1)


@pytest.mark.parametrize("wobble", [0.05, 0.15])
def test_a_wobble_on_the_way_down_is_no_repetition(wobble: float) -> None:
    assert wobble < RELIFT_SHARE
    t = frame_times(9, 30)
    x = REST_DEG + 52 * np.interp(t, [1, 3, 6, 6.8, 7.1, 8], [0, 1, 1, 0.3, 0.3 + wobble, 0])
    assert len(reps(Trace(t, x, script([], REST_DEG), []))) == 1


def test_a_second_lift_from_high_up_stays_in_the_same_repetition() -> None:
    moves = [Move(hold_s=1, bottom_share=0.6, pause_s=0), Move(hold_s=1)]
    (only,) = reps(trace(moves, REST_DEG))
    assert only.rep.end_s - only.rep.start_s > 8


@pytest.mark.parametrize("lead_s", [0.0, 0.1, 0.3])
def test_a_lift_right_at_the_beginning_counts(lead_s: float) -> None:
    assert len(reps(trace([Move(), Move()], REST_DEG, lead_s=lead_s))) == 2


def test_a_recording_that_begins_at_the_top_has_no_first_repetition() -> None:
    traced = trace([Move(), Move()], REST_DEG)
    later = traced.t_s > 4.5
    assert len(reps(Trace(traced.t_s[later], traced.x_deg[later], traced.curve, []))) == 1


@pytest.mark.parametrize(("from_s", "count"), [(2.1, 1), (2.65, 0)], ids=["a quarter up", "two thirds up"])
def test_a_recording_that_begins_on_the_way_up(from_s: float, count: int) -> None:
    """How fast a lift was whose larger part was not seen is not known."""
    traced = trace([Move(hold_s=3.5)], REST_DEG)
    later = traced.t_s > from_s
    assert len(reps(Trace(traced.t_s[later], traced.x_deg[later], traced.curve, []))) == count


@pytest.mark.parametrize(
    ("until_s", "count"),
    [(2.2, 0), (4.5, 0), (6.8, 0), (7.6, 1)],
    ids=["rising", "at the top", "hardly lowered", "nearly down"],
)
def test_a_recording_that_ends_in_mid_repetition(until_s: float, count: int) -> None:
    traced = trace([Move()], REST_DEG)
    earlier = traced.t_s < until_s
    assert len(reps(Trace(traced.t_s[earlier], traced.x_deg[earlier], traced.curve, []))) == count


@pytest.mark.parametrize(("lost_s", "count"), [(0.5 * GAP_S, 2), (2.5 * GAP_S, 1)], ids=["bridged", "abandoned"])
@pytest.mark.parametrize("from_s", [2.4, 4.0], ids=["while rising", "at the top"])
def test_nothing_seen_for_a_while_in_mid_repetition(lost_s: float, count: int, from_s: float) -> None:
    traced = trace([Move(), Move()], REST_DEG)
    hidden = (traced.t_s > from_s) & (traced.t_s < from_s + lost_s)
    kept = ~hidden
    assert len(reps(Trace(traced.t_s[kept], traced.x_deg[kept], traced.curve, []))) == count


def test_an_abandoned_repetition_leaves_no_fault_behind() -> None:
    traced = trace([Move(196), Move()], REST_DEG)
    kept = (traced.t_s < 3.0) | (traced.t_s > 6.5)
    events = judged(Trace(traced.t_s[kept], traced.x_deg[kept], traced.curve, []))
    assert [codes(one) for one in done(events)] == [set()]


def test_a_long_rest_is_forgotten_and_the_next_lift_still_has_its_start() -> None:
    moves = [Move(pause_s=40), Move(up_s=7)]
    found = reps(trace(moves, REST_DEG, white=1))
    truth = trace(moves, REST_DEG).truth
    assert [one.rep.start_s for one in found] == pytest.approx([one.start_s for one in truth], abs=0.2)


def test_rest_that_sinks_is_followed_down() -> None:
    """The person settles lower than was learned; the next lift is still whole."""
    t = frame_times(20, 30)
    x = np.interp(t, [2, 4, 7, 9, 11, 13, 16, 18], [140, 180, 180, 120, 120, 180, 180, 120])
    assert len(reps(Trace(t, x, script([], 140.0), []))) == 2


@pytest.mark.parametrize(
    ("move", "verdict", "said"),
    [
        (Move(), "clean", set()),
        (Move(up_s=0.6), "fault", {"momentum"}),
        (Move(down_s=0.5), "fault", {"fast_lowering"}),
        (Move(hold_s=0.5), "fault", {"short_hold"}),
        (Move(192), "fault", {"lumbar_arch"}),
        (Move(168), "fault", {"low_height"}),
        (Move(161), "partial", {"low_height"}),
        (Move(161, up_s=0.6), "partial", {"low_height", "momentum"}),
    ],
    ids=["clean", "momentum", "drop", "short hold", "arched", "low", "partial", "partial and thrown"],
)
@pytest.mark.parametrize("fps", [24.0, 30.0, 60.0])
def test_verdict_and_faults(move: Move, verdict: str, said: set[str], fps: float) -> None:
    (one,) = reps(trace([move], REST_DEG, fps=fps, white=0.5), fps)
    assert (one.verdict, codes(one)) == (verdict, said)


BOUNCY = [Move(down_s=1.0, pause_s=0.05), Move(up_s=0.7)]


def test_a_fast_lift_straight_out_of_the_last_is_a_bounce() -> None:
    assert codes(reps(trace(BOUNCY, REST_DEG))[1]) == {"momentum", "bounce"}


def test_the_first_lift_cannot_bounce() -> None:
    assert "bounce" not in codes(reps(trace([Move(up_s=0.7)], REST_DEG, lead_s=0.1))[0])


@pytest.mark.parametrize(("fps", "judged_there"), [(15.0, False), (23.0, False), (24.0, True), (30.0, True)])
def test_bounce_is_withheld_at_low_frame_rates(fps: float, judged_there: bool) -> None:
    assert ("bounce" in codes(reps(trace(BOUNCY, REST_DEG, fps=fps), fps)[1])) == judged_there


def test_a_fault_says_number_limit_unit_and_time() -> None:
    (one,) = reps(trace([Move(up_s=0.6)], REST_DEG))
    (fault,) = one.faults
    assert (fault.code, fault.severity, fault.limit, fault.unit, fault.side) == ("momentum", "severe", 0.8, "s", "both")
    assert fault.value == pytest.approx(0.6, abs=0.1)
    assert one.rep.start_s <= fault.at_s <= one.rep.end_s <= one.t_s


def test_arching_is_told_while_it_happens_and_once() -> None:
    events = judged(trace([Move(195), Move(195)], REST_DEG, white=0.5))
    told = [event for event in events if isinstance(event, FaultSeen) and event.code == "lumbar_arch"]
    ends = [one.rep.top_end_s for one in done(events)]
    assert len(told) == 2
    assert [fault.t_s < end for fault, end in zip(told, ends, strict=True)] == [True, True]


def test_what_was_told_at_once_is_in_the_repetition_too() -> None:
    assert [codes(one) for one in reps(trace([Move(195)] * 2, REST_DEG))] == [{"lumbar_arch"}] * 2


def test_other_faults_are_told_with_the_repetition() -> None:
    events = judged(trace([Move(up_s=0.6)], REST_DEG))
    (told,) = [event for event in events if isinstance(event, FaultSeen)]
    assert told.t_s == done(events)[0].t_s


def test_phases_come_in_order() -> None:
    phases = [event.phase for event in judged(trace([Move()] * 2, REST_DEG)) if isinstance(event, PhaseEntered)]
    assert phases == EVENTS_OF_A_REP * 2


def test_confidence_is_high_in_the_middle_and_low_near_a_limit() -> None:
    traces = [trace([Move(peak, hold_s=3.5)], REST_DEG) for peak in (180.0, 174.0, 170.3)]
    sure, less, least = (done(judged(traced, line_sd_deg=4.0))[0].confidence for traced in traces)
    assert sure > 0.95
    assert sure > less > least
    assert least < 0.8


def test_confidence_falls_with_the_doubt_about_the_line() -> None:
    traced = trace([Move(175)], REST_DEG)
    sure, doubtful = (done(judged(traced, line_sd_deg=sd))[0].confidence for sd in (0.0, 4.0))
    assert doubtful < sure


def test_doubt_about_the_line_does_not_touch_tempo() -> None:
    traced = trace([Move(up_s=1.05, hold_s=4)], REST_DEG)
    sure, doubtful = (done(judged(traced, line_sd_deg=sd))[0].confidence for sd in (0.0, 1.0))
    assert doubtful == pytest.approx(sure, abs=0.01)


@pytest.mark.parametrize("at_s", [0.5, 3.5, 9.0], ids=["at rest", "at the top", "after the first"])
def test_a_line_that_becomes_better_known_moves_what_comes(at_s: float) -> None:
    """The landmarks read 4 deg less from then on, as the judge is told: everything stays as it was, but the doubt."""
    traced = trace([Move(), Move()], REST_DEG)
    judge, told = Judge(HIP, Baseline({"hip_deg": REST_DEG}, {"hip_deg": 4.0})), False
    events = []
    for sample in samples_of(traced.t_s, traced.x_deg, "hip_deg", QUIET_DEG):
        if sample.t_s > at_s and not told:
            judge.recalibrate(-4.0, 1.0)
            told = True
        values = {**sample.values, "hip_deg": sample.values["hip_deg"] - (4.0 if told else 0.0)}
        events += judge.step(Sample(sample.t_s, values, sample.speeds))
    second = done(events + judge.finish(traced.t_s[-1]))[1]
    assert second.rep.peak_deg == pytest.approx(176, abs=0.5)
    assert (second.rep.rest_deg, second.rep.line_sd_deg) == (REST_DEG - 4, 1.0)
    assert second.rep.start_s == pytest.approx(traced.truth[1].start_s, abs=0.05)
    assert len(done(events)) == 2


def curl_events(left: Trace, right: Trace, **steady: float) -> list[Event]:
    judge = Judge(CURL, Baseline({"knee_left_deg": 6.0, "knee_right_deg": 6.0}))
    pairs = zip(
        samples_of(left.t_s, left.x_deg, "knee_left_deg", QUIET_CURL | steady),
        samples_of(right.t_s, right.x_deg, "knee_right_deg", {}),
        strict=True,
    )
    both = [Sample(a.t_s, {**a.values, **b.values}, {**a.speeds, **b.speeds}) for a, b in pairs]
    return [event for sample in both for event in judge.step(sample)] + judge.finish(both[-1].t_s)


def curl_reps(left: Trace, right: Trace) -> list[RepDone]:
    return done(curl_events(left, right))


def bent(*peaks: float, delay_s: float = 0.0) -> Trace:
    return trace([Move(peak, hold_s=0.7) for peak in peaks], 6.0, lead_s=1.5 + delay_s, tail_s=3 - delay_s, curl=True)


def test_the_moving_leg_is_named() -> None:
    assert [one.side for one in curl_reps(bent(100, 6, 100, 6), bent(6, 100, 6, 100))] == ["left", "right"] * 2


@pytest.mark.parametrize("shadow_deg", [25.0, 45.0, 60.0])
def test_the_other_legs_shadow_is_not_counted(shadow_deg: float) -> None:
    assert [one.side for one in curl_reps(bent(105, 105), bent(shadow_deg, shadow_deg))] == ["left", "left"]


@pytest.mark.parametrize("side", ["left", "right"])
def test_what_happens_is_told_at_once_of_the_leg_that_moves(side: RepSide) -> None:
    legs = [bent(105, 105), bent(60, 60)][:: 1 if side == "left" else -1]
    events = curl_events(*legs, hip_rise_thigh=0.2)
    told = [event for event in events if isinstance(event, FaultSeen)]
    assert [(event.code, event.side) for event in told] == [("lumbar_arch", side)] * 2
    assert all(event.t_s < rep.rep.top_end_s for event, rep in zip(told, done(events), strict=True))


@pytest.mark.parametrize("higher_deg", [8.0, 20.0])
def test_the_shadow_is_the_leg_that_bends_less_on_the_whole(higher_deg: float) -> None:
    """Where both legs are drawn on one, noise may lift the other's peak above the bent leg's own."""
    left = bent(95, 95)
    spike_deg = higher_deg * np.exp(-(((left.t_s - left.t_s[left.x_deg.argmax()] - 0.3) / 0.2) ** 2))
    right = Trace(left.t_s, 0.85 * left.x_deg + 2 * spike_deg, left.curve, [])
    assert [one.side for one in curl_reps(left, right)] == ["left", "left"]


def test_legs_that_overlap_a_little_both_count() -> None:
    left, right = bent(100, 6), bent(6, 100)
    sooner = Trace(left.t_s, np.interp(left.t_s + 0.8, right.t_s, right.x_deg), right.curve, [])
    assert {one.side for one in curl_reps(left, sooner)} == {"left", "right"}


@pytest.mark.parametrize(("peak_deg", "count"), [(30.0, 0), (36.0, 0), (41.0, 2)])
def test_fidgeting_legs_are_not_counted(peak_deg: float, count: int) -> None:
    assert len(curl_reps(bent(peak_deg, peak_deg), bent(6, 6))) == count


def test_unknown_samples_are_passed_over() -> None:
    judge = Judge(HIP, Baseline({"hip_deg": REST_DEG}))
    lost = Sample(0.0, {"hip_deg": np.nan, **QUIET_DEG}, {"hip_deg": np.nan})
    assert judge.step(lost) == []
    assert judge.finish(1.0) == []


def test_signals_that_cannot_be_measured_give_no_fault() -> None:
    traced = trace([Move()], REST_DEG)
    judge = Judge(HIP, Baseline({"hip_deg": REST_DEG}))
    unknown = dict.fromkeys(QUIET_DEG, np.nan)
    events = [e for s in samples_of(traced.t_s, traced.x_deg, "hip_deg", unknown) for e in judge.step(s)]
    assert [one.verdict for one in done(events)] == ["clean"]


@pytest.mark.parametrize(
    ("hidden_s", "told"), [((3.4, 3.8), set()), ((5.4, 5.6), {"short_hold"}), (None, {"short_hold"})]
)
def test_a_hold_is_short_only_where_everything_before_was_seen(
    hidden_s: tuple[float, float] | None, told: set[str]
) -> None:
    brief = trace([Move(hold_s=1.0)], REST_DEG)
    quality = np.ones(len(brief.t_s))
    if hidden_s:
        quality[(brief.t_s > hidden_s[0]) & (brief.t_s < hidden_s[1])] = 0.5
    judge = Judge(HIP, Baseline({"hip_deg": REST_DEG}))
    samples = samples_of(brief.t_s, brief.x_deg, "hip_deg", QUIET_DEG)
    seen = (replace(s, values={**s.values, QUALITY: q}) for s, q in zip(samples, quality, strict=True))
    assert [codes(one) for one in done([e for s in seen for e in judge.step(s)])] == [told]


@pytest.mark.parametrize(("quality", "told"), [(1.0, {"lumbar_arch"}), (0.61, {"lumbar_arch"}), (0.59, set())])
def test_what_limbs_show_that_are_not_seen_clearly_is_no_fault(quality: float, told: set[str]) -> None:
    arched = trace([Move(196)], REST_DEG)
    events = judged(arched, quality=quality)
    assert {event.code for event in events if isinstance(event, FaultSeen)} == told
    (one,) = done(events)
    assert codes(one) == told
    assert (one.confidence < 0.55) == (not told)
