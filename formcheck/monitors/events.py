"""What a monitor decides. `t_s` is the time of the frame that decided it, a little after what it is about."""

from __future__ import annotations

from dataclasses import dataclass

from formcheck.monitors.figure import Figure


@dataclass(frozen=True, slots=True)
class Calibrated:
    """The person's own good posture is known."""

    t_s: float
    own: Figure


@dataclass(frozen=True, slots=True)
class StateEntered:
    """From `at_s` on the person is in another state; `why` tells why a state is none of the monitor's."""

    t_s: float
    at_s: float
    state: str
    why: str | None = None


@dataclass(frozen=True, slots=True)
class Reminded:
    """States to be mended have lasted; `state` is the one that took the most of that time."""

    t_s: float
    state: str
    share: float


@dataclass(frozen=True, slots=True)
class Recovered:
    """After a reminder, the good posture has lasted."""

    t_s: float
    good_s: float


Noticed = Calibrated | StateEntered | Reminded | Recovered
