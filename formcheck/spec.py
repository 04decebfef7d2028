"""What an exercise is: one declarative object per file in `exercises/`.

Limits carry unit and reason. Adding an exercise adds a file and changes no other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import erf, hypot, sqrt
from typing import Annotated, Self

from numpy import bool_
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, model_validator

from formcheck.events import RepSide, Severity
from formcheck.line import Line
from formcheck.measures import Body, Measure, Position
from formcheck.movement import PEAK_KEPT_S, Found, Rep
from formcheck.text import Text

Mask = Callable[[Body], NDArray[bool_]]
SHORT_HOLD = "short_hold"
"""Code of the fault of holding too briefly; its limits go with the time that is asked for."""


class Spec(BaseModel):
    """Base: frozen, no unknown fields, functions allowed."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class Fault(Spec):
    """A number of a repetition that must not pass a limit; `label` names the fault in a table, `reason` says why
    the limit lies where it does.

    `value` measures it (NaN: cannot be measured, then silent). `doubt` is the standard deviation of the measurement
    in the limit's unit; `on_line` adds what is not known about the driving angle or its line. Within `fair` of the
    limit careful judges differ, and neither verdict is wrong. `during` faults are told while they happen. A `weak`
    sign is told only where it passes the limit by its doubt: rare, and measured roughly, it would at the limit itself
    be wrong more often than right.
    """

    code: str
    label: Text
    value: Callable[[Rep], Found]
    over: bool
    mild: float
    severe: float
    unit: str
    reason: Text
    cue: Text
    doubt: Annotated[float, Field(gt=0)]
    fair: Annotated[float, Field(ge=0)] = 0.0
    on_line: bool = False
    during: bool = False
    weak: bool = False
    least_fps: float = 0.0

    @model_validator(mode="after")
    def _limits_in_order(self) -> Self:
        if (self.severe > self.mild) != self.over and self.severe != self.mild:
            raise ValueError(f"{self.code}: the severe limit must lie beyond the mild one")
        return self

    def severity(self, value: float) -> Severity | None:
        """How bad a measured value is; None within the limits or where it could not be measured."""
        sign = 1 if self.over else -1
        if not sign * value > sign * self.told_from:
            return None
        return "severe" if sign * value > sign * self.severe else "mild"

    @property
    def told_from(self) -> float:
        """The value beyond which it is told: the mild limit, and the doubt about a weak sign."""
        return self.mild + (self.doubt if self.over else -self.doubt) * self.weak

    def sureness(self, value: float, more_doubt: float = 0.0) -> float:
        """Probability that the verdict on a measured value is not wrong by more than what is fair (normal error)."""
        doubt = hypot(self.doubt, more_doubt if self.on_line else 0.0)
        return 0.5 * (1 + erf((abs(value - self.told_from) + self.fair) / doubt / sqrt(2)))

    def scaled(self, factor: float) -> Fault:
        """The same with limits so many times as large."""
        return self.model_copy(update={"mild": factor * self.mild, "severe": factor * self.severe})

    def limit(self, severity: Severity) -> float:
        """The limit that a fault of this severity passed."""
        return self.severe if severity == "severe" else self.mild


class Hold(Spec):
    """A band around the line (or under the peak, where an exercise has no line) in which the top is held."""

    below_deg: float
    above_deg: float
    speed_dps: float


class RepRule(Spec):
    """How a repetition is told from other movement.

    `signals` name the driving measure of each side; its peak is what it keeps for `peak_kept_s`. A movement is one from
    `least_share` of the way to the line, or from `least_deg`, on; `partial_below_deg` is absolute on the signal.
    """

    signals: dict[RepSide, str]
    line_deg: float | None = None
    least_share: float = 0.0
    least_deg: float = 0.0
    partial_below_deg: float
    peak_kept_s: Annotated[float, Field(gt=0)] = PEAK_KEPT_S
    onset_deg: Annotated[float, Field(gt=0)]
    hold: Hold
    hold_target_s: float | None = None

    @model_validator(mode="after")
    def _one_least(self) -> Self:
        if (self.line_deg is None) == (self.least_share > 0):
            raise ValueError("a share of the way to the line needs a line, and a line needs a share")
        return self

    def least_range_deg(self, rest_deg: float) -> float:
        """Range above rest from which a movement is reported."""
        return self.least_share * (self.line_deg - rest_deg) if self.line_deg is not None else self.least_deg - rest_deg

    def held(self, rep: Rep) -> Found:
        """How long the top was held. Within the doubt about the line, it is taken to lie where the person held."""
        if self.line_deg is None:
            return rep.hold(rep.peak_deg - self.hold.below_deg, rep.peak_deg + self.hold.above_deg, self.hold.speed_dps)
        shift = min(max(self.line_deg - rep.peak_deg, -rep.line_sd_deg), rep.line_sd_deg)
        low, high = self.line_deg - self.hold.below_deg, self.line_deg + self.hold.above_deg
        return rep.hold(low, high, self.hold.speed_dps, shift)


class Exercise(Spec):
    """One exercise.

    `measures` in `relative` count from their median at rest. `in_position` says in which frames the exercise can be
    done at all; `line` finds the correction of the driving angle. Without a line, `doubt` tells the standard deviation
    of each driving angle.
    """

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    name: Text
    position: Position
    camera: Text
    measures: dict[str, Measure]
    relative: frozenset[str] = frozenset()
    in_position: Mask
    line: Callable[[Body], Line] | None = None
    doubt: Callable[[Body], Mapping[str, float]] | None = None
    rep: RepRule
    faults: tuple[Fault, ...]
    cues: dict[str, Text]

    @model_validator(mode="after")
    def _measures_known(self) -> Self:
        unknown = (set(self.rep.signals.values()) | self.relative) - set(self.measures)
        if unknown:
            raise ValueError(f"{self.id}: no measure named {', '.join(sorted(unknown))}")
        codes = [fault.code for fault in self.faults]
        if len(codes) != len(set(codes)):
            raise ValueError(f"{self.id}: a fault code is used twice")
        return self

    def holding(self, hold_s: float | None) -> Exercise:
        """The same with so many seconds to hold; the limits of the hold keep their shares of it.

        None, or an exercise whose top is not held: as it is.
        """
        usual_s = self.rep.hold_target_s
        if hold_s is None or usual_s is None or hold_s == usual_s:
            return self
        faults = (fault.scaled(hold_s / usual_s) if fault.code == SHORT_HOLD else fault for fault in self.faults)
        rep = self.rep.model_copy(update={"hold_target_s": hold_s})
        return self.model_copy(update={"rep": rep, "faults": tuple(faults)})

    def zero_deg(self, rest: Mapping[str, float]) -> dict[str, float]:
        """Rest of every driving signal as it is counted: 0 (or not known) for one that counts from rest."""
        driving = set(self.rep.signals.values())
        return {name: rest[name] - rest[name] if name in self.relative else rest[name] for name in sorted(driving)}
