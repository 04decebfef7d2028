"""What a person is to do today: chosen on the page, given by a physiotherapist in a file, adapted by how it felt."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from formcheck.errors import RequestError
from formcheck.exercises import all_exercises
from formcheck.text import why

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
Felt = Literal["too_easy", "right", "too_hard"]
LONG_HOLD_S, MOST_SETS = 5.0, 3
LEAST_REPS, USUAL_REPS = 5, 10
EARNED_SHARE, LOST_SHARE = 0.9, 0.7
"""Shares of clean repetitions from which a plan may become harder, and under which it becomes easier."""


class Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Plan(Part):
    """One exercise with its sets. Times in seconds."""

    exercise: str
    sets: Annotated[int, Field(ge=1, le=10)] = 2
    reps: Annotated[int, Field(ge=1, le=30)] = USUAL_REPS
    hold_s: Annotated[float, Field(ge=1.0, le=10.0)] = 3.0
    rest_s: Annotated[float, Field(ge=5.0, le=300.0)] = 45.0
    note: Annotated[str, Field(max_length=500)] = ""

    @field_validator("exercise")
    @classmethod
    def _known(cls, name: str) -> str:
        if name not in all_exercises():
            raise ValueError(f"there is no exercise {name!r}; known are {', '.join(all_exercises())}")
        return name


class Week(Part):
    """A prescription: for each weekday what to do, one after the other; a day that is not named is a rest day."""

    note: Annotated[str, Field(max_length=500)] = ""
    day: dict[str, list[Plan]]

    @field_validator("day")
    @classmethod
    def _weekdays(cls, days: dict[str, list[Plan]]) -> dict[str, list[Plan]]:
        unknown = sorted(set(days) - set(WEEKDAYS))
        if unknown:
            raise ValueError(f"there is no day {unknown[0]!r}; days are {', '.join(WEEKDAYS)}")
        return days

    def on(self, weekday: int) -> list[Plan]:
        """What is to be done on a weekday, 0 = Monday."""
        return self.day.get(WEEKDAYS[weekday], [])


def read_week(path: Path) -> Week:
    """A prescription from a TOML file; RequestError with one line that says what is wrong with it."""
    try:
        return Week.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        reason = why(error)
        raise RequestError(
            en=f"{path}: the plan cannot be read ({reason.en}); check its name",
            ja=f"{path}: 計画を読めません（{reason.ja}）。名前を確かめてください",
        ) from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, ValidationError) as error:
        reason_en = _first_problem(error)
        raise RequestError(
            en=f"{path}: the plan is not understood: {reason_en}; docs/LIVE.md shows an example",
            ja=f"{path}: 計画を読み取れません（{reason_en}）。書き方は docs/LIVE.md を見てください",
        ) from error


def _first_problem(error: Exception) -> str:
    if not isinstance(error, ValidationError):
        return str(error)
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    return f"{where}: {first['msg'].removeprefix('Value error, ')}"


def adapt(plan: Plan, felt: Felt, clean_share: float, earned: int) -> Plan:
    """The next plan after one that felt easy or hard.

    `clean_share` is the share of clean repetitions (0..1), `earned` how many sessions in a row reached EARNED_SHARE.
    Harder, one step at a time, after three of those: hold longer, then a third set. Easier at once, also when under
    LOST_SHARE was clean: back from those steps, then fewer repetitions.
    """
    if felt == "too_hard" or clean_share < LOST_SHARE:
        return _easier(plan)
    return _harder(plan) if felt == "too_easy" and earned >= 3 else plan


def _harder(plan: Plan) -> Plan:
    if plan.reps < USUAL_REPS:
        return plan.model_copy(update={"reps": min(plan.reps + 2, USUAL_REPS)})
    if plan.hold_s < LONG_HOLD_S and all_exercises()[plan.exercise].rep.hold_target_s:
        return plan.model_copy(update={"hold_s": LONG_HOLD_S})
    return plan.model_copy(update={"sets": max(plan.sets, min(plan.sets + 1, MOST_SETS))})


def _easier(plan: Plan) -> Plan:
    if plan.sets > 2:
        return plan.model_copy(update={"sets": plan.sets - 1})
    if plan.hold_s > 3.0:
        return plan.model_copy(update={"hold_s": 3.0})
    return plan.model_copy(update={"reps": max(min(plan.reps, LEAST_REPS), plan.reps - 2)})
