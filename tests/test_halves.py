"""Half precision made single: the same numbers as numpy's, bit by bit."""

from __future__ import annotations

import numpy as np

from index.halves import widened


def test_every_finite_half_is_the_number_that_numpy_makes_of_it() -> None:
    every = np.arange(1 << 16, dtype=np.uint16).view(np.float16)
    finite = every[np.isfinite(every)].reshape(2, -1)

    singles = widened(finite)

    assert singles.dtype == np.float32
    assert np.array_equal(singles.view(np.uint32), finite.astype(np.float32).view(np.uint32))


def test_nothing_stays_nothing() -> None:
    assert widened(np.zeros((0, 512), np.float16)).shape == (0, 512)
