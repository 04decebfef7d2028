"""Pausing without a touch: an arm held up, or sitting up; and going on again."""

from __future__ import annotations

from typing import Literal

from formcheck.coach.sight import Seen

PauseReason = Literal["arm", "sat_up", "asked"]


class Pause:
    """Whether the session pauses, and why."""

    def __init__(self) -> None:
        self.reason: PauseReason | None = None

    def wanted(self, seen: Seen) -> PauseReason | None:
        """Why a frame asks for a pause; None when it does not."""
        return "arm" if seen.arm_raised else "sat_up" if seen.got_up else None

    def over(self, seen: Seen) -> bool:
        """Whether a frame asks to go on: the arm again, or lying down for who sat up."""
        lies_again = self.reason == "sat_up" and seen.ready and not seen.got_up
        return self.reason is not None and (seen.arm_raised or lies_again)
