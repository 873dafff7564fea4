"""Evaluation: a question set in, a run with its measurements out, on one machine and without a judge model.

questions → run (asks and scores, with metrics) → summary.json, results.jsonl and the table.
"""
