"""What a monitor is: postures that are kept up for hours, told apart by limits; nothing is counted.

A repetition has phases that follow each other. Here any state may follow any other, so this is another kind of
specification than `formcheck.spec`, and another engine.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from formcheck.monitors.figure import Figure
from formcheck.text import Text

Measure = Callable[[Figure, Figure], float]
"""A function from a figure, and that of the person's own good posture, to a number; NaN where it cannot be measured."""
Values = Mapping[str, float]
"""Measured numbers by the name of their measure."""


class Spec(BaseModel):
    """Base: frozen, no unknown fields, functions allowed."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class Sign(Spec):
    """A number beyond a limit. What has begun beyond `enter` goes on until it is back behind `leave`."""

    measure: str
    over: bool
    enter: float
    leave: float
    unit: str
    reason: Text

    @model_validator(mode="after")
    def _leaves_behind_enter(self) -> Self:
        if (self.enter > self.leave) != self.over:
            raise ValueError(f"{self.measure}: a state must be left on the good side of where it is entered")
        return self

    def shown(self, values: Values, lasting: bool) -> bool:
        """Whether it is there; never where it cannot be measured."""
        value, limit = values[self.measure], self.leave if lasting else self.enter
        return value > limit if self.over else value < limit


class Habit(Spec):
    """A state to be mended. It is on where every group in `signs` has at least one sign that is shown."""

    code: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    label: Text
    cue: Text
    signs: Annotated[tuple[tuple[Sign, ...], ...], Field(min_length=1)]

    def on(self, values: Values, lasting: bool) -> bool:
        """Whether somebody is in this state; `lasting` says whether it was so a moment ago."""
        return all(any(sign.shown(values, lasting) for sign in group) for group in self.signs)


class Check(Spec):
    """What a number of a good posture must be like: within limits that hold for everybody, and still, its standard
    deviation being at most `spread`.
    """

    value: Callable[[Figure], float]
    low: float
    high: float
    spread: float


class Calibration(Spec):
    """How the person's own good posture is learned: from `length_s` that pass all checks.

    `least` is lowest where the posture is best: where nobody was asked to sit well, the first stretch is taken that
    comes within `nearly` of its lowest value.
    """

    length_s: Annotated[float, Field(gt=0)]
    checks: tuple[Check, ...]
    least: Callable[[Figure], float]
    nearly: float


class Reminders(Spec):
    """When to speak: after `share` of the last `over_s` in states to be mended, at most every `every_s`; praise after
    `praise_s` without any.
    """

    share: Annotated[float, Field(gt=0, le=1)]
    over_s: Annotated[float, Field(gt=0)]
    every_s: Annotated[float, Field(gt=0)]
    praise_s: Annotated[float, Field(gt=0)]


class Monitor(Spec):
    """One posture to be watched.

    The first of `habits` that is on is the state; without any it is `good`. A picture is looked at every `period_s`.
    """

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    name: Text
    camera: Text
    period_s: Annotated[float, Field(gt=0)]
    measures: dict[str, Measure]
    calibration: Calibration
    good: str
    good_label: Text
    habits: tuple[Habit, ...]
    reminders: Reminders
    cues: dict[str, Text]

    @model_validator(mode="after")
    def _measures_known(self) -> Self:
        unknown = {sign.measure for habit in self.habits for group in habit.signs for sign in group} - set(
            self.measures
        )
        if unknown:
            raise ValueError(f"{self.id}: no measure named {', '.join(sorted(unknown))}")
        return self

    @model_validator(mode="after")
    def _states_apart(self) -> Self:
        codes = [self.good, *(habit.code for habit in self.habits)]
        if len(codes) != len(set(codes)):
            raise ValueError(f"{self.id}: a state is named twice")
        return self

    def habit(self, code: str) -> Habit | None:
        """The state to be mended with this code; None for any other."""
        return next((habit for habit in self.habits if habit.code == code), None)

    def tells(self, state: str) -> bool:
        """Whether a state says how somebody sits."""
        return state == self.good or self.habit(state) is not None

    def state(self, figure: Figure, own: Figure, last: str) -> str:
        """The state of a figure; `own` is the person's good posture, `last` the state a moment ago."""
        values = {name: measure(figure, own) for name, measure in self.measures.items()}
        return next((habit.code for habit in self.habits if habit.on(values, habit.code == last)), self.good)
