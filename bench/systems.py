"""formcheck itself, looking back and live, and formcheck without one of its ingredients.

The package has no switches for that: an ingredient is taken out by giving the judge a changed exercise, or by putting
another function or number in its place for the time of one clip. A name that is not there any more is an error.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from typing import Any, NamedTuple
from unittest.mock import patch

import numpy as np
from numpy.typing import NDArray

import formcheck.exercises.leg_curl
from bench import bias
from bench.scoring import Answer
from formcheck import hindsight, judge, knee, line, measures, movement, spec, study, tempo
from formcheck.engine import Engine, replay
from formcheck.events import RepDone
from formcheck.exercises import all_exercises
from formcheck.hindsight import Verdict
from formcheck.landmarks import Side
from formcheck.line import Line
from formcheck.measures import Body, Measure
from formcheck.records import Floats, SourceInfo, Track
from formcheck.report import build_report, list_reps
from formcheck.spec import Exercise

Judged = Callable[[Track, SourceInfo, str], Answer | None]
"""A system: landmarks, what is known of the recording, and the exercise that was asked for, to an answer."""


def looking_back(track: Track, info: SourceInfo, _exercise: str = "") -> Answer:
    """What `formcheck analyze` reports; it finds the exercise itself."""
    verdict, unjudged = hindsight.look_back(track, info, None)
    report = build_report(
        session_id="", info=info, track=track, positions_s={}, verdict=verdict, unjudged=unjudged, given=False, model=""
    )
    return Answer.model_validate(report.model_dump())


def live(track: Track, info: SourceInfo, exercise: str) -> Answer | None:
    """What `Engine` says as the same landmarks come one after the other; it is told the exercise."""
    if exercise not in all_exercises():
        return None
    engine = Engine(exercise, info)
    done = [event for event in replay(engine, track) if isinstance(event, RepDone)]
    reps = list_reps(Verdict(engine.exercise, events=[*done]))
    return Answer.model_validate({"exercise": exercise, "reps": [rep.model_dump() for rep in reps]})


class Change(NamedTuple):
    """`name` of `owner` replaced by `by`."""

    owner: Any
    name: str
    by: Any


class Ingredient(NamedTuple):
    """Something formcheck can be without: what its absence means, and the changes that bring it about."""

    label: str
    meaning: str
    changes: Callable[[], list[Change]]


def without(ingredient: Ingredient) -> Judged:
    """formcheck looking back without an ingredient."""
    return lambda track, info, _exercise: looking_back_with(ingredient.changes(), track, info)


def looking_back_with(changes: list[Change], track: Track, info: SourceInfo) -> Answer:
    """What formcheck reports with some changes made.

    Faults are not told early, which takes most of the time of judging and alters no repetition.
    """
    with changed([*changes, Change(judge.Judge, "_during", lambda *_: [])]):
        return looking_back(track, info)


@contextmanager
def changed(changes: list[Change]) -> Iterator[None]:
    """All changes made, and undone at the end."""
    with ExitStack() as stack:
        for change in changes:
            stack.enter_context(patch.object(change.owner, change.name, change.by))
        yield


def with_exercise(exercise_id: str, **update: Any) -> Change:
    """Looking back chooses among exercises of which one is changed."""
    exercises = all_exercises()
    altered: Exercise = exercises[exercise_id].model_copy(update=update)
    return Change(hindsight, "all_exercises", lambda: {**exercises, exercise_id: altered})


def with_hip_angle(angle: Measure) -> list[Change]:
    """Another hip angle, for the judge and for finding the line, with the rules that the same bodies teach of it."""
    measured = {**all_exercises()["hip_lift"].measures, "hip_deg": angle}
    return [
        with_exercise("hip_lift", measures=measured),
        Change(line, "hip_deg", angle),
        Change(line, "RULES", rules_of(angle)),
    ]


@cache
def rules_of(angle: Measure) -> dict[tuple[bool, bool], line.Rule]:
    """How a hip angle's bias is told, from the rendered bodies of `bodies.npz`."""
    with patch.object(bias, "hip_deg", angle):
        return bias.line_rules(bias.hip_cases(bias.load()))


def near_hip_deg(body: Body) -> Floats:
    """Signed hip angle of the side that faces the camera."""
    return body.front_turn_deg(body.joint("shoulder"), body.joint("hip"), body.joint("knee"))


def middle_hip_deg(body: Body) -> Floats:
    """Signed hip angle of the middles between left and right."""
    return body.front_turn_deg(body.middle("shoulder"), body.middle("hip"), body.middle("knee"))


def prior_line(body: Body) -> Line:
    """The line where only other bodies are known."""
    return Line(*line.told(np.nan, np.nan), calibrated=False)


