"""Watching how somebody sits."""

from __future__ import annotations

import pytest
from sitters import BAD, TALL, Sitting, sitting

from formcheck.monitors import MONITORS
from formcheck.monitors.engine import Observer
from formcheck.monitors.events import Noticed

MONITOR = MONITORS["seated_posture"]


def watched(seen: Sitting, own: dict[str, float] | None = None) -> tuple[Observer, list[Noticed]]:
    """Everything an observer notices."""
    observer = Observer(MONITOR, seen.film.info, own)
    noticed = [event for sighting in seen.film.track.sightings() for event in observer.step(sighting)]
    return observer, noticed + observer.finish()


def right_share(observer: Observer, seen: Sitting, from_s: float = 4.5) -> float:
    """Share of the seconds, not close to a change, in which the state is the true one."""
    seconds = [t for t in range(int(from_s), int(seen.film.track.t_s[-1])) if seen.settled(t)]
    found = [next(e.state for e in observer.course if e.start_s <= t <= e.end_s) for t in seconds]
    return sum(state == seen.true_at(t) for state, t in zip(found, seconds, strict=True)) / len(seconds)


@pytest.mark.parametrize("bad", BAD, ids=lambda pose: f"{pose.state}{pose.trunk_deg:+.0f}")
def test_every_posture_is_told_from_good_sitting(bad) -> None:
    seen = sitting((10.0, TALL), (20.0, bad), (15.0, TALL))
    observer, _ = watched(seen)
    assert [e.state for e in observer.course if e.state != "unclear"] == ["upright", bad.state, "upright"]
    assert right_share(observer, seen) == 1.0
