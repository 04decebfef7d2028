"""A whole recording, known before the first verdict: scenes, the exercise that fits, repetitions, gaps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from formcheck.errors import RequestError
from formcheck.events import Event, RepDone
from formcheck.exercises import all_exercises
from formcheck.filters import spans
from formcheck.judge import CLEAR, Judge
from formcheck.posture import Posture, Scene, classify, scenes
from formcheck.records import SourceInfo, Track
from formcheck.spec import Exercise
from formcheck.study import Study, samples, study

LEAST_UNJUDGED_S = 0.5
"""Shorter gaps are not worth a line."""
PRACTICE_S = 3.0
"""Time in an exercise's position from which a recording without repetitions still counts as that exercise."""


@dataclass(frozen=True, slots=True)
class Unjudged:
    """A stretch about which nothing can be said, and why."""

    start_s: float
    end_s: float
    reason: str


@dataclass(slots=True)
class Verdict:
    """Everything judged of one recording as one exercise."""

    exercise: Exercise
    studies: list[Study] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)

    @property
    def reps(self) -> list[RepDone]:
        """The repetitions in order of time."""
        return sorted((event for event in self.events if isinstance(event, RepDone)), key=lambda done: done.rep.start_s)

    @property
    def whole(self) -> list[RepDone]:
        """The repetitions that were more than begun."""
        return [done for done in self.reps if done.verdict != "partial"]

    @property
    def usable_s(self) -> float:
        """Seconds in which the exercise could have been judged."""
        return sum(float(np.diff(s.t_s)[s.usable[1:]].sum()) for s in self.studies if len(s.t_s) > 1)

    @property
    def practice_s(self) -> float:
        """Seconds in a position that tells what is meant; everybody stands before and after."""
        return 0.0 if self.exercise.position == "standing" else self.usable_s


def judge_as(track: Track, info: SourceInfo, found: list[Scene], exercise: Exercise) -> Verdict:
    """Judge all scenes in the exercise's position."""
    verdict = Verdict(exercise)
    for scene in found:
        if scene.position != exercise.position:
            continue
        data = study(track, scene, exercise, (info.width_px, info.height_px))
        verdict.studies.append(data)
        if all(np.isfinite(list(data.baseline.rest_deg.values()))):
            judge = Judge(exercise, data.baseline)
            for sample in samples(data):
                verdict.events += judge.step(sample)
            verdict.events += judge.finish(float(data.t_s[-1]))
    return verdict


ALIKE_SHARE = 0.7
"""Two exercises fit alike where the second explains this share of the first one's repetitions at the same times."""


def explains_as_well(other: Verdict, best: Verdict) -> bool:
    """Whether another exercise counts nearly the same repetitions, so that nobody can tell which one was meant.

    One of which no more than beginnings are seen does not, where the best one is done in full.
    """
    spans_s = [(done.rep.start_s, done.rep.end_s) for done in (other.whole if best.whole else other.reps)]
    shared = sum(any(a < done.rep.end_s and b > done.rep.start_s for a, b in spans_s) for done in best.reps)
    return other is not best and shared >= max(1.0, ALIKE_SHARE * len(best.reps))


def look_back(
    track: Track, info: SourceInfo, exercise: Exercise | None, missing: Sequence[tuple[float, float]] = (),
    hold_s: float | None = None,
) -> tuple[Verdict | None, list[Unjudged]]:  # fmt: skip
    """Judge a whole recording; without a given exercise the one that fits best, or None.

    `missing` are the spans, from and until in seconds, that nobody has watched; `hold_s` how long tops are to be held,
    where it is not as long as usual.
    RequestError asks which one was meant where two fit alike.
    """
    postures = classify(track, info)
    found = scenes(track, postures)
    candidates = [exercise] if exercise else list(all_exercises().values())
    verdicts = [judge_as(track, info, found, candidate.holding(hold_s)) for candidate in candidates]
    best = max(verdicts, key=lambda verdict: (len(verdict.whole), len(verdict.reps), verdict.practice_s))
    alike = [best.exercise.id, *(v.exercise.id for v in verdicts if explains_as_well(v, best))]
    if len(alike) > 1:
        raise RequestError(
            en=f"this could be {' or '.join(alike)}; say which with --exercise",
            ja=f"{'か'.join(alike)}のどちらか決められません。--exercise で指定してください",
        )
    fits = exercise is not None or best.reps or best.practice_s >= PRACTICE_S
    oblique = [data.scene.rows for verdict in verdicts for data in verdict.studies if not data.side_on]
    return (best if fits else None), unjudged(track, postures, best if fits else None, missing, oblique)


REASONS = {
    Posture.NONE: "person_lost",
    Posture.PARTLY_SEEN: "not_in_picture",
}


def unjudged(
    track: Track, postures: NDArray[np.str_], verdict: Verdict | None, missing: Sequence[tuple[float, float]] = (),
    oblique: Sequence[slice] = (),
) -> list[Unjudged]:  # fmt: skip
    """Stretches without a usable person, or in a position of no exercise, or that nobody watched, with the reason;
    `oblique` are rows filmed too far from the side.
    """
    reason = np.array([REASONS.get(Posture(p), "other_position") for p in postures], dtype=object)
    for rows in oblique:
        reason[rows][track.seen[rows]] = "not_side_on"
    for start_s, end_s in missing:
        reason[(track.t_s >= start_s) & (track.t_s < end_s)] = "not_analysed"
    judged = np.zeros(len(track), bool)
    for data in verdict.studies if verdict else []:
        seen = track.seen[data.scene.rows]
        clear = data.quality >= CLEAR
        reason[data.scene.rows][seen & ~clear] = "unclear"
        reason[data.scene.rows][seen & ~data.visible] = "not_in_picture"
        judged[data.scene.rows] = seen & data.visible & clear & data.side_on
    out = []
    for name in sorted(set(reason)):
        for a, b in spans(track.t_s, (reason == name) & ~judged, 0.2):
            start_s, end_s = float(track.t_s[a]), float(track.t_s[min(b, len(track) - 1)])
            if end_s - start_s >= LEAST_UNJUDGED_S:
                out.append(Unjudged(start_s, end_s, name))
    return sorted(out, key=lambda u: u.start_s)


def positions_s(track: Track, info: SourceInfo) -> dict[str, float]:
    """Seconds spent in each position, in order of name."""
    postures = classify(track, info)
    seconds = np.diff(track.t_s, append=track.t_s[-1:])
    return {str(name): float(seconds[postures == name].sum()) for name in np.unique(postures)}
