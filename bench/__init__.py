"""Measurements behind the figures in docs/, each a command of its own."""
