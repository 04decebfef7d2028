"""Coaching: what is said, when, and how a session goes. Everything is told by frame times and events, without a clock.

Only `archive` looks at one: how long ago a session broke off.
"""
