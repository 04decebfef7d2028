"""Renders the recordings that formcheck is measured on, with exact truth. Never needed to run or to test formcheck."""
