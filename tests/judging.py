"""Short ways from a film or a curve to what the package says of it."""

from __future__ import annotations

import numpy as np
from bodies import Camera, Film, curls, film
from synthetic import Floats, Move, Trace

from formcheck.events import Event, RepDone
from formcheck.exercises import get_exercise
from formcheck.filters import local_fit, without_outliers
from formcheck.hindsight import look_back, positions_s
from formcheck.judge import Baseline, Judge, Sample
from formcheck.movement import Rep, measure
from formcheck.report import FaultFound, RepFound, Report, build_report
from formcheck.study import SMOOTH_S

EDGE_S = 0.1
"""How far an edge may be off, or moved by another frame rate or view."""
EDGES = ("start_s", "top_start_s", "top_end_s", "end_s")

HIP, CURL, HEEL = (get_exercise(name) for name in ("hip_lift", "leg_curl", "heel_raise"))
QUIET_DEG = {
    "knee_deg": 100.0,
    "trunk_deg": 0.0,
    "ankle_rise_shank": 0.0,
    "heel_rise_shank": 0.0,
    "head_height_trunk": 0.0,
}
QUIET_CURL = {"thigh_left_deg": 0.0, "thigh_right_deg": 0.0, "hip_rise_thigh": 0.0, "trunk_deg": 0.0}


def report_of(taken: Film, exercise: str | None = None) -> Report:
    """The whole report of a film."""
    given = get_exercise(exercise) if exercise else None
    verdict, unjudged = look_back(taken.track, taken.info, given)
    return build_report(
        session_id="0", info=taken.info, track=taken.track, positions_s=positions_s(taken.track, taken.info),
        verdict=verdict, unjudged=unjudged, given=given is not None, model="full",
    )  # fmt: skip


def reps_of(taken: Film, exercise: str | None = None) -> list[RepFound]:
    return report_of(taken, exercise).reps


def codes(rep: RepFound | RepDone) -> set[str]:
    return {fault.code for fault in rep.faults}


def fault_of(rep: RepFound, code: str) -> FaultFound:
    return next(fault for fault in rep.faults if fault.code == code)


def curl_film(*moves: Move, camera: Camera | None = None, shadow: float = 0.0, fps: float = 30.0) -> Film:
    """A set of leg curls, the landmarks on the joints."""
    return film(curls(moves, shadow=shadow), camera=camera or Camera(bias_deg=0.0), fps=fps)


def one_rep(
    traced: Trace, signals: dict[str, Floats] | None = None, *, side: str = "both", last_end_s: float = -np.inf
) -> Rep:
    """The repetition of a curve that holds only one, measured without a judge."""
    name = "hip_deg" if side == "both" else f"knee_{side}_deg"
    speed = np.gradient(traced.x_deg, traced.t_s)
    return measure(
        side,
        traced.t_s,
        traced.x_deg,
        speed,
        {"trunk_deg": np.zeros_like(traced.x_deg), name: traced.x_deg, **(signals or {})},
        traced.curve.levels[0],
        last_end_s,
    )


def samples_of(t_s: Floats, x: Floats, signal: str, steady: dict[str, float]) -> list[Sample]:
    """Samples of one driving signal as a study makes them; everything else stays still."""
    value, speed = local_fit(t_s, without_outliers(t_s, x), SMOOTH_S)
    return [
        Sample(float(t), {signal: float(v), **steady}, {signal: float(s)})
        for t, v, s in zip(t_s, value, speed, strict=True)
    ]


def judged(traced: Trace, *, line_sd_deg: float = 0.0, fps: float = 30.0, **steady: float) -> list[Event]:
    """The events of a set of hip lifts given as the angle alone, and other measures that stay as they are."""
    judge = Judge(HIP, Baseline({"hip_deg": traced.curve.levels[0]}, {"hip_deg": line_sd_deg}, fps))
    samples = samples_of(traced.t_s, traced.x_deg, "hip_deg", QUIET_DEG | steady)
    return [event for s in samples for event in judge.step(s)] + judge.finish(samples[-1].t_s)


def done(events: list[Event]) -> list[RepDone]:
    return [event for event in events if isinstance(event, RepDone)]
