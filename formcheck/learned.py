"""What rendered bodies taught: linear rules in a handful of numbers, kept in learned.json.

`python -m bench.bias --write` makes that file from the landmarks of stills of 36 rendered bodies, and prints how far
each rule errs on bodies left out (docs/ACCURACY.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from pydantic import BaseModel, ConfigDict

from formcheck.records import Floats

FILE = Path(__file__).with_name("learned.json")
REACH = 2.5
"""How far from the usual, in standard deviations, a clue is believed: people are not more unusual than that, wrong
landmarks are."""


class Term(BaseModel):
    """One clue: its usual value, its spread, and what one spread more adds to the answer."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    usual: float
    spread: float
    weight: float


class Rule(BaseModel):
    """A linear rule: `usual` answer plus what each clue adds. `sd` is its error on bodies left out (RMS)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    usual: float
    sd: float
    terms: dict[str, Term]

    def __call__(self, clues: Mapping[str, float | Floats]) -> Floats:
        """The answer, of the shape of the clues; one that is NaN counts as usual."""
        answer = np.asarray(self.usual, np.float64)
        for name, term in self.terms.items():
            unusual = np.clip((clues[name] - term.usual) / term.spread, -REACH, REACH)
            answer = answer + term.weight * np.nan_to_num(unusual)
        return answer


class Rules(BaseModel):
    """Every rule: the bias of the hip landmark from rest alone and from a lift, knees in curls, the camera's yaw.

    `hip_usual_sd`: how far people's biases lie from the usual one, for when nothing is known.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    hip_usual_sd: float
    hip_resting: Rule
    hip_lifting: Rule
    knee_near: Rule
    knee_far: Rule
    yaw_supine: Rule
    yaw_prone: Rule


RULES = Rules.model_validate_json(FILE.read_text(encoding="utf-8"))
