"""Failures that a person can do something about; the message says what is wrong, where, and what to do."""

from __future__ import annotations


class BylineError(Exception):
    """Something that is shown as one line, without a traceback, and ends a command with status 1."""
