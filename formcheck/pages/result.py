"""The report of one session as a page: one file with everything in it."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from formcheck.entries import Opinion
from formcheck.exercises import all_exercises
from formcheck.moments import moment_s, pose_at
from formcheck.overlay import line_joints
from formcheck.pages import render
from formcheck.pages.curve import Chart, Trace, hold_spans, traces
from formcheck.pages.figure import Figure, figure
from formcheck.pages.phrases import PHRASES, REASONS
from formcheck.printout import main_fault, summary
from formcheck.records import Track
from formcheck.report import FaultFound, RepFound, Report
from formcheck.restdays import Advice
from formcheck.session import Analysis
from formcheck.spec import Exercise
from formcheck.text import Lang, say, told
from formcheck.words import SIDES, VERDICTS, amount, aside, limit, listed, quoted, warning, why_nothing

ICONS = {"clean": "✓", "fault": "!", "partial": "–"}
SURE, FAIRLY_SURE = 0.9, 0.7
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "June", "July", "Aug", "Sept", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True)
class Story:
    """What a report's page is made from; everything but the report itself may be missing.

    `pictures` are JPEGs by repetition number, `video` the address of the annotated film beside the page.
    """

    report: Report
    traces: list[Trace] = field(default_factory=list)
    holds: list[tuple[float, float]] = field(default_factory=list)
    track: Track | None = None
    pictures: Mapping[int, bytes] = field(default_factory=dict)
    video: str | None = None
    advice: Advice | None = None
    opinions: Mapping[int, Opinion] = field(default_factory=dict)

    @classmethod
    def of(
        cls, analysis: Analysis, report: Report | None = None, *, pictures: Mapping[int, bytes] | None = None,
        video: str | None = None, advice: Advice | None = None, opinions: Mapping[int, Opinion] | None = None,
    ) -> Story:  # fmt: skip
        """From an analysis; with `report` what was judged at another time is told on this analysis's curves."""
        return cls(
            report or analysis.report, traces(analysis), hold_spans(analysis), analysis.track, pictures or {}, video,
            advice, opinions or {},
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Card:
    """What is told of one repetition."""

    rep: RepFound
    icon: str
    verdict: str
    side: str
    faults: list[tuple[FaultFound, str, str]]
    """Found; in words with number and limit; the cue."""
    sure: str
    at_s: float
    picture: str | None
    figure: Figure | None
    tempo: list[tuple[str, float, str]]
    """Part, seconds, seconds in words."""
    peak: str
    own: str
    right: Opinion
    """What the person said, or what we said, as an opinion: where saying otherwise begins."""


def result_page(story: Story, lang: Lang, **app: object) -> str:
    """The page as HTML, one file with everything in it; `app` makes it a page of the web app, with files beside it."""
    report = story.report
    exercise = all_exercises().get(report.exercise or "")
    fault = main_fault(report, exercise) if exercise else None
    return render(
        "report.html", lang, report=report, exercise=exercise, video=story.video,
        name=say(exercise.name, lang) if exercise else "", recorded=recorded(report.started_at, lang),
        sentence=summary(report, lang) if exercise else why_nothing(report, lang),
        mend=say(fault.cue, lang) if fault else "", praise=praise(report, exercise, lang) if not fault else "",
        advice=say(story.advice.after, lang) if story.advice else "",
        cards=[card(rep, story, exercise, lang) for rep in report.reps] if exercise else [],
        chart=Chart(report, exercise, story.traces, story.holds), facts=facts(report, lang),
        certainty=certainty(report, lang), gaps=gaps(report, lang), legs=LEGS, clock=clock,
        notes=[warning(sentence, exercise, lang) for sentence in report.tracking.warnings],
        label=labeller(exercise, lang), fault_labels=fault_labels(exercise, lang), **app,
    )  # fmt: skip


LEGS = {"left": "left_leg", "right": "right_leg"}


def praise(report: Report, exercise: Exercise | None, lang: Lang) -> str:
    """What is said where there is nothing to mend."""
    cue = exercise.cues.get("clean") if exercise and report.summary.clean else None
    return say(cue, lang) if cue else ""


def labeller(exercise: Exercise | None, lang: Lang) -> Callable[[FaultFound], str]:
    """A function that names a fault with its number and limit."""
    return lambda found: fault_words(found, exercise, lang) if exercise else found.code


def card(rep: RepFound, story: Story, exercise: Exercise, lang: Lang) -> Card:
    """Everything about one repetition in words."""
    at_s = moment_s(rep, exercise)
    picture = story.pictures.get(rep.index)
    own = story.opinions.get(rep.index)
    return Card(
        rep, ICONS[rep.verdict], say(VERDICTS[rep.verdict], lang),
        "" if rep.side == "both" else say(SIDES[rep.side], lang),
        [(found, fault_words(found, exercise, lang), cue(found, exercise, lang)) for found in rep.faults],
        certainty_word(rep.confidence, lang), at_s,
        base64.b64encode(picture).decode() if picture else None,
        None if picture else drawn(story, rep, exercise, at_s),
        [(part, seconds, amount(seconds, "s", lang)) for part, seconds in tempo(rep)],
        amount(rep.peak_deg, "deg", lang), own_verdict(own, exercise, lang) if own else "",
        own or Opinion(rep=rep.index, verdict=rep.verdict, faults=tuple(found.code for found in rep.faults)),
    )  # fmt: skip


def tempo(rep: RepFound) -> list[tuple[str, float]]:
    """How long up, hold and down took."""
    return [("up", rep.up_s), ("hold", rep.hold_s), ("down", rep.down_s)]


def drawn(story: Story, rep: RepFound, exercise: Exercise, at_s: float) -> Figure | None:
    """The posture at a time as a drawing."""
    pose = pose_at(story.track, at_s) if story.track is not None else None
    near = story.report.tracking.near_side or "right"
    side = rep.side if rep.side != "unknown" else "both"
    joints = line_joints(exercise, side, near)
    return figure(pose.xy_px, near, joints, exercise.rep.line_deg is not None) if pose else None


def fault_words(found: FaultFound, exercise: Exercise, lang: Lang) -> str:
    """A fault in plain words, with what was measured and what is asked."""
    fault = next((fault for fault in exercise.faults if fault.code == found.code), None)
    label = say(fault.label, lang) if fault else found.code
    wanted = fault.mild if fault else found.limit
    key = "at_most" if (fault.over if fault else found.value > found.limit) else "at_least"
    return say(PHRASES[key], lang).format(
        label=label,
        value=plain_amount(found.value, found.unit, lang),
        limit=plain_amount(wanted, found.unit, lang, exact=True),
    )


def plain_amount(value: float, unit: str, lang: Lang, exact: bool = False) -> str:
    """A number for everybody: shares of body lengths as percent."""
    if unit in ("trunk", "thigh", "shank"):
        return say(PHRASES[f"share_{unit}"], lang).format(share=100 * value)
    return limit(value, unit, lang) if exact else amount(value, unit, lang)


def cue(found: FaultFound, exercise: Exercise, lang: Lang) -> str:
    """What to do about a fault."""
    return next((say(fault.cue, lang) for fault in exercise.faults if fault.code == found.code), "")


def certainty_word(confidence: float, lang: Lang) -> str:
    """A probability as people say it."""
    return say(
        PHRASES["sure" if confidence >= SURE else "fairly_sure" if confidence >= FAIRLY_SURE else "unsure"], lang
    )


def own_verdict(own: Opinion, exercise: Exercise, lang: Lang) -> str:
    """What the person said of a repetition."""
    verdict = say(PHRASES["no_rep"] if own.verdict == "none" else VERDICTS[own.verdict], lang)
    named = listed((label for code, label in fault_labels(exercise, lang) if code in own.faults), lang)
    said = say(PHRASES["yours"], lang).format(verdict=verdict + (aside(named, lang) if named else ""))
    return said + (quoted(own.note, lang) if own.note else "")


def fault_labels(exercise: Exercise | None, lang: Lang) -> list[tuple[str, str]]:
    """Code and name of every fault of an exercise."""
    return [(fault.code, say(fault.label, lang)) for fault in exercise.faults] if exercise else []


def recorded(started_at: str | None, lang: Lang) -> str:
    """A time as people write it."""
    if started_at is None:
        return ""
    moment = datetime.fromisoformat(started_at)
    at = f"{moment:%H:%M}"
    month = MONTHS[moment.month - 1]
    return told(
        lang, ja=f"{moment.year}年{moment.month}月{moment.day}日 {at}", en=f"{moment.day} {month} {moment.year}, {at}"
    )


def clock(t_s: float) -> str:
    """Minutes and seconds of a recording."""
    return f"{int(t_s // 60)}:{int(t_s % 60):02d}"


def certainty(report: Report, lang: Lang) -> list[tuple[str, str]]:
    """How well the person was seen, as names and values."""
    tracking, frames = report.tracking, max(1, report.source.frames)
    out = [
        ("seen", f"{100 * tracking.frames_with_pose / frames:.0f}%"),
        ("judged", f"{100 * tracking.frames_judged / frames:.0f}%"),
    ]
    if tracking.line_sd_deg is not None:
        how = say(PHRASES["calibrated" if tracking.calibrated else "estimated"], lang)
        out.append(("doubt", "±" + amount(tracking.line_sd_deg, "deg", lang) + aside(how, lang)))
    return [(say(PHRASES[name], lang), value) for name, value in out]


def gaps(report: Report, lang: Lang) -> list[str]:
    """The stretches that could not be judged."""
    span = say(PHRASES["span"], lang)
    return [
        span.format(start=clock(gap.start_s), end=clock(gap.end_s), why=say(REASONS[gap.reason], lang))
        for gap in report.unjudged
    ]


def facts(report: Report, lang: Lang) -> list[tuple[str, str]]:
    """How it was measured, as names and values."""
    source, tracking = report.source, report.tracking
    rate = f", {source.fps:.0f} fps" if source.fps else ""
    out = [
        ("recorded", recorded(report.started_at, lang) or say(PHRASES["unknown_date"], lang)),
        ("camera" if source.kind == "camera" else "source", f"{source.name} ({source.width}×{source.height}{rate})"),
    ]
    if tracking.near_side:
        side = say(SIDES[tracking.near_side], lang)
        yaw = tracking.view_yaw_deg
        view = "view_side" if yaw is None else "view_line"
        out.append(("view", say(PHRASES[view], lang).format(yaw=f"{abs(yaw or 0.0):.0f}", side=side)))
    if tracking.rest_deg is not None:
        out.append(("rest_angle", amount(tracking.rest_deg, "deg", lang)))
    out += [("model", f"{report.model} ({report.runtime})"), ("version", report.formcheck_version)]
    return [(say(PHRASES[name], lang), value) for name, value in out]
