"""The tables of an evaluation, as Markdown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from bench.confidence import calibration, chosen
from bench.figures import FIGURES, Estimate, Figure, Scores, Tally, Value, differs, estimate, tallied, tallies
from bench.scoring import Score

IN_SPEC_YAW_DEG, IN_SPEC_FPS = 15.0, 23.5
WHOLE, LIVE = "looking back", "live"
MAIN = (
    "sets_exact", "rep_f1", "edge_median_s", "hold_mae_s", "hip_peak_mae_deg", "knee_peak_mae_deg", "fault_macro_f1",
    "false_alarms_per_10_clean_reps", "wrong_verdicts", "arch_auc", "confidence_brier",
)  # fmt: skip
SHORT = {
    "sets_exact": "sets exact", "rep_f1": "rep. F1", "edge_median_s": "edges s", "hold_mae_s": "hold s",
    "hip_peak_mae_deg": "hip deg", "knee_peak_mae_deg": "knee deg", "fault_macro_f1": "fault F1",
    "false_alarms_per_10_clean_reps": "alarms", "wrong_verdicts": "wrong", "arch_auc": "arch AUC",
    "confidence_brier": "Brier",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Outcome:
    """One clip: what it is, and how every system did on it."""

    name: str
    exercise: str
    body: str
    fps: float
    yaw_deg: float
    flat: bool
    duration_s: float
    scores: dict[str, Score] = field(default_factory=dict)

    @property
    def in_spec(self) -> bool:
        """Whether formcheck promises to be right on it: a view from about the side, enough pictures a second."""
        return self.yaw_deg <= IN_SPEC_YAW_DEG and self.fps >= IN_SPEC_FPS


Outcomes = Sequence[Outcome]


def of(outcomes: Iterable[Outcome], system: str) -> list[Score]:
    """One system's scores."""
    return [outcome.scores[system] for outcome in outcomes]


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Markdown; the first column is text, the others are numbers."""
    marks = ["---", *["---:"] * (len(head) - 1)]
    return [f"| {' | '.join(cells)} |" for cells in (head, marks, *rows)]


def number(value: Value, decimals: int) -> str:
    return "–" if value is None else f"{value:.{decimals}f}"


def with_interval(found: Estimate, decimals: int) -> str:
    if found.low is None:
        return number(found.value, decimals)
    return f"{number(found.value, decimals)} [{number(found.low, decimals)}, {number(found.high, decimals)}]"


def overview(outcomes: Outcomes) -> str:
    """What was evaluated, in one paragraph."""
    kinds = Counter(outcome.exercise for outcome in outcomes)
    due = sum(score.true for score in of(outcomes, WHOLE))
    return (
        f"{counted(len(outcomes), 'clip')} ({', '.join(f'{n} {kind}' for kind, n in sorted(kinds.items()))}), "
        f"{sum(o.duration_s for o in outcomes) / 60:.1f} minutes, {counted(due, 'repetition')} to be reported. "
        f"Different bodies: {len({o.body for o in outcomes})}. Clips that begin lying flat: "
        f"{sum(o.flat for o in outcomes)}; out of spec by view or frame rate: {sum(not o.in_spec for o in outcomes)}."
    )


def counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def figures(outcomes: Outcomes) -> list[str]:
    """Every figure with its interval, looking back and live."""
    rows = []
    for figure in FIGURES.values():
        cells = [with_interval(estimate(of(outcomes, system), figure), figure.decimals) for system in (WHOLE, LIVE)]
        rows.append([figure.label, figure.target, cells[0], "–" if figure.seen_only else cells[1]])
    return table(["figure", "goal (calibrated)", WHOLE, LIVE], rows)


def faults(outcomes: Outcomes, system: str) -> list[str]:
    """Precision, recall and F1 of every fault, with the interval of F1."""
    scores = of(outcomes, system)
    rows = []
    for code, t in tallies(scores).items():
        f1 = estimate(scores, Figure(code, code, _f1_of(code), 3))
        counts = [str(n) for n in (t.found + t.lost, t.found, t.false, t.false + t.clean)]
        rows.append([code, *counts, number(t.precision, 3), number(t.recall, 3), with_interval(f1, 3)])
    return table(["fault", "due", "found", "false", "clean", "precision", "recall", "F1"], rows)


def named(outcomes: Outcomes, system: str) -> list[str]:
    """What was said of the faults that the truth names without a dose."""
    found = tallied(verdict for score in of(outcomes, system) for verdict in score.named)
    rows = [[code, *map(str, (t.found + t.lost, t.found, t.false, t.false + t.clean))] for code, t in found.items()]
    return table(["named without a dose", "due", "found", "false", "clean"], rows)


def _f1_of(code: str) -> Callable[[Scores], Value]:
    return lambda scores: tallies(scores).get(code, Tally(0, 0, 0, 0)).f1


GROUPS: dict[str, Callable[[Outcome], bool]] = {
    "all": lambda o: True,
    "in spec": lambda o: o.in_spec,
    "out of spec": lambda o: not o.in_spec,
    "in spec, lying flat first": lambda o: o.in_spec and o.flat,
    "in spec, not lying flat first": lambda o: o.in_spec and not o.flat,
}


def groups(outcomes: Outcomes, system: str) -> list[str]:
    """The main figures of parts of the clips; every exercise and every body is a part too."""
    parts = [(label, [o for o in outcomes if belongs(o)]) for label, belongs in GROUPS.items()]
    parts += [(name, [o for o in outcomes if o.exercise == name]) for name in sorted({o.exercise for o in outcomes})]
    parts += [(f"body {body}", [o for o in outcomes if o.body == body]) for body in bodies(outcomes)]
    rows = []
    for label, part in parts:
        if label == "all" or 0 < len(part) < len(outcomes):
            scores = of(part, system)
            count = str(sum(s.true for s in scores))
            rows.append([label, str(len(part)), count, *(number(v, d) for v, d in _main(scores))])
    return table([system, "clips", "reps", *SHORT.values()], rows)


def bodies(outcomes: Outcomes, most: int = 6) -> list[str]:
    """The bodies, where they are few enough for a line each."""
    found = sorted({outcome.body for outcome in outcomes})
    return found if len(found) <= most else []


def _main(scores: Scores) -> list[tuple[Value, int]]:
    return [(FIGURES[key].value(scores), FIGURES[key].decimals) for key in MAIN]


def compared(outcomes: Outcomes, systems: Sequence[tuple[str, str]], head: str) -> list[str]:
    """The main figures of systems (name, label); in bold what differs from the whole by more than chance."""
    whole = of(outcomes, WHOLE)
    rows = [[f"whole formcheck, {WHOLE}", *(number(v, d) for v, d in _main(whole))]]
    for name, label in systems:
        scores = of(outcomes, name)
        cells = []
        for key, (value, decimals) in zip(MAIN, _main(scores), strict=True):
            bold = "**" if value is not None and differs(scores, whole, FIGURES[key]) else ""
            cells.append(f"{bold}{number(value, decimals)}{bold}")
        rows.append([label, *cells])
    return table([head, *SHORT.values()], rows)


def confidences(outcomes: Outcomes, system: str) -> list[str]:
    """How often verdicts of about the same confidence are right."""
    rows = [
        [f"{b.confidence:.2f}", str(b.count), f"{b.right:.2f}", f"{b.low:.2f}–{b.high:.2f}"]
        for b in calibration(of(outcomes, system))
    ]
    return table([f"{system}: mean confidence", "repetitions", "share right", "95 %"], rows)


CHOICES = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95)


def choices(outcomes: Outcomes, system: str) -> list[str]:
    """What is left, and how often wrong, when only verdicts of at least some confidence are given."""
    rows = []
    for least in CHOICES:
        judged, wrong = chosen(of(outcomes, system), least)
        rows.append([f"{least:.2f}", number(judged, 3), number(wrong, 3)])
    return table([f"{system}: least confidence", "repetitions judged", "of those with a wrong verdict"], rows)


def errors(outcomes: Outcomes) -> list[str]:
    """Every clip on which a system was wrong, in one line each."""
    lines = []
    for outcome in outcomes:
        for system in (WHOLE, LIVE):
            if said := mistakes(outcome.scores[system]):
                lines.append(f"- {outcome.name}, {system}: {said}")
    return lines or ["None."]


def mistakes(score: Score) -> str:
    """What is wrong on one clip, in words; empty where nothing is."""
    verdicts = Counter(f"{'missed' if want else 'false'} {code}" for code, want, said in score.faults if want != said)
    parts = [
        f"{counted(n, 'repetition')} {what}"
        for n, what in ((score.missed, "missed"), (score.invented, "invented"))
        if n
    ]
    parts += [] if score.exact else [f"{counted(score.reported, 'repetition')} instead of {score.true}"]
    parts += [f"{n}x {what}" for what, n in sorted(verdicts.items())]
    wrong_sides = sum(side is not True for side in score.side)
    return ", ".join(parts + ([f"{wrong_sides}x side"] if wrong_sides else []))
