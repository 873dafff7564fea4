"""Question sets as others write them, read into byline's own questions: a module a format.

`load.py` tells the format and reads; `reading.py` collects what is wrong, by file, line and column.
"""
