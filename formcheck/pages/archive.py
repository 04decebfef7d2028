"""The pages about what was kept: weeks, two sessions or two repetitions side by side, self-check, the hamstrings."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import numpy as np

from formcheck.entries import Kept
from formcheck.exercises import all_exercises, get_exercise
from formcheck.landmarks import Side
from formcheck.overlay import line_joints
from formcheck.pages import render
from formcheck.pages.figure import Figure, extent, figure
from formcheck.pages.phrases import PHRASES
from formcheck.pages.result import Card, Story, card, recorded
from formcheck.printout import main_fault, summary
from formcheck.report import RepFound
from formcheck.restdays import Advice
from formcheck.selfcheck import SIGNS
from formcheck.text import Lang, say
from formcheck.trends import own_ranges, spread, weeks_until

TREND_SESSIONS = 30
STEPS = (14, 20, 14)
"""Pictures of the way up, the hold and the way down of an animated repetition."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One session in the trend, in drawing units."""

    x: float
    width: float
    top: float
    clean_top: float
    label: str


def trend(sessions: Sequence[Kept]) -> dict[str, object]:
    """Bars of repetitions and a line of holds, of the latest sessions."""
    latest = [s for s in sessions if s.reps + s.partial][-TREND_SESSIONS:]
    most = max((s.reps for s in latest), default=1) or 1
    step = min(60.0, 940.0 / max(1, len(latest)))
    bars, holds = [], []
    for number, s in enumerate(latest):
        x = round(50 + number * step, 1)
        label = f"{s.date.month}/{s.date.day}" if s.date and (step > 46 or number % 3 == 0) else ""
        top, clean_top = (round(140 - 125 * n / most, 1) for n in (s.reps, s.clean))
        bars.append(Bar(x, round(step * 0.7, 1), top, clean_top, label))
        if s.hold_s is not None and s.exercise == "hip_lift":
            holds.append((round(x + step * 0.35, 1), hold_y(s.hold_s)))
    return {"bars": bars, "holds": holds, "three_y": hold_y(3.0)}


def hold_y(hold_s: float) -> float:
    """Where a hold lies in the trend."""
    return round(140 - 125 * min(hold_s, 5.0) / 5.0, 1)


