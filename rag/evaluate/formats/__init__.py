"""Question sets as others write them, read into byline's own questions: a module a format.

`load.py` tells the format and reads; `intake.py` collects what is wrong, by file, line and column.
"""
