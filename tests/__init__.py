"""The tests of byline."""
