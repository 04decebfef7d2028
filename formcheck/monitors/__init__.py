"""Postures that are watched instead of counted: their specification, their engine, and one file for each."""

from __future__ import annotations

from formcheck.monitors import seated_posture
from formcheck.monitors.spec import Monitor

MONITORS: dict[str, Monitor] = {seated_posture.MONITOR.id: seated_posture.MONITOR}
"""Every monitor by its id."""