def history_page(
    sessions: Sequence[Kept],
    people: Sequence[str],
    advice: Advice | None,
    today: date,
    lang: Lang,
    weeks: int = 8,
    **app: object,
) -> str:
    """Weeks as a calendar, the trend, the own range, and the list."""
    names = {name: say(exercise.name, lang) for name, exercise in all_exercises().items()}
    line = say(PHRASES["range_line"], lang)
    ranges = [
        line.format(
            name=names.get(r.exercise, r.exercise), peak=spread(r.peak_deg, 0, lang), hold=spread(r.hold_s, 1, lang),
            count=r.sessions,
        )
        for r in own_ranges(sessions)
    ]  # fmt: skip
    return render(
        "history.html", lang, sessions=list(reversed(sessions))[:200], people=people, names=names, today=today,
        advice=say(advice.before, lang) if advice else "", weeks=weeks_until(sessions, today, weeks),
        trend=trend(sessions), ranges=ranges, one_day=timedelta(days=1), **app,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Beside:
    """One of two repetitions side by side."""

    title: str
    card: Card
    first: Figure | None
    steps: list[dict[str, object]]


def best_and_worst(reps: Sequence[RepFound]) -> tuple[RepFound, RepFound] | None:
    """The repetition to be proud of and the one to mend; None for fewer than two."""
    if len(reps) < 2:
        return None

    def badness(rep: RepFound) -> tuple[int, int, float]:
        severe = sum(1 + (fault.severity == "severe") for fault in rep.faults)
        return {"clean": 0, "fault": 1, "partial": 2}[rep.verdict], severe, -rep.hold_s

    ordered = sorted(reps, key=badness)
    return ordered[0], ordered[-1]


def beside(story: Story, rep: RepFound, title: str, lang: Lang) -> Beside:
    """A repetition with its drawing in steps that go along with another one's."""
    exercise = get_exercise(story.report.exercise or "")
    near = story.report.tracking.near_side or "right"
    joints = line_joints(exercise, rep.side if rep.side != "unknown" else "both", near)
    steps: list[Figure] = []
    if story.track is not None and len(story.track):
        edges = (rep.start_s, rep.top_start_s, rep.top_end_s, rep.end_s)
        times = np.concatenate([np.linspace(edges[k], edges[k + 1], STEPS[k], endpoint=k == 2) for k in range(3)])
        rows = np.clip(np.searchsorted(story.track.t_s, times), 0, len(story.track) - 1)
        poses = story.track.xy_px[rows]
        room = extent(poses[np.isfinite(poses).all(axis=(1, 2))])
        straight = exercise.rep.line_deg is not None
        steps = [shown for pose in poses if len(room) and (shown := figure(pose, near, joints, straight, room))]
    middle = steps[len(steps) // 2] if steps else None
    return Beside(title, card(rep, story, exercise, lang), middle, [asdict(step) for step in steps])


def compare_page(first: Story, second: Story | None, lang: Lang, **app: object) -> str:
    """Two sessions side by side with the best repetition of each, or one session's best repetition beside its worst."""
    stories = [story for story in (first, second) if story]
    heads = [_head(story, lang) for story in stories]
    if second is None:
        pair = best_and_worst(first.report.reps)
        clean = pair is not None and pair[1].verdict == "clean"
        titles = (say(PHRASES["best"], lang), say(PHRASES["beside" if clean else "worst"], lang))
        sides = [beside(first, rep, title, lang) for rep, title in zip(pair or (), titles, strict=False)]
    else:
        chosen = [(story, best_and_worst(story.report.reps)) for story in stories if story.report.exercise]
        sides = [
            beside(story, pair[0], recorded(story.report.started_at, lang) or story.report.source.name, lang)
            for story, pair in chosen
            if pair
        ]
    return render("compare.html", lang, heads=heads, sides=sides, **app)


def _head(story: Story, lang: Lang) -> dict[str, str]:
    report = story.report
    exercise = all_exercises().get(report.exercise or "")
    fault = main_fault(report, exercise) if exercise else None
    return {
        "id": report.session_id,
        "when": recorded(report.started_at, lang) or report.source.name,
        "sentence": summary(report, lang),
        "next": say(fault.cue, lang) if fault else "",
    }


def selfcheck_page(before: Sequence[tuple[date, Sequence[bool]]], lang: Lang, **app: object) -> str:
    """The seven questions, and what was answered before."""
    counts = [(on.isoformat(), sum(answers)) for on, answers in before]
    return render("selfcheck.html", lang, signs=[say(sign, lang) for sign in SIGNS], before=counts, **app)


def about_page(lang: Lang, **app: object) -> str:
    """What the hamstrings are, how to train them, what not to do."""
    exercises = [
        {
            "name": say(get_exercise(name).name, lang),
            "how": say(PHRASES[how], lang),
            "figures": [
                (say(PHRASES[title], lang), posture(f"{name}_{k}", name))
                for k, title in (("start", "start_position"), ("top", top))
            ],
        }
        for name, how, top in (
            ("hip_lift", "about_how_lift", "top_position"),
            ("leg_curl", "about_how_curl", "bent_position"),
        )
    ]
    return render("about.html", lang, exercises=exercises, **app)


@cache
def _postures() -> dict[str, dict[str, list[list[float]]]]:
    saved: dict[str, dict[str, list[list[float]]]] = json.loads(
        (Path(__file__).parent / "postures.json").read_text(encoding="utf-8")
    )
    return saved


def posture(name: str, exercise_id: str) -> Figure | None:
    """A drawing of how an exercise begins or what its top looks like: poses measured on the sample recordings."""
    saved = _postures()
    near: Side = "left" if str(saved[name]["near"]) == "left" else "right"
    exercise = get_exercise(exercise_id)
    joints = line_joints(exercise, "both" if len(exercise.rep.signals) == 1 else near, near)
    both = np.array([saved[f"{exercise_id}_{k}"]["points"] for k in ("start", "top")], np.float32)
    points = np.array(saved[name]["points"], np.float32)
    return figure(points, near, joints, exercise.rep.line_deg is not None, extent(both))
