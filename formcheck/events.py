"""What the judge decides, each with the number and the limit, so that voice, picture and report need nothing else.

`t_s` is the time of the frame that decided it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from formcheck.movement import Rep

Severity = Literal["mild", "severe"]
RepSide = Literal["both", "left", "right"]
RepVerdict = Literal["clean", "fault", "partial", "unjudged"]


class Phase(StrEnum):
    """Where in a repetition the person is."""

    REST = "rest"
    RISING = "rising"
    TOP = "top"
    LOWERING = "lowering"


@dataclass(frozen=True, slots=True)
class Ready:
    """The person lies still in position; judging begins."""

    t_s: float
    head_at: Literal["left", "right"]
    near_side: Literal["left", "right"]


@dataclass(frozen=True, slots=True)
class PhaseEntered:
    """The movement went over into another phase."""

    t_s: float
    side: RepSide
    phase: Phase


@dataclass(frozen=True, slots=True)
class FaultSeen:
    """A number passed its limit at `at_s`."""

    t_s: float
    side: RepSide
    code: str
    severity: Severity
    value: float
    limit: float
    unit: str
    at_s: float


@dataclass(frozen=True, slots=True)
class RepDone:
    """A repetition is over; `confidence` is the probability that what is said of it is right.

    `withheld` are the codes of faults that could not be judged surely enough; a repetition without any other fault is
    then "unjudged".
    """

    t_s: float
    side: RepSide
    verdict: RepVerdict
    confidence: float
    rep: Rep
    faults: tuple[FaultSeen, ...]
    withheld: tuple[str, ...] = ()


Event = Ready | PhaseEntered | FaultSeen | RepDone
