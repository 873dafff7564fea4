"""Questions for a set, proposed: from the indexed articles (`drafts`), or from people's verdicts (`feedback`).

A proposal is a draft until a person has accepted it, by taking `"draft": true` out of its row.
"""
