"""A run as a page to look at (`report.html`) and as a comment on a pull request (`report.md`).

`view.py` says what is shown, `charts.py` draws, the templates lay it out, `render.py` puts the three together.
"""