def measured_without_doubt(*args: Any) -> movement.Rep:
    """`movement.measure` with a line that is taken as certain."""
    return movement.measure(*args[:7])


SURENESS = spec.Fault.sureness


def sure_of_the_line(fault: spec.Fault, value: float, _more_doubt: float = 0.0) -> float:
    """`Fault.sureness` with a line that is taken as certain."""
    return SURENESS(fault, value)


def as_it_is(_t_s: Floats, x: Floats, *_: float) -> Floats:
    """In place of a filter."""
    return x


def unknown(*_: Any) -> float:
    """In place of a source that tells nothing."""
    return np.nan


def nowhere(xy_px: NDArray[np.float32]) -> NDArray[np.bool_]:
    """In place of what marks frames."""
    return np.zeros(len(xy_px), bool)


def usual_short_deg() -> Callable[[Side, Body], float]:
    """In place of what the legs' drawing tells: the mean of the 36 bodies."""
    near, far = (bias.learned(bias.knee_cases(bias.load(), far), ()).offset_deg for far in (False, True))
    return lambda side, body: far if side == body.far else near


MEASURED = study.raw_signals


def believing(body: Body, exercise: Exercise, found: Line | None) -> Floats:
    """`study.raw_signals` with limbs of any length."""
    with patch.object(study, "believable_rows", lambda body: np.ones(len(body.track), bool)):
        return MEASURED(body, exercise, found)


INGREDIENTS = (
    Ingredient("line correction", "angles as the landmarks show them, the line at 180, without doubt",
               lambda: [with_exercise("hip_lift", line=None)]),
    Ingredient("line from the recording", "the prior only: every line at the same place",
               lambda: [with_exercise("hip_lift", line=prior_line)]),
    Ingredient("line from the chord", "the prior, lying flat and the tops only",
               lambda: [Change(line, "chord_bias_deg", unknown)]),
    Ingredient("line from the tops", "the prior, the chord and lying flat only",
               lambda: [Change(line, "tops_bias_deg", unknown)]),
    Ingredient("line from lying flat", "the prior, the chord and the tops only",
               lambda: [Change(line, "flat_bias_deg", unknown)]),
    Ingredient("line's doubt in the confidence", "confidence as if the line were certain",
               lambda: [Change(spec.Fault, "sureness", sure_of_the_line)]),
    Ingredient("hold within the line's doubt", "holds measured at the estimated line, wherever the person held",
               lambda: [Change(judge, "measure", measured_without_doubt)]),
    Ingredient("holds bridged", "an interruption of any length ends a hold",
               lambda: [Change(movement, "HOLD_GRACE_S", 0.0)]),
    Ingredient("near side in the hip angle", "middles only, with their own rules",
               lambda: with_hip_angle(middle_hip_deg)),
    Ingredient("middles in the hip angle", "near side only, with its own rules",
               lambda: with_hip_angle(near_hip_deg)),
    Ingredient("outliers removed", "every landmark is believed", lambda: [Change(study, "without_outliers", as_it_is)]),
    Ingredient("bone lengths checked", "limbs of any length are believed",
               lambda: [Change(study, "BONE_TOLERANCE", np.inf)]),
    Ingredient("impossible limbs left out of the smoothing", "they are not judged, but reach into their neighbours",
               lambda: [Change(study, "raw_signals", believing)]),
    Ingredient("legs kept", "each leg is whatever the network calls so",
               lambda: [Change(study, "legs_kept", lambda track: track)]),
    Ingredient("ghost leg", "a leg seen on the other one counts like any",
               lambda: [Change(formcheck.exercises.leg_curl, "ghost_rows", nowhere)]),
    Ingredient("hidden knee filled in", "moments in which a hidden knee seems straight are kept",
               lambda: [Change(formcheck.exercises.leg_curl, "without_dips", as_it_is)]),
    Ingredient("shadow of the other leg", "a leg that seems to follow the other one counts",
               lambda: [Change(judge.Judge, "_shadow", lambda self, side, rep: False)]),
    Ingredient("small rises of the hips enlarged", "the network's drawing back to the usual pose is not undone",
               lambda: [Change(measures, "FOLLOWED_SHARE", 1.0)]),
    Ingredient("bent knees corrected", "knees as the landmarks show them",
               lambda: [Change(knee, "short_deg", lambda *_: 0.0)]),
    Ingredient("bent knees told from how the legs are drawn", "the same is added to every near and every far knee",
               lambda: [Change(knee, "short_deg", usual_short_deg())]),
    Ingredient("rushed lifts by peak speed", "momentum by the duration of the way up only",
               lambda: [Change(tempo, "RUSH_PER_S", np.inf)]),
)  # fmt: skip
