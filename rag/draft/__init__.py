"""Checking a report that somebody else wrote: read it, find its claims and citations, judge each claim."""
